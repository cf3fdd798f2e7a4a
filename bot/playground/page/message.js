// Draws one message: who, when, what, and what can be done with it.

import { act } from "./api.js";
import { avatar, unknownPerson } from "./avatar.js";
import { block } from "./blocks.js";
import { fill, h, pressable } from "./dom.js";
import { editor } from "./editor.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { addReaction, react, reactions, REACT_AT_ONCE } from "./reactions.js";
import { isAnswer } from "./talk.js";
import { clockTime, fullTime } from "./times.js";
import { json } from "./unknown.js";

// follows: the same person said the one before, a moment ago
export function drawMessage(message, ctx, { inThread = false, follows = false } = {}) {
  const author = ctx.people.get(message.user) || unknownPerson(message.user);
  const body = h("div", { class: "body" },
    message.is_ephemeral && h("div", { class: "only" }, icon("eye"), "Only visible to you"),
    message.is_broadcast && isAnswer(message) && h("div", { class: "only" }, icon("reply"), "Replied to a thread"),
    !follows && by(message, author, ctx),
    h("div", { class: "content" }, content(message, ctx), message.attachments?.map((each) => json(each, "attachment")),
      message.edited && h("small", { class: "edited" }, " (edited)")),
    reactions(message, ctx),
    !inThread && answers(message, ctx));
  return h("article", {
    class: `message ${message.is_ephemeral ? "ephemeral" : ""} ${follows ? "follows" : ""}`, tabindex: "-1",
    "data-ts": message.ts, "aria-label": `${author.real_name}, ${clockTime(message.at, ctx.me)}`,
  },
    follows ? h("div", { class: "gutter" }, when(message, ctx)) : avatar(author),
    body, tools(message, ctx, inThread));
}

function by(message, author, ctx) {
  return h("div", { class: "by" }, h("b", {}, author.real_name), author.is_bot && h("small", { class: "tag" }, "APP"),
    author.is_stranger && h("small", { class: "tag", title: `of ${author.team_name}` }, author.team_name),
    when(message, ctx));
}

function when(message, ctx) {
  const datetime = new Date(message.at * 1000).toISOString();
  return h("time", { datetime, title: fullTime(message.at, ctx.me) }, clockTime(message.at, ctx.me));
}

function content(message, ctx) {
  if (!message.blocks || message.typed) return mrkdwn(message.text, ctx);
  const where = (at, more) =>
    ({ channel: message.channel, ts: message.ts, block_id: at.block, action_id: at.action, ...more });
  const use = {
    ...ctx,
    values: message.state,
    press: (at, chosen) => act(ctx.me.id, "presses", where(at, { chosen })),
    suggest: async (at, typed) => (await act(ctx.me.id, "suggests", where(at, { typed }))).options || [],
  };
  return message.blocks.map((b) => block(b, use));
}

function answers(message, ctx) {
  if (!message.reply_count) return null;
  const who = message.reply_users.slice(0, 3).map((id) => avatar(ctx.people.get(id) || unknownPerson(id)));
  return pressable({ class: "replies", onclick: () => ctx.openThread(message.ts) }, who,
    h("span", {}, repliesOf(message.reply_count)));
}

export const repliesOf = (count) => `${count} ${count === 1 ? "reply" : "replies"}`;

function tool(words, sign, run, more = {}) {
  const onclick = (event) => run(event.currentTarget);
  return pressable({ title: words, "aria-label": words, onclick, ...more }, sign);
}

function tools(message, ctx, inThread) {
  const name = "Message actions";
  const dismiss = () => tool("Dismiss", icon("close"), () => remove(message, ctx));
  if (message.is_ephemeral) return h("div", { class: "tools" }, dismiss());
  const roomy = (key) => ({ class: "roomy", "data-key-of": key }); // not on a phone: the menu has them too
  return h("div", { class: "tools", role: "toolbar", "aria-label": name },
    REACT_AT_ONCE.map(([words, sign]) => tool(`React with ${words}`, sign, () => react(message, ctx, words), roomy())),
    tool("Add a reaction", icon("smile"), (button) => addReaction(button, message, ctx), roomy("r")),
    !inThread && tool("Reply in thread", icon("reply"), () => ctx.openThread(message.ts), roomy("t")),
    tool("More actions", icon("more"), (button) => openMenu(button, name, actions(button, message, ctx, inThread)),
      { "data-key-of": "m", "aria-haspopup": "menu" }));
}

function actions(button, message, ctx, inThread) {
  const shortcuts = ctx.me.is_stranger ? [] : ctx.state.shortcuts.filter((s) => s.kind === "message");
  const where = { channel: message.channel, ts: message.ts };
  const own = message.user === ctx.me.id;
  return [
    ...shortcuts.map(({ name, callback_id }) =>
      ({ words: name, sign: icon("bolt"), run: () => act(ctx.me.id, "shortcut", { ...where, callback_id }) })),
    shortcuts.length > 0 && null,
    { words: "Add a reaction…", sign: icon("smile"), run: () => addReaction(button, message, ctx) },
    !inThread && { words: "Reply in thread", sign: icon("reply"), run: () => ctx.openThread(message.ts) },
    own && { words: "Edit message", sign: icon("edit"), run: () => edit(button.closest("article"), message, ctx) },
    own && { words: "Delete message", sign: icon("remove"), danger: true, run: () => remove(message, ctx) },
  ].filter((item) => item !== false);
}

const remove = (message, ctx) => act(ctx.me.id, "deletes", { channel: message.channel, ts: message.ts });

function edit(article, message, ctx) {
  const content = article.querySelector(".content");
  const before = [...content.childNodes];
  fill(content, editor(message, ctx, () => { content.replaceChildren(...before); article.focus(); }));
  const box = content.querySelector("textarea");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

export function editMessage(article, message, ctx) {
  if (message.user === ctx.me.id && !message.is_ephemeral) edit(article, message, ctx);
}
