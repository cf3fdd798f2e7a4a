// Draws blocks; one it doesn't know is shown as its JSON.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { image } from "./images.js";
import { markdown } from "./markdown.js";
import { textObject, words } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { json } from "./unknown.js";

const DRAW = {
  section: (b, ctx) =>
    h("div", { class: "section" },
      h("div", { class: "words" }, textObject(b.text, ctx),
        b.fields && h("div", { class: "fields" }, b.fields.map((f) => textObject(f, ctx)))),
      b.accessory && h("div", { class: "accessory" }, element(b.accessory, b, ctx))),
  header: (b) => h("h3", { class: "header", "aria-level": b.level && String(b.level + 2) }, words(b.text)),
  divider: () => h("hr"),
  context: (b, ctx) =>
    h("div", { class: "context" }, b.elements.map((e) => (e.type === "image" ? image(e) : textObject(e, ctx)))),
  actions: (b, ctx) => h("div", { class: "actions", role: "group" }, b.elements.map((e) => element(e, b, ctx))),
  image: (b) => h("figure", {}, b.title && h("figcaption", {}, words(b.title)), image(b)),
  input,
  rich_text: richText,
  markdown: (b, ctx) => h("div", { class: "markdown" }, markdown(b.text, ctx)),
  table,
};

export function block(b, ctx) {
  let drawn = null;
  try {
    drawn = DRAW[b.type]?.(b, ctx);
  } catch (wrong) {
    console.warn("could not draw a block", wrong);
  }
  drawn ||= json(b);
  if (b.block_id) drawn.dataset.block = b.block_id;
  return drawn;
}

let fields = 0;

// the label, the hint and the error all belong to the control, for whoever can't see that they stand by it
function input(b, ctx) {
  const id = `field-${(fields += 1)}`;
  const error = ctx.errors?.[b.block_id];
  const field = {
    id, label: `${id}-label`, isWrong: Boolean(error), isRequired: !b.optional,
    about: [b.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" "),
  };
  return h("div", { class: error ? "field wrong" : "field" },
    h("label", { id: field.label, for: id }, words(b.label), b.optional && h("small", {}, " (optional)")),
    element(b.element, b, { ...ctx, field }),
    error && h("p", { class: "error", id: `${id}-error`, role: "alert" }, error),
    b.hint && h("p", { class: "hint", id: `${id}-hint` }, words(b.hint)));
}

function table(b, ctx) {
  const cell = (c, row, column) => {
    const { align, is_wrapped: isWrapped } = b.column_settings?.[column] || {};
    const look = { class: `${align || "left"}${isWrapped ? " wrapped" : ""}`, scope: row ? null : "col" };
    return h(row ? "td" : "th", look, cellOf(c, ctx));
  };
  return h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, b.rows.map((row, i) => h("tr", {}, row.map((c, column) => cell(c, i, column))))));
}

function cellOf(cell, ctx) {
  if (cell.type === "rich_text") return richText(cell, ctx);
  if (cell.type === "raw_text" || cell.type === "raw_number") return String(cell.text ?? cell.value ?? "");
  return json(cell);
}
