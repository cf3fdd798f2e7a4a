// The side: workspace, who acts, channels, direct messages, the app's home, the clock.

import { fill, h } from "./dom.js";
import { clock } from "./clock.js";

export function drawSide(ctx) {
  const who = h("select", { id: "act-as", "aria-label": "Act as", onchange: () => ctx.actAs(who.value) },
    [...ctx.people.values()].filter((p) => p.can_act).map((p) =>
      h("option", { value: p.id, selected: p.id === ctx.me.id }, `${p.real_name} · ${p.title}`)));
  const rooms = ctx.state.channels.filter((c) => c.kind !== "im");
  const direct = ctx.state.channels.filter((c) => c.kind === "im");
  fill(document.getElementById("side"),
    h("h1", {}, ctx.state.workspace.name),
    h("label", { class: "who" }, "Act as", who),
    h("small", { class: "zone" }, `${ctx.me.locale} · ${ctx.me.tz}`),
    h("nav", {},
      h("h2", {}, "Channels"), rooms.map((c) => row(c, ctx)),
      h("h2", {}, "Direct messages"), direct.map((c) => row(c, ctx)),
      h("h2", {}, "Apps"),
      h("button", { type: "button", class: ctx.place === "home" ? "row on" : "row", onclick: () => ctx.goHome() }, "⌂ Stafet home")),
    h("p", { class: ctx.state.connected ? "bot-state" : "bot-state off" }, ctx.state.connected ? "● Stafet is connected" : "○ Stafet isn't connected"),
    clock(ctx));
}

function row(c, ctx) {
  const mark = c.kind === "group" ? "🔒" : c.kind === "im" ? "●" : c.is_shared ? "⇄" : "#";
  const name = c.kind === "im" ? "Stafet" : c.name;
  return h("button", { type: "button", class: `row ${ctx.place === c.id ? "on" : ""} ${c.unread ? "unread" : ""}`, "data-channel": c.name || "dm", onclick: () => ctx.go(c.id) },
    h("span", {}, `${mark} ${name}`), c.unread > 0 && h("span", { class: "count" }, String(c.unread)));
}
