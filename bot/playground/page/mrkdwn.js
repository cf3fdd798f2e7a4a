// Slack's mrkdwn as elements: bold, italic, strike, code, quotes, lists of mentions, links and dates.

import { h } from "./dom.js";
import { slackDate } from "./times.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", pushpin: "📌", warning: "⚠️", eyes: "👀", tada: "🎉", wave: "👋",
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", heart: "❤️", pray: "🙏", rotating_light: "🚨", bell: "🔔",
  clock3: "🕒", hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", calendar: "📅", date: "📅",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", star: "⭐", memo: "📝", inbox_tray: "📥", outbox_tray: "📤", arrow_right: "➡️", x: "❌", no_entry: "⛔",
  no_entry_sign: "🚫", handshake: "🤝", runner: "🏃", speech_balloon: "💬", bulb: "💡", link: "🔗", lock: "🔒", question: "❓",
  point_right: "👉", bar_chart: "📊", chart_with_upwards_trend: "📈", office: "🏢", bust_in_silhouette: "👤", zzz: "💤",
};

export const emoji = (name) => EMOJI[name] || `:${name}:`;
export const REACTIONS = ["pushpin", "white_check_mark", "eyes", "+1", "tada"];

export const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);

export function plain(text) {
  return withEmoji(String(text ?? ""));
}

export function mrkdwn(text, ctx) {
  const parts = String(text ?? "").split(/```\n?([\s\S]*?)```/);
  return h("div", { class: "mrkdwn" }, parts.map((part, i) => (i % 2 ? h("pre", {}, unescaped(part)) : lines(part, ctx))));
}

function lines(text, ctx) {
  const out = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (i && !out.at(-1)?.matches?.("blockquote")) out.push(h("br"));
    const quoted = /^(&gt;|>) ?/.exec(line);
    if (quoted) out.push(h("blockquote", {}, inline(line.slice(quoted[0].length), ctx)));
    else out.push(...inline(line, ctx));
  }
  return out;
}

const STYLES = [["`", "code"], ["*", "b"], ["_", "i"], ["~", "s"]];

export function inline(text, ctx) {
  const out = [];
  for (const piece of text.split(/(`[^`\n]+`|<[^<>\n]+>)/)) {
    if (/^`.+`$/.test(piece)) out.push(h("code", {}, unescaped(piece.slice(1, -1))));
    else if (/^<.+>$/.test(piece)) out.push(angled(piece.slice(1, -1), ctx));
    else out.push(piece);
  }
  return styled(out);
}

// bold, italic and strike may reach across links and mentions
function styled(parts) {
  const root = h("span");
  const stack = [root];
  for (const part of parts) {
    if (typeof part !== "string") { stack.at(-1).append(part); continue; }
    for (const [i, bit] of part.split(/(?<![\p{L}\p{N}])([*_~])(?=\S|$)|(?<=\S|^)([*_~])(?![\p{L}\p{N}])/u).entries()) {
      if (bit === undefined) continue;
      const style = i % 3 && STYLES.find(([mark]) => mark === bit);
      if (!style) { stack.at(-1).append(withEmoji(unescaped(bit))); continue; }
      if (stack.length > 1 && stack.at(-1).dataset.mark === bit) { stack.pop(); continue; }
      const node = h(style[1]);
      node.dataset.mark = bit;
      stack.at(-1).append(node);
      stack.push(node);
    }
  }
  while (stack.length > 1) unopened(stack.pop());
  return [...root.childNodes];
}

function unopened(node) {
  node.replaceWith(node.dataset.mark, ...node.childNodes);
}

function angled(inside, ctx) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? rest.join("|") : undefined;
  if (target.startsWith("@")) return person(target.slice(1), ctx);
  if (target.startsWith("#")) return channel(target.slice(1), label, ctx);
  if (target.startsWith("!date^")) return dated(target, label, ctx);
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1).split("^")[0]}`);
  return link(unescaped(target), label && unescaped(label));
}

export function person(id, ctx) {
  const found = ctx.people.get(id);
  return h("span", { class: id === ctx.me.id ? "mention own" : "mention" }, `@${found ? found.name : id}`);
}

export function channel(id, label, ctx) {
  return h("span", { class: "mention" }, `#${ctx.channels.get(id)?.name || label || id}`);
}

export function link(address, label) {
  if (!/^(https?|mailto|tel|slack):/.test(address)) return document.createTextNode(label || address);
  return h("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, label || address);
}

function dated(target, label, ctx) {
  const [, seconds, pattern, address] = target.split("^");
  const words = slackDate(Number(seconds), unescaped(pattern), ctx.me, ctx.now);
  return address ? link(unescaped(address), words) : h("time", { title: label || "" }, words);
}
