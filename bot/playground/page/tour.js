// The guided tour: a strip above everything that says what to try next, and notices by itself what was done.

import { get } from "./api.js";
import { moveTo } from "./clock.js";
import { fill, h } from "./dom.js";
import { unlessPressed } from "./press.js";
import { clockTime, format, toWall } from "./times.js";
import da from "./tour/da.js";
import en from "./tour/en.js";
import et from "./tour/et.js";
import { look, STEPS } from "./tour/progress.js";
import { stopAt } from "./tour/stops.js";
import tr from "./tour/tr.js";

const LANGUAGES = { en, da, et, tr };
const KEPT = "stafet.tour";
const PATIENCE = 6000; // milliseconds until another move of the clock is offered

const strip = document.getElementById("tour"); // kept by name: an open form that is drawn anew drops it
let kept = recall();
let said = null;
let ctx = null;
let drawn = "";
let toWrite = null;
let isMoving = false;
let wantsKeyboard = false;

const wordsOf = (person) => LANGUAGES[languageOf(person)];
const languageOf = (person) => [person?.locale.split("-")[0]].find((language) => language in LANGUAGES) || "en";
const firstName = (id) => ctx.people.get(id)?.real_name.split(" ")[0] || "";

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) || {};
  } catch {
    return {}; // a browser that keeps nothing: the tour begins again with each page
  }
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    return; // as above
  }
}

// Hears what was said before the page is drawn at first: a strip that comes later pushes it down under the pointer.
export const beginTour = () => (said || kept.isClosed ? null : hear());

// Draws it for who acts now; the rest of the page calls this whenever it was drawn.
export function drawTour(now) {
  const isFirst = !ctx;
  ctx = now;
  if (toWrite?.channel === ctx.place) write();
  if (kept.isClosed || isFirst) draw();
  else hear();
}

// Opens a closed tour again, with the keyboard in it.
export function tourButton(now, opened) {
  const open = () => {
    opened();
    wantsKeyboard = true;
    close(false);
  };
  return h("button", { type: "button", class: "to-tour", onclick: open }, wordsOf(now.me).name);
}

let hearing = false;
let again = false;

// one question at a time, and once more if something changed meanwhile
async function hear() {
  again = hearing;
  if (hearing) return;
  hearing = true;
  const answer = await get("said").catch(() => null); // the page itself tells when nobody answers
  hearing = false;
  if (answer && answer.run !== kept.run) kept = { run: answer.run, isClosed: kept.isClosed };
  said = answer ? answer.said.filter((message) => message.ts > (kept.since || "")) : said;
  if (ctx) draw();
  if (again) hear();
}

function close(isClosed) {
  kept.isClosed = isClosed;
  keep();
  drawTour(ctx);
}

const draw = () => unlessPressed(drawStrip);

function drawStrip() {
  const stop = said && !kept.isClosed ? stopNow() : null;
  const place = stop?.inForm ? document.getElementById("form") : document.body;
  const sign = stop ? JSON.stringify([stop, kept.speaker, isMoving]) : "";
  if (strip.parentNode === place && sign === drawn && !wantsKeyboard) return;
  drawn = sign;
  const hadKeyboard = wantsKeyboard || strip.contains(document.activeElement);
  wantsKeyboard = wantsKeyboard && !stop;
  strip.hidden = !stop;
  document.body.dataset.tour = stop?.points || "";
  if (stop) fill(strip, parts(stop));
  if (strip.parentNode !== place) place.prepend(strip); // what is beside an open form can't be reached
  if (hadKeyboard) (strip.querySelector(".primary") || document.querySelector("#main .write"))?.focus();
}

function stopNow() {
  const seen = look(said, kept);
  kept.hasRead ||= ctx.me.id === seen.warning?.to && ctx.place === seen.warning.channel;
  const stop = stopAt({ ctx, seen, kept, typed: wordsOf(ctx.me).typed });
  if (stop.says !== kept.says) isMoving = false;
  kept.says = stop.says;
  listenTo(stop);
  keep();
  return stop;
}

// It speaks the language of who acts, but not of somebody whom it asked one to be for a while.
function listenTo(stop) {
  const guests = (kept.guests ||= []);
  if (ctx.me.id === kept.asks && ctx.me.id !== kept.speaker) guests.push(ctx.me.id);
  if (!guests.includes(ctx.me.id)) kept.speaker = ctx.me.id;
  kept.asks = stop.asks;
}

