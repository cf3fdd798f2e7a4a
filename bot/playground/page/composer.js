// The box to write in; what was begun in one place is still there when one comes back.

import { act } from "./api.js";
import { Completion } from "./completion.js";
import { h, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

const drafts = new Map();
let made = 0;

export function composer(ctx, { channel, thread, name }) {
  const key = [ctx.me.id, channel, thread].join("/");
  const id = `suggestions-${++made}`;
  const list = h("div", { class: "suggestions", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
  const box = h("textarea", {
    rows: "1", class: "write", placeholder: thread ? "Reply…" : `Message ${name}`,
    "aria-label": thread ? "Write a reply" : "Write a message",
    role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": id,
  });
  const completion = new Completion(box, list, ctx, channel);
  const keep = () => drafts.set(key, box.value);
  const send = async () => {
    const text = box.value;
    if (!text.trim()) return;
    put("");
    const said = await act(ctx.me.id, "types", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
    if (!said.ok && !box.value) put(text);
  };
  const put = (text) => { box.value = text; keep(); completion.close(); };
  box.value = drafts.get(key) || "";
  box.addEventListener("input", keep);
  box.addEventListener("keydown", (event) => keyed(event, box, completion, send));
  return h("div", { class: "composer" }, list, shortcutsOf(ctx, thread), box,
    pressable({ class: "primary send", title: "Send", onclick: () => { send(); box.focus(); } },
      icon("send"), h("span", {}, "Send")));
}

function shortcutsOf(ctx, thread) {
  const all = ctx.me.is_stranger || thread ? [] : ctx.state.shortcuts.filter((s) => s.kind === "global");
  if (!all.length) return null;
  const items = all.map(({ name, callback_id }) =>
    ({ words: name, sign: icon("bolt"), run: () => act(ctx.me.id, "shortcut", { callback_id }) }));
  return pressable({
    class: "plain shortcuts", title: "Shortcuts", "aria-label": "Shortcuts", "aria-haspopup": "menu",
    onclick: (event) => openMenu(event.currentTarget, "Shortcuts", items),
  }, icon("bolt"));
}

function keyed(event, box, completion, send) {
  if (completion.takes(event)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  } else if (event.key === "ArrowUp" && !box.value) {
    event.preventDefault();
    [...box.closest("main, section").querySelectorAll("article")].at(-1)?.focus();
  }
}
