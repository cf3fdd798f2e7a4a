// Draws menus: of fixed options, of people and conversations, and of what the app suggests; for one choice or several.

import { h } from "./dom.js";
import { words } from "./mrkdwn.js";
import { searched } from "./search.js";

const asOption = (value, text) => ({ value, text: { text } });
const listed = (e) => e.options || e.option_groups || [];
const people = (e, use) =>
  [...use.people.values()].filter((p) => p.id !== "USLACKBOT").map((p) => asOption(p.id, p.real_name));
const roomsOf = (use, kinds) => [...use.channels.values()].filter((c) => kinds.includes(c.kind));
const channels = (e, use) => roomsOf(use, ["channel"]).map((c) => asOption(c.id, `# ${c.name}`));

const KINDS = { public: "channel", private: "group", im: "im" };
const SIGN = { channel: "#", group: "🔒", im: "●" };

function conversations(e, use) {
  const filter = e.filter || {};
  const kinds = (filter.include || Object.keys(KINDS)).map((kind) => KINDS[kind]);
  return roomsOf(use, kinds)
    .filter((c) => !(filter.exclude_external_shared_channels && c.is_shared))
    .filter((c) => !(filter.exclude_bot_users && c.kind === "im"))
    .map((c) => asOption(c.id, `${SIGN[c.kind]} ${c.name || use.people.get(use.state.workspace.bot)?.real_name}`));
}

const valuesOf = (held) => [held].flat().filter(Boolean).map((o) => String(o.value ?? o));

function fill(box, first, options) {
  const one = (o) =>
    h("option", { value: o.value }, words(o.text), o.description && h("small", {}, ` – ${words(o.description)}`));
  box.replaceChildren(h("option", { value: "" }, first), ...options.map((o) =>
    (o.options ? h("optgroup", { label: words(o.label) }, o.options.map(one)) : one(o))));
}

function single(e, use, options) {
  const box = h("select", { class: "pick", ...use.named });
  fill(box, e.placeholder?.text || (use.field ? "Select…" : use.named["aria-label"]), options);
  box.value = valuesOf(use.held)[0] ?? "";
  if (box.selectedIndex < 0) box.value = "";
  const read = () => box.value || null;
  let before = box.value;
  const tell = use.changed(read, () => { box.value = before; });
  box.addEventListener("change", async () => { await tell(); before = box.value; });
  return box;
}

// several choices stand above the box in which one more is chosen, each with its own way out
function several(e, use, box, chosen, { read, redrawn }) {
  const whole = h("div", { class: "several" });
  const isFull = () => chosen.size >= (e.max_selected_items || Infinity);
  const draw = () => {
    const list = h("ul", { class: "chosen", "aria-label": "Chosen" }, [...chosen].map(([value, o]) => {
      const out = () => change(() => chosen.delete(value));
      const remove = h("button", { type: "button", "aria-label": `Remove ${words(o.text)}`, onclick: out }, "✕");
      return h("li", {}, words(o.text), remove);
    }));
    whole.querySelector(".chosen")?.remove();
    if (chosen.size) whole.prepend(list);
    redrawn(isFull(), `No more than ${e.max_selected_items}`);
  };
  let before = new Map(chosen);
  const tell = use.changed(read, () => {
    chosen.clear();
    before.forEach((o, value) => chosen.set(value, o));
    draw();
  });
  const change = async (alter) => {
    alter();
    draw();
    whole.querySelector("select, input").focus();
    whole.dispatchEvent(new Event("change", { bubbles: true }));
    await tell();
    before = new Map(chosen);
  };
  whole.append(box);
  draw();
  return { whole, add: (o) => change(() => chosen.set(o.value, o)) };
}

function many(e, use, options) {
  const known = new Map(options.flatMap((o) => o.options || [o]).map((o) => [o.value, o]));
  const there = valuesOf(use.held).filter((value) => known.has(value));
  const chosen = new Map(there.map((value) => [value, known.get(value)]));
  const box = h("select", { class: "pick", ...use.named });
  const redrawn = (isFull, why) => {
    const isLeft = (o) => (o.options ? o.options.length > 0 : !chosen.has(o.value));
    const left = options.map((o) => (o.options ? { ...o, options: o.options.filter(isLeft) } : o)).filter(isLeft);
    fill(box, isFull ? why : e.placeholder?.text || "Add…", isFull ? [] : left);
  };
  const { whole, add } = several(e, use, box, chosen, { read: () => [...chosen.keys()], redrawn });
  box.addEventListener("change", (event) => { event.stopPropagation(); if (box.value) add(known.get(box.value)); });
  return whole;
}

const optionsOf = (held) => [held].flat().filter(Boolean);

function external(e, use) {
  let [chosen = null] = optionsOf(use.held);
  let before = chosen;
  const write = () => { box.value = chosen ? words(chosen.text) : ""; };
  const tell = use.changed(() => chosen, () => { chosen = before; write(); });
  const choose = async (o) => {
    chosen = o;
    write();
    await tell();
    before = chosen;
  };
  const { whole, box } = searched(e, use, choose);
  box.addEventListener("blur", () => { if (chosen && !box.value.trim()) choose(null); else write(); });
  write();
  return whole;
}

function manyExternal(e, use) {
  const chosen = new Map(optionsOf(use.held).map((o) => [o.value, o]));
  const search = searched(e, use, (o) => { search.box.value = ""; add(o); });
  const redrawn = (isFull, why) => {
    search.box.disabled = isFull;
    search.box.placeholder = isFull ? why : e.placeholder?.text || "Search…";
  };
  const { whole, add } = several(e, use, search.whole, chosen, { read: () => [...chosen.values()], redrawn });
  return whole;
}

export const SELECTS = {
  static_select: (e, use) => single(e, use, listed(e)),
  multi_static_select: (e, use) => many(e, use, listed(e)),
  external_select: external,
  multi_external_select: manyExternal,
  users_select: (e, use) => single(e, use, people(e, use)),
  multi_users_select: (e, use) => many(e, use, people(e, use)),
  channels_select: (e, use) => single(e, use, channels(e, use)),
  multi_channels_select: (e, use) => many(e, use, channels(e, use)),
  conversations_select: (e, use) => single(e, use, conversations(e, use)),
  multi_conversations_select: (e, use) => many(e, use, conversations(e, use)),
};
