// Draws the reactions under a message, and the table to choose one from.

import { act } from "./api.js";
import { h, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { emoji, REACTIONS } from "./mrkdwn.js";

const COLUMNS = 6;
const MORE = [
  "heart", "pray", "wave", "handshake", "question", "warning", "x", "rotating_light", "hourglass_flowing_sand",
  "calendar", "memo", "bulb", "star",
];
const ALL = [...REACTIONS, ...MORE];

export const REACT_AT_ONCE = REACTIONS.slice(0, 2).map((name) => [name, emoji(name)]);

export const react = (message, ctx, name) =>
  act(ctx.me.id, "reacts", { channel: message.channel, ts: message.ts, emoji: name });

export function addReaction(button, message, ctx) {
  const items = ALL.map((name) => ({ words: `:${name}:`, sign: emoji(name), run: () => react(message, ctx, name) }));
  openMenu(button, "Reactions", items, { columns: COLUMNS });
}

export function reactions(message, ctx) {
  if (!message.reactions) return null;
  const who = (r) => r.users.map((id) => ctx.people.get(id)?.real_name || id).join(", ");
  return h("div", { class: "reactions" },
    message.reactions.map((r) => {
      const own = r.users.includes(ctx.me.id);
      return pressable({
        class: own ? "own" : "", "aria-pressed": String(own), "aria-label": `:${r.name}:, ${r.count}, ${who(r)}`,
        title: `${who(r)} reacted with :${r.name}:`, onclick: () => react(message, ctx, r.name),
      }, `${emoji(r.name)} ${r.count}`);
    }),
    pressable({ class: "add", title: "Add a reaction", "aria-label": "Add another reaction",
      onclick: (event) => addReaction(event.currentTarget, message, ctx) }, icon("smile")));
}
