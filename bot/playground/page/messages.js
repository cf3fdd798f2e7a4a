// Draws messages: who, when, what, and what can be done with them.

import { act } from "./api.js";
import { block } from "./blocks.js";
import { h } from "./dom.js";
import { emoji, mrkdwn, REACTIONS } from "./mrkdwn.js";
import { clockTime, dayName } from "./times.js";

export function messageList(messages, ctx, inThread) {
  const out = [];
  let day = "";
  for (const message of messages) {
    const its = dayName(message.at, ctx.me);
    if (its !== day && !inThread) out.push(h("div", { class: "day" }, h("span", {}, its)));
    day = its;
    out.push(drawMessage(message, ctx, inThread));
  }
  return h("div", { class: "messages", tabindex: "0", role: "log" }, out);
}

function drawMessage(message, ctx, inThread) {
  const author = ctx.people.get(message.user) || { name: message.user, real_name: message.user };
  const where = { channel: message.channel, ts: message.ts };
  const use = {
    ...ctx,
    values: message.state,
    press: (at, chosen) => act(ctx.me.id, "presses", { ...where, block_id: at.block, action_id: at.action, chosen }),
    suggest: async (at, typed) => (await act(ctx.me.id, "suggests", { ...where, block_id: at.block, action_id: at.action, typed })).options || [],
  };
  const body = message.blocks && !message.typed ? message.blocks.map((b) => block(b, use)) : mrkdwn(message.text, ctx);
  return h("article", { class: message.is_ephemeral ? "message ephemeral" : "message", "data-ts": message.ts },
    h("div", { class: `avatar ${author.is_bot ? "bot" : `tint${tint(author.name)}`}` }, author.real_name.slice(0, 1)),
    h("div", { class: "body" },
      message.is_ephemeral && h("div", { class: "only" }, "👁 Only visible to you"),
      h("div", { class: "by" }, h("b", {}, author.real_name), author.is_bot && h("small", { class: "tag" }, "APP"),
        author.is_stranger && h("small", { class: "tag" }, "EXTERNAL"),
        h("time", {}, clockTime(message.at, ctx.me)), message.edited && h("small", {}, "(edited)")),
      body,
      reactions(message, ctx),
      !inThread && message.reply_count > 0 && h("button", { type: "button", class: "replies", onclick: () => ctx.openThread(message.ts) },
        `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`)),
    menu(message, ctx, inThread));
}

const tint = (name) => [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;

function reactions(message, ctx) {
  if (!message.reactions) return null;
  return h("div", { class: "reactions" }, message.reactions.map((r) =>
    h("button", { type: "button", class: r.users.includes(ctx.me.id) ? "own" : "", title: `:${r.name}: ${r.users.map((u) => ctx.people.get(u)?.name || u).join(", ")}`,
      onclick: () => react(message, ctx, r.name) }, `${emoji(r.name)} ${r.count}`)));
}

const react = (message, ctx, name) => act(ctx.me.id, "reacts", { channel: message.channel, ts: message.ts, emoji: name });

function menu(message, ctx, inThread) {
  const where = { channel: message.channel, ts: message.ts };
  const item = (words, run) => h("button", { type: "button", role: "menuitem", onclick: (event) => { event.target.closest("details")?.removeAttribute("open"); run(); } }, words);
  if (message.is_ephemeral) return h("div", { class: "tools" }, item("Dismiss", () => act(ctx.me.id, "deletes", where)));
  const shortcuts = ctx.me.is_stranger ? [] : ctx.state.shortcuts.filter((s) => s.kind === "message");
  return h("div", { class: "tools" },
    REACTIONS.slice(0, 2).map((name) => h("button", { type: "button", title: `:${name}:`, "aria-label": `React with ${name}`, onclick: () => react(message, ctx, name) }, emoji(name))),
    !inThread && h("button", { type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: () => ctx.openThread(message.ts) }, "💬"),
    h("details", {}, h("summary", { "aria-label": "More actions" }, "⋮"),
      h("div", { class: "menu", role: "menu" },
        shortcuts.map((s) => item(s.name, () => act(ctx.me.id, "shortcut", { ...where, callback_id: s.callback_id }))),
        REACTIONS.slice(2).map((name) => item(`React ${emoji(name)}`, () => react(message, ctx, name))),
        message.user === ctx.me.id && item("Edit…", () => edit(message, ctx)),
        message.user === ctx.me.id && item("Delete", () => act(ctx.me.id, "deletes", where)))));
}

function edit(message, ctx) {
  const words = message.text.replace(/<@(\w+)(\|[^>]*)?>/g, (_, id) => `@${ctx.people.get(id)?.name || id}`)
    .replace(/<#(\w+)(\|[^>]*)?>/g, (_, id) => `#${ctx.channels.get(id)?.name || id}`)
    .replace(/<((?:https?|mailto)[^>|]*)(\|[^>]*)?>/g, "$1").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  const given = window.prompt("Change your message", words);
  if (given !== null && given.trim()) act(ctx.me.id, "edits", { channel: message.channel, ts: message.ts, text: given });
}