function parts(stop) {
  const speaker = ctx.people.get(kept.speaker);
  const words = wordsOf(speaker);
  const step = STEPS.indexOf(stop.step) + 1;
  const known = { step, name: firstName(stop.who), button: stop.button };
  const put = (text, more = {}) => text.replace(/\{(\w+)\}/g, (_, name) => ({ ...known, ...more })[name]);
  strip.lang = languageOf(speaker);
  strip.dataset.stop = stop.says;
  strip.setAttribute("aria-label", words.name);
  return [
    h("p", { class: "step" }, step ? put(words.step) : words.name),
    h("p", { class: "says" }, h("b", {}, words.title[stop.step]), " ", put(words.says[stop.says])),
    h("div", { class: "ways" },
      stop.does && offer(stop, words, put),
      step > 0
        ? h("button", { type: "button", class: "plain skip", onclick: () => skip(step) }, words.skip)
        : h("button", { type: "button", class: "plain skip", onclick: beginAgain }, words.again),
      h("button", { type: "button", class: "plain", "aria-label": words.close, title: words.close,
        onclick: () => close(true) }, "✕")),
  ];
}

function offer({ does }, words, put) {
  if (does.what === "clock" && isMoving) {
    return h("button", { type: "button", class: "primary", "aria-disabled": "true" }, words.does.wait);
  }
  const more = does.what === "clock" ? { time: timeOf(does.to) } : does.who ? { name: firstName(does.who) } : {};
  const label = put(words.does[does.what], more);
  return h("button", { type: "button", class: "primary", onclick: () => DO[does.what](does) }, label);
}

function timeOf(moment) {
  const [today, then] = [ctx.now, moment].map((at) => toWall(at, ctx.me.tz).slice(0, 10));
  if (today === then) return clockTime(moment, ctx.me);
  return format(moment, ctx.me, { weekday: "short", hour: "2-digit", minute: "2-digit" });
}

const DO = {
  write({ text }) {
    const { id } = roomToWriteIn();
    toWrite = { channel: id, text };
    if (id === ctx.place) write();
    else ctx.go(id);
  },
  fill({ fields }) {
    for (const [block, words] of Object.entries(fields)) fillIn(block, words);
    document.getElementById("send-form")?.focus();
  },
  clock({ to }) {
    kept.waited = [...new Set([...(kept.waited || []), kept.says])];
    isMoving = true;
    setTimeout(() => { isMoving = false; draw(); }, PATIENCE);
    moveTo(to);
    draw();
  },
  show: ({ channel }) => ctx.go(channel),
  be({ who, channel }) {
    ctx.actAs(who);
    if (channel) ctx.go(channel);
  },
  end: () => close(true),
};

function skip(step) {
  kept.skipped = step;
  draw();
}

// What was said until now is of the tour before; nobody who was asked in it is asked again unbidden for a week.
function beginAgain() {
  const { run, speaker, guests } = kept;
  const { question, isAnswered } = look(said, kept);
  const wasAsked = Boolean(kept.wasAsked || question || isAnswered);
  kept = { run, speaker, guests, wasAsked, since: said.at(-1)?.ts || kept.since };
  said = [];
  wantsKeyboard = true;
  if (ctx.me.id === speaker) draw();
  else ctx.actAs(speaker);
}

// where the team sees it too
function roomToWriteIn() {
  const rooms = [...ctx.channels.values()].filter((room) => room.kind === "channel" && room.has_bot && !room.is_shared);
  return rooms.find((room) => room.name === "acme") || rooms[0];
}

function write() {
  const { text } = toWrite;
  toWrite = null;
  typeInto(document.querySelector("#main .write"), text, "input");
}

function fillIn(block, words) {
  const field = document.querySelector(`#form [data-block="${block}"] :is(textarea, input, select)`);
  const option = [...(field?.options || [])].find((o) => o.textContent.includes(words));
  if (field?.options ? option : field) typeInto(field, option ? option.value : words, option ? "change" : "input");
}

// as if it had been typed: whoever listens to the field hears of it
function typeInto(field, value, event) {
  field.value = value;
  field.focus();
  field.dispatchEvent(new Event(event, { bubbles: true }));
}

new ResizeObserver(() => {
  document.documentElement.style.setProperty("--tour", `${strip.offsetHeight}px`);
}).observe(strip);
