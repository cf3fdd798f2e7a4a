// Holds who acts and where they are; hears what changes, and has every part of the page draw its own.

import { act, get, listen, tell } from "./api.js";
import { drawChannel, forgetChannel } from "./channel.js";
import { shown } from "./clock.js";
import { drawHome } from "./home.js";
import { drawForm } from "./modal.js";
import { unlessPressed } from "./press.js";
import { closeSide, drawSide, titleOf } from "./side.js";
import { Talk } from "./talk.js";
import { drawThread } from "./thread.js";
import { beginTour, drawTour } from "./tour.js";

const at = { user: "", place: "", thread: "" };
const ctx = {
  version: 0, openThread, closeThread,
  actAs: (user) => go({ user }), go: (place) => go({ place }), goHome: () => go({ place: "home" }),
};
let talk = null;
let homeOf = "";
let drawnAround = "";

function go(where) {
  Object.assign(at, { thread: "" }, where);
  closeSide();
  return refresh();
}

function openThread(ts) {
  at.thread = ts;
  remember();
  return talk.open(ts).catch(unanswered);
}

function closeThread() {
  const { thread } = at;
  openThread("");
  (document.querySelector(`#main article[data-ts="${thread}"]`) || document.querySelector("#main .write"))?.focus();
}

function remember() {
  const room = ctx.channels.get(at.place);
  const place = room ? room.name || "dm" : at.place;
  const address = `#${[ctx.me.name, place, at.thread].filter(Boolean).join("/")}`;
  if (decodeURIComponent(location.hash) !== address) history.pushState(null, "", address);
}

function recall() {
  const [user, place, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
  Object.assign(at, { user: user || "", place: place || "", thread: thread || "" });
}

const unanswered = (wrong) => tell(`The playground doesn't answer: ${wrong.message}`);

let running = false;
let again = false;
let stale = false; // after a lost connection nobody knows what changed

// asks what is around the messages; one question at a time, and once more if something changed meanwhile
async function refresh() {
  if (running) { again = true; return; }
  running = true;
  try {
    do {
      again = false;
      await load();
    } while (again);
  } catch (wrong) {
    unanswered(wrong);
  } finally {
    running = false;
  }
}

async function load() {
  const [asked, all] = [at.user, stale];
  stale = false;
  const [state] = await Promise.all([get("state", { user: asked }), beginTour()]);
  if (asked !== at.user) { again = true; return; }
  at.user = (!asked && speaking(navigator.language, state.people)?.id) || state.me;
  if (at.user !== state.me) { again = true; return; }
  know(state);
  openHome();
  if (at.place === "home") talk = null;
  else if (talk?.user !== at.user || talk.channel !== at.place) await begin();
  else if (all) await talk.load();
  else if (talk.thread !== at.thread) await talk.open(at.thread);
  remember();
  draw();
  read();
}

// a newcomer begins as somebody who reads what their browser reads
function speaking(locale, people) {
  const language = (of) => of.split("-")[0];
  return people.find((p) => p.can_act && !p.is_stranger && language(p.locale) === language(locale));
}

function know(state) {
  const rooms = state.channels;
  const found = rooms.find((c) => at.place && (c.id === at.place || (c.name || "dm") === at.place));
  if (at.place !== "home" || isOutsider(state)) at.place = (found || rooms.find((c) => c.unread) || rooms[0]).id;
  const people = new Map(state.people.map((p) => [p.id, p]));
  // what is drawn depends on these; a change of them draws all of it again
  const names = rooms.map((c) => [c.id, c.name]);
  const around = JSON.stringify([state.me, state.people, state.clock.offset, state.shortcuts, names]);
  if (around !== drawnAround) ctx.version += 1;
  drawnAround = around;
  Object.assign(ctx, {
    state, people, me: people.get(state.me), app: people.get(state.workspace.bot),
    place: at.place, now: state.clock.now,
    channels: new Map(rooms.map((c) => [c.id, c])),
    unreadElsewhere: rooms.reduce((sum, c) => sum + (c.id === at.place ? 0 : c.unread), 0),
  });
}

const isOutsider = (state) => state.people.find((p) => p.id === state.me).is_stranger;

// the app hears of it once, each time somebody comes to its home
function openHome() {
  const now = at.place === "home" ? at.user : "";
  if (now && now !== homeOf) act(now, "opens_home");
  homeOf = now;
}

async function begin() {
  const begun = new Talk(at.user, at.place, () => talk === begun && draw());
  begun.thread = at.thread;
  talk = begun;
  await begun.load();
}

const draw = () => unlessPressed(drawAll);

function drawAll() {
  drawForm(ctx);
  drawSide(ctx);
  if (!talk) { forgetChannel(); drawHome(ctx); } else if (talk.revision) drawChannel(ctx, talk);
  drawThread(ctx, talk);
  drawTour(ctx);
  const room = ctx.channels.get(at.place);
  const unread = ctx.unreadElsewhere ? `(${ctx.unreadElsewhere}) ` : "";
  document.title = `${unread}${room ? titleOf(room, ctx) : ctx.app.real_name} · ${ctx.state.workspace.name}`;
}

// what is in front of somebody is read
function read() {
  const room = ctx.channels.get(at.place);
  if (room?.unread && !document.hidden) act(at.user, "reads", { channel: room.id, ts: room.newest });
}

const OF_ONE_PERSON = ["form", "home", "read"];

function changed({ what, user, channel, ts }) {
  if (what === "traffic" || (OF_ONE_PERSON.includes(what) && user !== at.user)) return;
  if (what === "message" && channel === talk?.channel) talk.hear(ts).catch(unanswered);
  if (what === "all") stale = true;
  refresh();
}

function escaped(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (document.querySelector("dialog[open], [popover=auto]:popover-open")) return;
  if (closeSide()) return;
  if (at.thread) closeThread();
  else document.querySelector("#main .write")?.focus();
}

document.addEventListener("keydown", escaped);
document.addEventListener("visibilitychange", () => ctx.state && read());
document.getElementById("main").addEventListener("click", (event) => event.target.closest(".to-side") || closeSide());
document.getElementById("form").addEventListener("close", () => {
  if (document.activeElement === document.body) document.querySelector("#main .write")?.focus();
});
addEventListener("popstate", () => { recall(); refresh(); });
setInterval(() => {
  if (!ctx.state) return;
  ctx.now += 5;
  const output = document.querySelector(".clock output");
  if (output) output.textContent = shown(ctx);
}, 5000);

recall();
listen(changed);
