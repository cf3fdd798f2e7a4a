// Draws buttons, pickers and inputs. In a message a choice is sent at once; in a form it waits for Send.

import { h } from "./dom.js";
import { ask } from "./confirm.js";
import { plain } from "./mrkdwn.js";
import { fromWall, toWall } from "./times.js";

const HELD = [
  "value", "selected_option", "selected_options", "selected_user", "selected_users", "selected_conversation",
  "selected_conversations", "selected_channel", "selected_channels", "selected_date", "selected_time", "selected_date_time",
];

export function element(e, block, ctx) {
  const draw = DRAW[e.type];
  if (!draw) return h("pre", { class: "unknown" }, JSON.stringify(e, null, 2));
  const held = ctx.values?.[block.block_id]?.[e.action_id] || {};
  const now = HELD.map((key) => held[key]).find((value) => value !== undefined && value !== null);
  const at = { block: block.block_id, action: e.action_id };
  const send = async (chosen) => {
    if (e.confirm && !(await ask(e.confirm, ctx))) return;
    await ctx.press(at, chosen);
  };
  const tells = ctx.hold ? Boolean(block.type !== "input" || block.dispatch_action) : true;
  const changed = (read) => {
    ctx.hold?.(at, read);
    return () => tells && send(read());
  };
  return draw(e, { ...ctx, now, send, changed, at });
}

const label = (e) => e.accessibility_label || e.placeholder?.text || e.action_id;

function button(e, use) {
  if (e.url) return h("a", { class: `button ${e.style || ""}`, href: e.url, target: "_blank", rel: "noreferrer noopener",
    onclick: () => use.send() }, plain(e.text.text));
  return h("button", { type: "button", class: e.style || "", "data-action": e.action_id, onclick: () => use.send() }, plain(e.text.text));
}

function picker(e, use, options, many) {
  const chosen = new Set((Array.isArray(use.now) ? use.now : [use.now]).filter(Boolean).map((o) => o.value ?? o));
  const box = h("select", { multiple: many, "aria-label": label(e), "data-action": e.action_id });
  if (!many) box.append(h("option", { value: "" }, e.placeholder?.text || "Choose…"));
  const add = (into, o) => into.append(h("option", { value: o.value, selected: chosen.has(o.value), title: o.description?.text }, plain(o.text.text)));
  for (const o of options) {
    if (o.options) {
      const group = h("optgroup", { label: o.label.text });
      o.options.forEach((each) => add(group, each));
      box.append(group);
    } else add(box, o);
  }
  const read = () => (many ? [...box.selectedOptions].map((o) => o.value) : box.value || null);
  box.addEventListener("change", use.changed(read));
  return box;
}

const asOption = (value, words) => ({ value, text: { text: words } });
const peopleOf = (use) => [...use.people.values()].filter((p) => p.id !== "USLACKBOT").map((p) => asOption(p.id, p.real_name));
const channelsOf = (use) => [...use.channels.values()].filter((c) => c.kind !== "im").map((c) => asOption(c.id, `#${c.name}`));
const talksOf = (use) => [...channelsOf(use), ...[...use.channels.values()].filter((c) => c.kind === "im").map((c) => asOption(c.id, "Stafet (direct)"))];
const listed = (e) => e.options || e.option_groups || [];

function external(e, use, many) {
  const kept = new Map((Array.isArray(use.now) ? use.now : [use.now]).filter(Boolean).map((o) => [o.value, o]));
  const box = h("select", { multiple: many, "aria-label": label(e) });
  const read = () => {
    const found = [...box.selectedOptions].map((o) => kept.get(o.value)).filter(Boolean);
    return many ? found : found[0] || null;
  };
  const show = (options) => box.replaceChildren(...(many ? [] : [h("option", { value: "" }, "Choose…")]), ...options.map((o) => {
    kept.set(o.value, o);
    return h("option", { value: o.value }, plain(o.text.text));
  }));
  show([...kept.values()]);
  if (kept.size) box.value = [...kept.keys()][0];
  const search = h("input", { type: "search", placeholder: e.placeholder?.text || "Search…", oninput: async () =>
    show(await use.suggest(use.at, search.value)) });
  box.addEventListener("change", use.changed(read));
  return h("span", { class: "external" }, search, box);
}

