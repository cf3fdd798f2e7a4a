// Draws the open thread beside its channel.

import { composer } from "./composer.js";
import { fill, h, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { messageList } from "./messages.js";
import { titleOf } from "./side.js";

let open = { key: "" };

export function drawThread(ctx, talk) {
  const pane = document.getElementById("thread");
  const thread = talk?.thread || "";
  pane.hidden = !thread;
  const key = thread && `${talk.user} ${talk.channel} ${thread}`;
  if (open.key !== key) begin(ctx, talk, key, pane);
  const drawn = `${talk?.revision} ${ctx.version}`;
  if (drawn !== open.drawn) open.list?.draw(talk.inThread());
  open.drawn = drawn;
}

function begin(ctx, talk, key, pane) {
  open = { key };
  if (!key) return fill(pane);
  open.list = messageList(ctx, { name: "Thread", inThread: true });
  const room = ctx.channels.get(talk.channel);
  fill(pane,
    h("header", {}, h("h2", {}, "Thread"), h("span", { class: "topic" }, titleOf(room, ctx)), closer(ctx)),
    open.list.node,
    composer(ctx, { channel: talk.channel, thread: talk.thread, name: "" }));
  return pane.querySelector(".write").focus();
}

function closer(ctx) {
  return pressable({ class: "plain last", "aria-label": "Close thread", onclick: () => ctx.closeThread() }, icon("close"));
}
