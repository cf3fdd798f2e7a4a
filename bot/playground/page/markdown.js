// Draws the standard Markdown of a markdown block.

import { h } from "./dom.js";
import { inline as slackInline, link, plain } from "./mrkdwn.js";

// each kind of block: what its first line looks like, and the drawing of the lines that it takes away
const BLOCKS = [
  [/^ *(```|~~~)/, fence],
  [/^#{1,6} /, (rows, ctx) => h("h4", {}, inline(rows.shift().replace(/^#+ /, "").replace(/ #+$/, ""), ctx))],
  [/^ *([-*_])( *\1){2,} *$/, (rows) => { rows.shift(); return h("hr"); }],
  [/^ *>/, quote],
  [/^ *([-*+]|\d{1,3}[.)]) /, list],
];
const ROW = /^ *\|?.*\|/;
const RULE = /^ *\|?[ :|-]*-[ :|-]*$/;

export const markdown = (source, ctx) => blocks(source.split("\n"), ctx);

function blocks(rows, ctx) {
  const out = [];
  while (rows.length) {
    if (!rows[0].trim()) { rows.shift(); continue; }
    const draw = BLOCKS.find(([looks]) => looks.test(rows[0]))?.[1];
    if (draw) out.push(draw(rows, ctx));
    else if (isTable(rows)) out.push(table(rows, ctx));
    else out.push(paragraph(rows, ctx));
  }
  return out;
}

function paragraph(rows, ctx) {
  const inside = taken(rows, (row, i) => row.trim() && !(i && begins(row)));
  return h("p", { class: "rich-line" }, inline(inside.join("\n"), ctx));
}

const begins = (row) => BLOCKS.some(([looks]) => looks.test(row));
const isTable = (rows) => ROW.test(rows[0]) && RULE.test(rows[1] ?? "") && rows[1].includes("|");

function taken(rows, goesOn) {
  const end = rows.findIndex((row, i) => !goesOn(row, i));
  return rows.splice(0, end < 0 ? rows.length : end);
}

function fence(rows) {
  const mark = rows.shift().trim().slice(0, 3);
  const inside = taken(rows, (row) => row.trim() !== mark);
  rows.shift();
  return h("pre", {}, inside.join("\n"));
}

function quote(rows, ctx) {
  const inside = taken(rows, (row) => /^ *>/.test(row)).map((row) => row.replace(/^ *> ?/, ""));
  return h("blockquote", {}, blocks(inside, ctx));
}

// deeper rows belong to the item above them
function list(rows, ctx) {
  const first = /^( *)([-*+]|(\d+)[.)]) /.exec(rows[0]);
  const isOrdered = Boolean(first[3]);
  const items = [];
  while (rows.length) {
    const found = /^( *)(?:[-*+]|\d{1,3}[.)]) +(.*)$/.exec(rows[0]);
    if (!found || found[1].length > first[1].length + 1 || found[1].length < first[1].length) break;
    rows.shift();
    const inside = taken(rows, (row) => row.trim() && row.search(/\S/) > first[1].length + 1);
    const cut = Math.min(...inside.map((row) => row.search(/\S/)));
    items.push(item(found[2], inside.map((row) => row.slice(cut)), ctx));
  }
  return h(isOrdered ? "ol" : "ul", { start: isOrdered ? Number(first[3]) : undefined }, items);
}

function item(words, inside, ctx) {
  const task = /^\[([ xX])\] (.*)$/.exec(words);
  const box = task && h("input", { type: "checkbox", disabled: true, checked: task[1] !== " ", "aria-label": "Task" });
  return h("li", {}, box, inline(task ? task[2] : words, ctx), blocks(inside, ctx));
}

function table(rows, ctx) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const head = cells(rows.shift());
  const align = cells(rows.shift()).map((rule) => (/:$/.test(rule) ? (/^:/.test(rule) ? "center" : "right") : ""));
  const row = (tag, each) => h("tr", {}, each.map((cell, i) => h(tag, { class: align[i] }, inline(cell, ctx))));
  const body = taken(rows, (each) => ROW.test(each)).map((each) => row("td", cells(each)));
  return h("div", { class: "wide" }, h("table", {}, row("th", head), body));
}

// what looks like each inline piece, and its drawing; the earliest in the words wins
const INLINE = [
  [/\\([\\`*_~#>[\]()!.+-])/, (m) => m[1]],
  [/`([^`\n]+)`/, (m) => h("code", {}, m[1])],
  [/!?\[([^\]\n]*)\]\(([^)\s]+)\)/, (m) => link(m[2], m[1])],
  [/<[@#!][^<>\n]+>/, (m, ctx) => slackInline(m[0], ctx)],
  [/<?(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~])>?/, (m) => link(m[1])],
  [/\*\*\*(?=\S)([^*]+)\*\*\*/, (m, ctx) => h("b", {}, h("i", {}, inline(m[1], ctx)))],
  [/\*\*(?=\S)(.+?)(?<=\S)\*\*/s, (m, ctx) => h("b", {}, inline(m[1], ctx))],
  [/(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)/s, (m, ctx) => h("b", {}, inline(m[1], ctx))],
  [/~~(?=\S)(.+?)(?<=\S)~~/s, (m, ctx) => h("s", {}, inline(m[1], ctx))],
  [/\*(?=\S)([^*]+?)(?<=\S)\*/s, (m, ctx) => h("i", {}, inline(m[1], ctx))],
  [/(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)/s, (m, ctx) => h("i", {}, inline(m[1], ctx))],
];

function inline(words, ctx) {
  const out = [];
  let rest = words;
  while (rest) {
    const found = INLINE.map(([looks, draw]) => ({ m: looks.exec(rest), draw })).filter(({ m }) => m)
      .reduce((one, other) => (one && one.m.index <= other.m.index ? one : other), null);
    if (!found) break;
    out.push(plain(rest.slice(0, found.m.index)), found.draw(found.m, ctx));
    rest = rest.slice(found.m.index + found.m[0].length);
  }
  return [...out, plain(rest)];
}
