// Draws blocks; one it doesn't know is shown as its JSON.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { channel, emoji, inline, link, mrkdwn, person, plain } from "./mrkdwn.js";

export function text(object, ctx) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx);
  return h("div", { class: "plain" }, plain(object.text));
}

const DRAW = {
  section: (b, ctx) =>
    h("div", { class: "section" },
      h("div", { class: "words" }, text(b.text, ctx),
        b.fields && h("div", { class: "fields" }, b.fields.map((f) => text(f, ctx)))),
      b.accessory && h("div", { class: "accessory" }, element(b.accessory, b, ctx))),
  header: (b) => h("h3", {}, plain(b.text.text)),
  divider: () => h("hr"),
  context: (b, ctx) => h("div", { class: "context" }, b.elements.map((e) => (e.type === "image" ? image(e) : text(e, ctx)))),
  actions: (b, ctx) => h("div", { class: "actions" }, b.elements.map((e) => element(e, b, ctx))),
  image: (b) => h("figure", {}, b.title && h("figcaption", {}, plain(b.title.text)), image(b)),
  input: (b, ctx) =>
    h("div", { class: "field", "data-block": b.block_id },
      h("label", {}, plain(b.label.text), b.optional && h("small", {}, " (optional)")),
      element(b.element, b, ctx),
      ctx.errors?.[b.block_id] && h("p", { class: "error", role: "alert" }, ctx.errors[b.block_id]),
      b.hint && h("p", { class: "hint" }, plain(b.hint.text))),
  rich_text: (b, ctx) => h("div", { class: "rich" }, b.elements.map((e) => rich(e, ctx))),
  markdown: (b, ctx) => h("div", { class: "markdown" }, markdown(b.text, ctx)),
  table: (b, ctx) => h("div", { class: "wide" }, h("table", {}, b.rows.map((row, i) => h("tr", {}, row.map((cell, column) =>
    h(i ? "td" : "th", { class: b.column_settings?.[column]?.align }, cellOf(cell, ctx))))))),
};

export function block(b, ctx) {
  try {
    if (DRAW[b.type]) return DRAW[b.type](b, ctx);
  } catch (wrong) {
    console.warn("could not draw a block", wrong);
  }
  return h("pre", { class: "unknown" }, JSON.stringify(b, null, 2));
}

function image(b) {
  const address = b.image_url || "";
  if (address.startsWith("data:") || address.startsWith(location.origin)) return h("img", { src: address, alt: b.alt_text });
  return h("span", { class: "no-image" }, `🖼 ${b.alt_text} `, address && link(address, "open"));
}

function cellOf(cell, ctx) {
  if (cell.type === "rich_text") return DRAW.rich_text(cell, ctx);
  return plain(String(cell.text ?? cell.value ?? ""));
}

function rich(e, ctx) {
  if (e.type === "rich_text_list") {
    return h(e.style === "ordered" ? "ol" : "ul", {}, e.elements.map((item) => h("li", {}, rich(item, ctx))));
  }
  if (e.type === "rich_text_preformatted") return h("pre", {}, e.elements.map((part) => richPart(part, ctx)));
  const tag = e.type === "rich_text_quote" ? "blockquote" : "div";
  return h(tag, { class: "pre-line" }, e.elements.map((part) => richPart(part, ctx)));
}

function richPart(part, ctx) {
  let node = document.createTextNode("");
  if (part.type === "text") node = document.createTextNode(part.text);
  else if (part.type === "user") node = person(part.user_id.split("|")[0], ctx);
  else if (part.type === "channel") node = channel(part.channel_id.split("|")[0], "", ctx);
  else if (part.type === "link") node = link(part.url, part.text);
  else if (part.type === "emoji") node = document.createTextNode(emoji(part.name));
  else if (part.type === "broadcast") node = h("span", { class: "mention" }, `@${part.range}`);
  else if (part.type === "date") node = inline(`<!date^${part.timestamp}^${part.format}|${part.fallback || ""}>`, ctx)[0];
  else node = h("code", {}, JSON.stringify(part));
  for (const [style, tag] of [["code", "code"], ["strike", "s"], ["italic", "i"], ["bold", "b"]]) {
    if (part.style?.[style]) node = h(tag, {}, node);
  }
  return node;
}

// the little of Markdown that messages use
function markdown(source, ctx) {
  return source.split(/\n{2,}/).map((paragraph) => {
    const heading = /^(#{1,4}) (.*)$/.exec(paragraph);
    if (heading) return h("h4", {}, heading[2]);
    const rows = paragraph.split("\n");
    if (rows.every((row) => /^[-*] /.test(row))) return h("ul", {}, rows.map((row) => h("li", {}, marked(row.slice(2), ctx))));
    return h("p", { class: "pre-line" }, marked(paragraph, ctx));
  });
}

function marked(words, ctx) {
  return words.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\)|<[^<>\n]+>)/).map((piece) => {
    if (/^\*\*.+\*\*$/.test(piece)) return h("b", {}, piece.slice(2, -2));
    if (/^`.+`$/.test(piece)) return h("code", {}, piece.slice(1, -1));
    const named = /^\[(.+)\]\((.+)\)$/.exec(piece);
    if (named) return link(named[2], named[1]);
    return /^<.+>$/.test(piece) ? inline(piece, ctx)[0] : document.createTextNode(plain(piece));
  });
}
