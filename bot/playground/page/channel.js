// Draws the open conversation: what it is, its messages, the box to write in.

import { act } from "./api.js";
import { composer } from "./composer.js";
import { fill, h, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { messageList } from "./messages.js";
import { openSide, signOf, titleOf } from "./side.js";

let open = { key: "" };

export function forgetChannel() {
  open = { key: "" };
}

export function drawChannel(ctx, talk) {
  const room = ctx.channels.get(talk.channel);
  if (open.key !== `${talk.user} ${talk.channel}`) begin(ctx, talk, room);
  const { name, topic, has_bot, shared_with, members } = room;
  const sign = JSON.stringify([name, topic, has_bot, shared_with, members, ctx.unreadElsewhere, ctx.version]);
  if (sign !== open.sign) fill(open.header, header(ctx, room));
  open.sign = sign;
  const drawn = `${talk.revision} ${ctx.version}`;
  if (drawn === open.drawn) return;
  open.drawn = drawn;
  const intro = { key: "intro", sign: ctx.version, make: () => beginning(room, ctx) };
  open.list.draw(talk.inChannel(), { newFrom: open.newFrom, intro: talk.more ? null : intro });
}

function begin(ctx, talk, room) {
  const title = titleOf(room, ctx);
  open = {
    key: `${talk.user} ${talk.channel}`,
    newFrom: room.unread > 0 ? room.read_until || "0" : "",
    header: h("header"),
    list: messageList(ctx, {
      name: `Messages in ${title}`, older: () => talk.older(), forgetOlder: () => talk.forgetOlder(),
    }),
  };
  fill(document.getElementById("main"), open.header, open.list.node,
    room.shared_with.length > 0 && readsAlong(room),
    composer(ctx, { channel: talk.channel, name: title }));
}

function readsAlong(room) {
  const who = room.shared_with.join(", ");
  return h("p", { class: "reads-along" }, icon("shared"), `${who} can read what is written here`);
}

export function sideButton(ctx) {
  const name = "Channels and people";
  return pressable({ class: "to-side plain", "aria-label": name, "aria-controls": "side", onclick: () => openSide() },
    icon("list"), ctx.unreadElsewhere > 0 && h("span", { class: "count" }, String(ctx.unreadElsewhere)));
}

// Home and messages of the app, as Slack shows them side by side
export function appTabs(ctx, isHome) {
  const direct = ctx.state.channels.find((c) => c.kind === "im");
  if (!direct) return null;
  const tab = (words, on, onclick) =>
    pressable({ class: on ? "tab on" : "tab", "aria-current": on ? "page" : null, onclick }, words);
  return h("nav", { class: "tabs", "aria-label": "Of the app" },
    tab("Home", isHome, () => ctx.goHome()), tab("Messages", !isHome, () => ctx.go(direct.id)));
}

function header(ctx, room) {
  const direct = room.kind === "im";
  const app = ctx.app.real_name;
  const people = room.members.map((id) => ctx.people.get(id)).filter(Boolean);
  return [
    sideButton(ctx),
    h("h2", {}, !direct && icon(signOf(room)), titleOf(room, ctx).replace(/^#/, "")),
    room.shared_with.length > 0 && h("span", { class: "tag" }, `shared with ${room.shared_with.join(", ")}`),
    h("span", { class: "topic" }, direct ? "Direct messages with the app" : room.topic),
    direct ? appTabs(ctx, false) : membersOf(people),
    !room.has_bot && pressable({ onclick: () => act(ctx.me.id, "joins", { channel: room.id }) }, `Invite ${app}`),
  ];
}

function membersOf(people) {
  const names = people.map((p) => p.real_name).join(", ");
  return h("span", { class: "members", title: names }, icon("people"), String(people.length));
}

function beginning(room, ctx) {
  const app = ctx.app.real_name;
  const commands = ctx.state.commands.map((c) => c.name).join(", ");
  return h("div", { class: "intro" },
    h("h3", {}, `This is ${room.kind === "im" ? `between you and ${app}` : `the beginning of ${titleOf(room, ctx)}`}`),
    h("p", {}, room.topic),
    room.has_bot && !ctx.me.is_stranger &&
      h("p", {}, `Write something, or type / for what ${app} can do: ${commands}.`));
}