function overflow(e, use) {
  const box = h("select", { class: "overflow", "aria-label": "More", "data-action": e.action_id }, h("option", { value: "" }, "⋯"));
  e.options.forEach((o) => box.append(h("option", { value: o.value }, plain(o.text.text))));
  box.addEventListener("change", () => { const chosen = box.value; box.value = ""; if (chosen) use.send(chosen); });
  return box;
}

function ticks(e, use, type) {
  const chosen = new Set((Array.isArray(use.now) ? use.now : [use.now]).filter(Boolean).map((o) => o.value));
  const name = `${use.at.block}/${use.at.action}`;
  const boxes = e.options.map((o) => h("input", { type, name, value: o.value, checked: chosen.has(o.value) }));
  const read = () => {
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    return type === "radio" ? on[0] ?? null : on;
  };
  const tell = use.changed(read);
  boxes.forEach((box) => box.addEventListener("change", tell));
  return h("div", { class: "ticks" }, e.options.map((o, i) =>
    h("label", {}, boxes[i], plain(o.text.text), o.description && h("small", {}, ` ${o.description.text}`))));
}

function typed(e, use, type) {
  const props = { placeholder: e.placeholder?.text, "aria-label": label(e), "data-action": e.action_id, autofocus: e.focus_on_load };
  const box = e.multiline ? h("textarea", { rows: "4", ...props }) : h("input", { type, step: "any", ...props });
  box.value = use.now ?? "";
  const read = () => box.value;
  const tell = use.changed(read);
  box.addEventListener("keydown", (event) => { if (event.key === "Enter" && !e.multiline) { event.preventDefault(); tell(); } });
  return box;
}

function dated(e, use, type) {
  const tz = use.me.tz;
  const isMoment = type === "datetime-local";
  const box = h("input", { type, "aria-label": label(e), "data-action": e.action_id });
  if (use.now) box.value = isMoment ? toWall(use.now, tz) : use.now;
  const read = () => (box.value ? (isMoment ? fromWall(box.value, tz) : box.value) : null);
  const tell = use.changed(read);
  box.addEventListener("change", () => box.value && tell());
  return box;
}

const DRAW = {
  button,
  overflow,
  static_select: (e, use) => picker(e, use, listed(e)),
  multi_static_select: (e, use) => picker(e, use, listed(e), true),
  external_select: (e, use) => external(e, use),
  multi_external_select: (e, use) => external(e, use, true),
  users_select: (e, use) => picker(e, use, peopleOf(use)),
  multi_users_select: (e, use) => picker(e, use, peopleOf(use), true),
  channels_select: (e, use) => picker(e, use, channelsOf(use)),
  multi_channels_select: (e, use) => picker(e, use, channelsOf(use), true),
  conversations_select: (e, use) => picker(e, use, talksOf(use)),
  multi_conversations_select: (e, use) => picker(e, use, talksOf(use), true),
  checkboxes: (e, use) => ticks(e, use, "checkbox"),
  radio_buttons: (e, use) => ticks(e, use, "radio"),
  plain_text_input: (e, use) => typed(e, use, "text"),
  email_text_input: (e, use) => typed(e, use, "email"),
  url_text_input: (e, use) => typed(e, use, "url"),
  number_input: (e, use) => typed(e, use, "number"),
  datepicker: (e, use) => dated(e, use, "date"),
  timepicker: (e, use) => dated(e, use, "time"),
  datetimepicker: (e, use) => dated(e, use, "datetime-local"),
  image: (e) => h("span", { class: "no-image" }, `🖼 ${e.alt_text}`),
};
