// The clock, and the buttons that move it: on by a while, to a moment, back to the real time.

import { post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { format, fromWall, toWall } from "./times.js";

const WHILES = [["+15 min", 900], ["+1 hour", 3600]];
const DAY = 86_400_000;
const SHOWN = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

export function clock(ctx) {
  const shifted = ctx.state.clock.offset !== 0;
  const button = (words, onclick, title) => h("button", { type: "button", onclick, title }, words);
  return h("section", { class: "clock", "aria-label": "Clock" },
    h("p", { class: "time" }, icon("clock"), h("output", { class: shifted ? "shifted" : "" }, shown(ctx))),
    h("div", {}, WHILES.map(([words, seconds]) => button(words, () => post("clock", { seconds }))),
      button("+1 business day", () => moveTo(businessDayAfter(ctx.now, ctx.me.tz))),
      button("Date…", () => askDate(ctx), "Go to a date and time"),
      shifted && button("Now", () => post("clock", {}), "Back to the real time")));
}

export function shown(ctx) {
  return format(ctx.now, ctx.me, SHOWN);
}

export const moveTo = (moment) => post("clock", { to: moment });

// the next Monday to Friday there, at the same time of day or at another
export function businessDayAfter(seconds, tz, time = "") {
  const [date, now] = toWall(seconds, tz).split("T");
  let day = Date.parse(date) + DAY;
  while ([0, 6].includes(new Date(day).getUTCDay())) day += DAY;
  return fromWall(`${new Date(day).toISOString().slice(0, 10)}T${time || now}`, tz);
}

// what is asked stands beside the page's other parts: these are drawn anew while one still chooses
function askDate(ctx) {
  const { tz } = ctx.me;
  const value = toWall(ctx.now, tz);
  const box = h("input", { type: "datetime-local", required: true, value, "aria-label": "Date and time" });
  const form = h("form", { class: "clock-date", popover: "auto", "aria-label": "Go to a date and time" },
    h("label", {}, `Date and time (${tz})`, box),
    h("button", { class: "primary" }, "Go there"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.hidePopover();
    moveTo(fromWall(box.value, tz));
  });
  form.addEventListener("toggle", (event) => event.newState === "closed" && form.remove());
  document.body.append(form);
  form.showPopover();
  box.focus();
}
