// Changes one's own message where it stands: Enter saves, Escape leaves it as it was.

import { act } from "./api.js";
import { h, pressable } from "./dom.js";
import { unescaped } from "./mrkdwn.js";

export function editor(message, ctx, done) {
  const box = h("textarea", { rows: "1", "aria-label": "Change your message" });
  const before = typedAgain(message.text, ctx);
  box.value = before;
  const save = () => {
    const text = box.value.trim();
    done();
    if (text && text !== before) act(ctx.me.id, "edits", { channel: message.channel, ts: message.ts, text });
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") done();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  return h("div", { class: "editor" }, box,
    h("div", {}, pressable({ onclick: done }, "Cancel"),
      pressable({ class: "primary", onclick: save }, "Save")));
}

// the text as it was typed: names and addresses without Slack's brackets
function typedAgain(text, ctx) {
  return unescaped(text.replace(/<@(\w+)(\|[^>]*)?>/g, (_, id) => `@${ctx.people.get(id)?.name || id}`)
    .replace(/<#(\w+)(\|[^>]*)?>/g, (_, id) => `#${ctx.channels.get(id)?.name || id}`)
    .replace(/<((?:https?|mailto)[^>|]*)(\|[^>]*)?>/g, "$1"));
}
