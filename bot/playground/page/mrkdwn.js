// Slack's mrkdwn as elements: bold, italic, strike, code, quotes, links, mentions and dates.

import { slackDate } from "./dates.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { fullTime } from "./times.js";

export { emoji, REACTIONS } from "./emoji.js";

const ADDRESS = /(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~])/;
const NAMES = /((?<![\p{L}\p{N}_&/])(?:@(?:here|channel|everyone)|#[\p{L}\p{N}_-]+)(?![\p{L}\p{N}_-]))/u;
const QUOTED = /^(?:(?:&gt;|>){3}|&gt;|>) ?/;
const LISTED = /^ *(?:[•◦▪-]|\d{1,2}\.) /;
const STYLES = { "*": "b", _: "i", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

export const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export const plain = (text) => withEmoji(String(text ?? ""));

// a text object's words, where no markup is read
export const words = (object) => (object.emoji === false ? String(object.text) : plain(object.text));

export function textObject(object, ctx) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx, { links: !object.verbatim, names: !object.verbatim });
  return h("div", { class: "plain" }, words(object));
}

// `reads` says what Slack makes of plain words by itself: links of addresses, mentions of names
export function mrkdwn(text, ctx, reads = { links: true, names: false }) {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)\n?```\n?/);
  return h("div", { class: "mrkdwn" }, parts.map((part, i) => {
    if (i % 2) return h("pre", {}, unescaped(part));
    return part && lines(part, ctx, reads);
  }));
}

function lines(text, ctx, reads) {
  const out = [];
  let quote = null;
  let toTheEnd = false;
  let wordsBefore = false;
  for (const line of text.split("\n")) {
    const mark = toTheEnd ? "" : QUOTED.exec(line)?.[0];
    const said = inline(line.slice(mark?.length ?? 0), ctx, reads);
    if (mark !== undefined) {
      toTheEnd ||= /^(?:&gt;|>){3}/.test(mark);
      if (quote) quote.append(h("br"), ...said);
      else out.push((quote = h("blockquote", {}, said)));
    } else if (LISTED.test(line)) {
      out.push(h("span", { class: "listed" }, said));
    } else {
      out.push(wordsBefore && h("br"), ...said);
    }
    wordsBefore = mark === undefined && !LISTED.test(line);
    if (mark === undefined) quote = null;
  }
  return out;
}

export function inline(text, ctx, reads = {}) {
  const out = [];
  for (const piece of text.split(/(`[^`\n]+`|<[^<>\n]+>)/)) {
    if (/^`.+`$/.test(piece)) out.push(h("code", {}, unescaped(piece.slice(1, -1))));
    else if (/^<.+>$/.test(piece)) out.push(angled(piece.slice(1, -1), ctx));
    else out.push(...recognised(piece, ctx, reads));
  }
  return styled(out);
}

function recognised(text, ctx, reads) {
  if (!reads.links) return [text];
  return text.split(ADDRESS).flatMap((piece, i) => {
    if (i % 2) return [link(unescaped(piece))];
    return reads.names ? piece.split(NAMES).map((bit, j) => (j % 2 ? named(bit, ctx) : bit)) : [piece];
  });
}

function named(word, ctx) {
  if (word.startsWith("@")) return everybody(word.slice(1));
  const found = [...ctx.channels.values()].find((c) => c.name && c.name === word.slice(1));
  return found ? channel(found.id, "", ctx) : word;
}

// bold, italic and strike may reach across links and mentions; what is never closed stays as it was written
function styled(parts) {
  const open = [{ mark: "", node: h("span") }];
  const put = (text) => text && open.at(-1).node.append(withEmoji(unescaped(text)));
  for (const part of parts) {
    if (typeof part !== "string") { open.at(-1).node.append(part); continue; }
    let from = 0;
    for (const { 0: mark, index } of part.matchAll(/[*_~]/g)) {
      const [before = "", after = ""] = [part[index - 1], part[index + 1]];
      const at = open.findLastIndex((each) => each.mark === mark);
      const isFull = at > 0 && (index > from || open[at].node.hasChildNodes());
      const closes = isFull && before !== " " && !WORD.test(after);
      if (!closes && (WORD.test(before) || after === " " || after === mark)) continue;
      put(part.slice(from, index));
      from = index + 1;
      if (closes) { undo(open, at + 1); open.pop(); } else begin(open, mark);
    }
    put(part.slice(from));
  }
  undo(open, 1);
  return [...open[0].node.childNodes];
}

function begin(open, mark) {
  const node = h(STYLES[mark]);
  open.at(-1).node.append(node);
  open.push({ mark, node });
}

function undo(open, from) {
  for (const { mark, node } of open.splice(from).reverse()) node.replaceWith(mark, ...node.childNodes);
}

function angled(inside, ctx) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescaped(rest.join("|")) : "";
  if (target.startsWith("@")) return person(target.slice(1), ctx);
  if (target.startsWith("#")) return channel(target.slice(1), label, ctx);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, address] = target.split("^");
    return moment(Number(seconds), unescaped(pattern ?? ""), label, ctx, address && unescaped(address));
  }
  if (target.startsWith("!subteam^")) return group(target.split("^")[1], label);
  if (target.startsWith("!")) return everybody(target.slice(1).split("^")[0]);
  return link(unescaped(target), label && withEmoji(label));
}

export function person(id, ctx) {
  const found = ctx.people.get(id);
  const look = id === ctx.me.id ? "mention own" : "mention";
  return h("span", { class: look, title: found?.real_name }, `@${found ? found.name : id}`);
}

export function channel(id, label, ctx) {
  const found = ctx.channels.get(id);
  if (!found) return h("span", { class: "mention" }, `#${label || id}`);
  return h("button", { type: "button", class: "mention", onclick: () => ctx.go?.(id) }, `#${found.name}`);
}

export const everybody = (range) => h("span", { class: "mention own" }, `@${range}`);

export const group = (id, label) => h("span", { class: "mention" }, `@${(label || id).replace(/^@/, "")}`);

export function link(address, label) {
  if (!/^(https?|mailto|tel|slack):/.test(address)) return h("span", {}, label || address);
  return h("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, label || address);
}

export function moment(seconds, pattern, fallback, ctx, address) {
  if (!pattern || !(Math.abs(seconds) < 8.64e12)) return h("time", {}, fallback || "");
  const said = slackDate(seconds, pattern, ctx.me, ctx.now);
  const node = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fullTime(seconds, ctx.me) }, said);
  if (!address) return node;
  const linked = link(address, said);
  linked.replaceChildren(node);
  return linked;
}
