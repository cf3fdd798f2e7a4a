// Holds what the page shows and draws it again when something changes.

import { act, get, listen, tell } from "./api.js";
import { block } from "./blocks.js";
import { shown } from "./clock.js";
import { composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { messageList } from "./messages.js";
import { drawForm } from "./modal.js";
import { drawSide } from "./side.js";

const at = { user: "", place: "", thread: "" };
let ctx = null;
let messages = [];
let signature = "";
let drawnPlace = "";

function remember() {
  const channel = ctx?.channels.get(at.place)?.name || at.place;
  history.replaceState(null, "", `#${ctx?.me.name || at.user}/${channel}`);
}

function build(state) {
  const people = new Map(state.people.map((p) => [p.id, p]));
  return {
    state, people, me: people.get(state.me), place: at.place, now: state.clock.now,
    channels: new Map(state.channels.map((c) => [c.id, c])),
    openThread: (ts) => { at.thread = ts; signature = ""; refresh(); },
    actAs: (id) => { at.user = id; at.thread = ""; signature = ""; refresh(); },
    go: (id) => { at.place = id; at.thread = ""; signature = ""; refresh(); },
    goHome: () => { at.place = "home"; at.thread = ""; signature = ""; act(at.user, "opens_home"); refresh(); },
  };
}

let running = false;
let again = false;

async function refresh() {
  if (running) { again = true; return; }
  running = true;
  try {
    await load();
  } catch (wrong) {
    tell(`The playground doesn't answer: ${wrong.message}`);
  } finally {
    running = false;
    if (again) { again = false; refresh(); }
  }
}

async function load() {
  const state = await get("state", { user: at.user });
  at.user = state.me;
  const known = (place) => place === "home" || state.channels.some((c) => c.id === place);
  const named = state.channels.find((c) => c.name === at.place && c.name);
  if (named) at.place = named.id;
  if (!known(at.place)) at.place = (state.channels.find((c) => c.name === "acme") || state.channels[0]).id;
  messages = at.place === "home" ? [] : (await get("messages", { user: at.user, channel: at.place })).messages;
  ctx = build(state);
  remember();
  draw();
}

function draw() {
  drawForm(ctx);
  drawSide(ctx);
  const key = JSON.stringify([at, messages, ctx.state.home?.hash, ctx.state.clock.offset, ctx.state.connected]);
  if (key === signature) return;
  signature = key;
  const typing = document.activeElement?.classList.contains("write") ? document.activeElement.closest("section, main").id : "";
  const kept = [...document.querySelectorAll(".write")].map((box) => [box.closest("section, main").id, box.value, box.dataset.at]);
  if (at.place === "home") drawHome();
  else drawChannel();
  drawThread();
  for (const box of document.querySelectorAll(".write")) {
    const pane = box.closest("section, main").id;
    box.dataset.at = `${at.user}/${at.place}/${pane === "thread" ? at.thread : ""}`;
    const before = kept.find(([id, , place]) => id === pane && place === box.dataset.at);
    if (before) box.value = before[1];
    if (typing === pane) box.focus();
  }
  const last = messages.at(-1);
  const room = ctx.channels.get(at.place);
  if (last && room?.unread) act(at.user, "reads", { channel: at.place, ts: last.ts }).then(refresh);
}

function drawChannel() {
  const main = document.getElementById("main");
  const room = ctx.channels.get(at.place);
  const name = room.kind === "im" ? "Stafet" : `#${room.name}`;
  const top = messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.is_ephemeral);
  const before = main.querySelector(".messages");
  const away = before && drawnPlace === at.place && before.scrollHeight - before.scrollTop - before.clientHeight > 60;
  const kept = away ? before.scrollTop : null;
  drawnPlace = at.place;
  fill(main,
    h("header", {}, h("h2", {}, name), h("span", {}, room.kind === "im" ? "Direct messages with the app" : room.topic),
      room.is_shared && h("span", { class: "tag" }, "shared with Acme"),
      !room.has_bot && h("button", { type: "button", onclick: () => act(at.user, "joins", { channel: room.id }) }, "Invite Stafet")),
    messageList(top, ctx, false),
    composer(ctx, { channel: room.id, name }));
  const list = main.querySelector(".messages");
  list.scrollTop = kept ?? list.scrollHeight;
}

function drawThread() {
  const pane = document.getElementById("thread");
  pane.hidden = !at.thread;
  if (!at.thread) return fill(pane);
  const close = () => { at.thread = ""; signature = ""; refresh(); };
  const list = messageList(messages.filter((m) => m.ts === at.thread || m.thread_ts === at.thread), ctx, true);
  fill(pane,
    h("header", {}, h("h2", {}, "Thread"), h("button", { type: "button", "aria-label": "Close thread", onclick: close }, "✕")),
    list,
    composer(ctx, { channel: at.place, thread: at.thread, name: "" }));
  list.scrollTop = list.scrollHeight;
  return pane;
}

function drawHome() {
  const home = ctx.state.home;
  const use = home && {
    ...ctx,
    values: home.state.values,
    press: (where, chosen) => act(at.user, "presses", { view: home.id, block_id: where.block, action_id: where.action, chosen }),
    suggest: async () => [],
  };
  fill(document.getElementById("main"),
    h("header", {}, h("h2", {}, "Stafet"), h("span", {}, "Home")),
    h("div", { class: "messages home" }, home ? home.blocks.map((b) => block(b, use)) : h("p", {}, "Nothing here yet.")));
}

let waiting;
listen(() => {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 40);
});
setInterval(() => {
  if (!ctx) return;
  ctx.now += 5;
  const output = document.querySelector(".clock output");
  if (output) output.textContent = shown(ctx);
}, 5000);

[at.user, at.place] = decodeURIComponent(location.hash.slice(1)).split("/").concat("", "");
refresh();
