// The side: workspace, who acts, channels, direct messages, the app's home, the clock.

import { avatar } from "./avatar.js";
import { clock } from "./clock.js";
import { h, patch, pressable } from "./dom.js";
import { opener } from "./drawer.js";
import { icon } from "./icons.js";
import { languageName } from "./times.js";
import { tourButton } from "./tour.js";

export const signOf = (room) => (room.kind === "group" ? "locked" : room.shared_with.length ? "shared" : "channel");
export const titleOf = (room, ctx) => (room.kind === "im" ? ctx.app.real_name : `#${room.name}`);

const side = () => document.getElementById("side");

export function drawSide(ctx) {
  const connected = ctx.state.connected;
  patch(side(), [
    { key: "space", sign: ctx.state.workspace.name, make: () => space(ctx) },
    { key: "who", sign: ctx.version, make: () => who(ctx) },
    { key: "places", sign: "", make: () => h("nav", { "aria-label": "Places" }) },
    { key: "bot", sign: `${connected} ${ctx.version}`, make: () => botState(ctx, connected) },
    { key: "clock", sign: `${ctx.state.clock.offset} ${ctx.version}`, make: () => clock(ctx) },
    { key: "tour", sign: ctx.version, make: () => tourButton(ctx, closeSide) },
    { key: "drawer", sign: "", make: () => opener },
  ]);
  patch(side().querySelector("[data-key=places]"), places(ctx));
}

function space(ctx) {
  return h("header", {}, h("h1", {}, ctx.state.workspace.name),
    pressable({ class: "close-side plain", "aria-label": "Close", onclick: () => closeSide() }, icon("close")));
}

function who(ctx) {
  const option = (p) => h("option", { value: p.id, selected: p.id === ctx.me.id },
    `${p.real_name} · ${p.is_stranger ? p.team_name : p.title} · ${languageName(p.locale)} · ${city(p.tz)}`);
  const people = [...ctx.people.values()].filter((p) => p.can_act);
  const others = people.filter((p) => p.is_stranger);
  const box = h("select", { id: "act-as", onchange: () => ctx.actAs(box.value) },
    h("optgroup", { label: ctx.state.workspace.name }, people.filter((p) => !p.is_stranger).map(option)),
    others.length > 0 && h("optgroup", { label: "Of other workspaces" }, others.map(option)));
  return h("div", { class: "who" }, avatar(ctx.me), h("label", {}, "Act as", box),
    h("small", { class: "zone" }, `${languageName(ctx.me.locale)} · ${ctx.me.tz}`));
}

const city = (tz) => tz.split("/").at(-1).replaceAll("_", " ");

function botState(ctx, connected) {
  const words = `${ctx.app.real_name} ${connected ? "is connected" : "isn't connected"}`;
  return h("p", { class: connected ? "bot-state" : "bot-state off" }, words);
}

function places(ctx) {
  const direct = ctx.state.channels.filter((c) => c.kind === "im");
  const title = (words) => ({ key: words, sign: "", make: () => h("h2", {}, words) });
  return [
    title("Channels"), ...ctx.state.channels.filter((c) => c.kind !== "im").map((c) => row(c, ctx)),
    direct.length > 0 && title("Direct messages"), ...direct.map((c) => row(c, ctx)),
    !ctx.me.is_stranger && title("Apps"),
    !ctx.me.is_stranger && { key: "home", sign: `${ctx.version} ${ctx.place === "home"}`, make: () => homeRow(ctx) },
  ].filter(Boolean);
}

function homeRow(ctx) {
  const on = ctx.place === "home";
  return pressable({ class: on ? "row on" : "row", "aria-current": on ? "page" : null, onclick: () => ctx.goHome() },
    h("span", { class: "name" }, icon("home"), `${ctx.app.real_name} home`));
}

function row(c, ctx) {
  const on = ctx.place === c.id;
  const shared = c.shared_with.length > 0 && `with ${c.shared_with.join(", ")}`;
  const unread = c.unread > 0 && !on;
  const make = () => pressable({
    class: `row ${on ? "on" : ""} ${unread ? "unread" : ""}`, "data-channel": c.name || "dm",
    "aria-current": on ? "page" : null, onclick: () => ctx.go(c.id),
  },
    h("span", { class: "name" }, c.kind === "im" ? avatar(ctx.app) : icon(signOf(c)), c.name || titleOf(c, ctx)),
    shared && h("small", { class: "shared" }, shared),
    unread && count(c));
  const sign = JSON.stringify([c.name, c.shared_with, on, unread && [c.unread, c.mentions], ctx.version]);
  return { key: c.id, sign, make };
}

// how often one was named; in grey how many there are where nobody named one
function count(c) {
  const title = `${c.unread} unread`;
  return h("span", { class: c.mentions ? "count" : "count quiet", title }, String(c.mentions || c.unread));
}

// on a phone the side lies over the messages until a place was chosen
export function openSide() {
  side().classList.add("open");
  (side().querySelector(".row.on") || side().querySelector(".row"))?.focus();
}

export function closeSide() {
  if (!side().classList.contains("open")) return false;
  side().classList.remove("open");
  document.querySelector(".to-side")?.focus();
  return true;
}
