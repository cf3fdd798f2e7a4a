// The box to write in; it knows the slash commands, people and channels.

import { act } from "./api.js";
import { fill, h } from "./dom.js";

export function composer(ctx, { channel, thread, name }) {
  const list = h("div", { class: "suggestions", role: "listbox", hidden: true });
  const box = h("textarea", { rows: "1", "aria-label": "Write a message", placeholder: thread ? "Reply…" : `Message ${name}`, class: "write" });
  const send = async () => {
    const text = box.value;
    if (!text.trim()) return;
    box.value = "";
    list.hidden = true;
    const said = await act(ctx.me.id, "types", { channel, text, ...(thread ? { thread_ts: thread } : {}) });
    if (!said.ok) box.value = text;
  };
  box.addEventListener("input", () => suggest(box, list, ctx));
  box.addEventListener("keydown", (event) => keyed(event, box, list, send));
  const shortcuts = ctx.me.is_stranger || thread ? [] : ctx.state.shortcuts.filter((s) => s.kind === "global");
  return h("div", { class: "composer" }, list,
    shortcuts.length > 0 && h("details", { class: "shortcuts" }, h("summary", { title: "Shortcuts", "aria-label": "Shortcuts" }, "⚡"),
      h("div", { class: "menu" }, shortcuts.map((s) => h("button", { type: "button", onclick: (event) => {
        event.target.closest("details").removeAttribute("open");
        act(ctx.me.id, "shortcut", { callback_id: s.callback_id });
      } }, s.name)))),
    box, h("button", { type: "button", class: "primary", onclick: send }, "Send"));
}

function keyed(event, box, list, send) {
  const items = [...list.querySelectorAll("button")];
  const at = items.findIndex((item) => item.classList.contains("on"));
  if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    items[at]?.classList.remove("on");
    items.at((at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length)?.classList.add("on");
  } else if (!list.hidden && (event.key === "Tab" || (event.key === "Enter" && at >= 0))) {
    event.preventDefault();
    (items[at] || items[0])?.click();
  } else if (event.key === "Escape") {
    list.hidden = true;
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
}

function suggest(box, list, ctx) {
  const before = box.value.slice(0, box.selectionStart);
  const word = /(^\/\S*|[@#][^\s@#]*)$/.exec(before)?.[0];
  const found = word ? choices(word, ctx).slice(0, 8) : [];
  list.hidden = found.length === 0;
  fill(list, found.map(({ put, about }) => h("button", { type: "button", onclick: () => {
    box.value = `${before.slice(0, -word.length)}${put} ${box.value.slice(before.length)}`;
    list.hidden = true;
    box.focus();
  } }, h("b", {}, put), h("span", {}, about))));
}

function choices(word, ctx) {
  const fits = (name) => name.toLowerCase().startsWith(word.slice(1).toLowerCase());
  if (word.startsWith("/")) {
    return ctx.state.commands.filter((c) => fits(c.name.slice(1))).map((c) => ({ put: c.name, about: `${c.usage_hint} · ${c.description}` }));
  }
  if (word.startsWith("@")) {
    return [...ctx.people.values()].filter((p) => p.id !== "USLACKBOT" && fits(p.name)).map((p) => ({ put: `@${p.name}`, about: p.real_name }));
  }
  return [...ctx.channels.values()].filter((c) => c.kind !== "im" && fits(c.name)).map((c) => ({ put: `#${c.name}`, about: c.topic }));
}
