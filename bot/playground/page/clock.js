// The clock, and the buttons that move it on.

import { post } from "./api.js";
import { h } from "./dom.js";
import { format } from "./times.js";

const STEPS = [["+15 min", 900], ["+1 h", 3600], ["+4 h", 14400], ["+1 day", 86400]];

export function clock(ctx) {
  const shifted = ctx.state.clock.offset !== 0;
  return h("section", { class: "clock", "aria-label": "Clock" },
    h("output", { class: shifted ? "shifted" : "" }, shown(ctx)),
    h("div", {}, STEPS.map(([words, seconds]) => h("button", { type: "button", onclick: () => post("clock", { seconds }) }, words)),
      shifted && h("button", { type: "button", title: "Back to the real time", onclick: () => post("clock", {}) }, "now")));
}

export function shown(ctx) {
  return `🕒 ${format(ctx.now, ctx.me, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })}`;
}
