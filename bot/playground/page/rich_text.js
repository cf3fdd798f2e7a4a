// Draws rich text: sections, lists, quotes and preformatted text, and what stands in them.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channel, everybody, group, link, moment, person } from "./mrkdwn.js";
import { json } from "./unknown.js";

const PARTS = {
  text: (p) => document.createTextNode(p.text),
  user: (p, ctx) => person(p.user_id, ctx),
  channel: (p, ctx) => channel(p.channel_id, "", ctx),
  usergroup: (p) => group(p.usergroup_id),
  broadcast: (p) => everybody(p.range),
  link: (p) => link(p.url, p.text),
  emoji: (p) => document.createTextNode(emoji(p.name, p.unicode)),
  date: (p, ctx) => moment(p.timestamp, p.format, p.fallback, ctx, p.url),
  color: (p) => colour(p.value),
};

const STYLES = {
  code: "code", strike: "s", italic: "i", bold: "b", underline: "u", highlight: "mark", client_highlight: "mark",
};

const DRAW = {
  rich_text_section: (e, ctx) => h("div", { class: "rich-line" }, parts(e, ctx)),
  rich_text_quote: (e, ctx) => h("blockquote", { class: "rich-line" }, parts(e, ctx)),
  rich_text_preformatted: (e, ctx) => h("pre", {}, parts(e, ctx)),
  rich_text_list: list,
};

export function richText(block, ctx) {
  return h("div", { class: "rich" }, block.elements.map((e) => element(e, ctx)));
}

const element = (e, ctx) => (DRAW[e.type] ? DRAW[e.type](e, ctx) : json(e));

function list(e, ctx) {
  const isOrdered = e.style === "ordered";
  const start = isOrdered ? (e.offset || 0) + 1 : undefined;
  const look = `indent-${Math.min(e.indent || 0, 8)}${e.border ? " bordered" : ""}`;
  return h(isOrdered ? "ol" : "ul", { class: look, start }, e.elements.map((item) => h("li", {}, element(item, ctx))));
}

const parts = (e, ctx) => e.elements.map((part) => {
  if (!PARTS[part.type]) return json(part);
  let node = PARTS[part.type](part, ctx);
  for (const [style, tag] of Object.entries(STYLES)) {
    if (part.style?.[style]) node = h(tag, {}, node);
  }
  return node;
});

function colour(value) {
  const sample = h("span", { class: "colour" });
  sample.style.backgroundColor = value;
  return h("span", {}, sample, value);
}
