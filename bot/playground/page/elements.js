// Draws buttons, pickers and inputs. In a message a choice is sent at once; in a form it waits for Send.

import { ask } from "./confirm.js";
import { h } from "./dom.js";
import { image } from "./images.js";
import { openMenu } from "./menu.js";
import { textObject, words } from "./mrkdwn.js";
import { SELECTS } from "./selects.js";
import { fromWall, toWall } from "./times.js";
import { json } from "./unknown.js";

const HELD = [
  "value", "rich_text_value", "selected_option", "selected_options", "selected_user", "selected_users",
  "selected_conversation", "selected_conversations", "selected_channel", "selected_channels",
  "selected_date", "selected_time", "selected_date_time",
];
const TYPING_PAUSE = 300; // milliseconds

export function element(e, block, ctx) {
  const draw = DRAW[e.type];
  if (!draw) return json(e);
  const at = { block: block.block_id, action: e.action_id, type: e.type };
  const send = async (chosen) => {
    if (e.confirm && !(await ask(e.confirm, ctx))) return false;
    await ctx.press(at, chosen);
    return true;
  };
  const tells = block.type !== "input" || Boolean(block.dispatch_action);
  // `read` gives what is chosen, `undo` takes back what the person then didn't confirm
  const changed = (read, undo) => {
    ctx.hold?.(at, read);
    return async () => { if (tells && !(await send(read()))) undo?.(); };
  };
  return draw(e, { ...ctx, at, send, changed, tells, held: heldBy(ctx, at), named: named(e, ctx.field) });
}

// what was typed here and not sent yet counts more than what Slack knows
function heldBy(ctx, at) {
  const typed = ctx.typed?.(at);
  if (typed !== undefined) return typed;
  const known = ctx.values?.[at.block]?.[at.action] || {};
  return HELD.map((key) => known[key]).find((value) => value !== undefined && value !== null) ?? null;
}

// the attributes by which a control is found: by people who see it, by those who don't, and by tests
function named(e, field) {
  const found = { "data-action": e.action_id, autofocus: Boolean(e.focus_on_load) };
  if (!field) return { ...found, "aria-label": e.accessibility_label || e.placeholder?.text || SAID[e.type] };
  return {
    ...found, id: field.id, "aria-describedby": field.about || null,
    "aria-invalid": field.isWrong ? "true" : null, "aria-required": field.isRequired ? "true" : null,
  };
}

const SAID = {
  static_select: "Select an item", external_select: "Select an item", users_select: "Select a person",
  channels_select: "Select a channel", conversations_select: "Select a conversation",
  multi_static_select: "Select items", multi_external_select: "Select items", multi_users_select: "Select people",
  multi_channels_select: "Select channels", multi_conversations_select: "Select conversations",
  datepicker: "Select a date", timepicker: "Select a time", datetimepicker: "Select a date and a time",
  checkboxes: "Choices", radio_buttons: "Choice",
};

function button(e, use) {
  const props = { class: `button ${e.style || ""}`, "data-action": e.action_id, "aria-label": e.accessibility_label };
  if (!e.url) return h("button", { ...props, type: "button", onclick: () => use.send() }, words(e.text));
  const open = async (event) => {
    if (e.confirm) event.preventDefault();
    if ((await use.send()) && e.confirm) window.open(e.url, "_blank", "noopener");
  };
  const away = { href: webOnly(e.url), target: "_blank", rel: "noreferrer noopener", onclick: open };
  return h("a", { ...props, ...away }, words(e.text));
}

const webOnly = (address) => (/^(https?|mailto|tel|slack):/.test(address) ? address : null);

function overflow(e, use) {
  const items = e.options.map((o) => ({
    words: o.description ? `${words(o.text)} – ${words(o.description)}` : words(o.text),
    run: () => {
      if (o.url && webOnly(o.url)) window.open(o.url, "_blank", "noopener");
      use.send(o.value);
    },
  }));
  const name = e.accessibility_label || "More options";
  return h("button", {
    type: "button", class: "button", "data-action": e.action_id, "aria-label": name, "aria-haspopup": "menu",
    onclick: (event) => openMenu(event.currentTarget, name, items),
  }, "⋯");
}

function ticks(e, use, type) {
  const chosen = new Set([use.held].flat().filter(Boolean).map((o) => o.value ?? o));
  const name = `${use.at.block}/${use.at.action}/${Math.random()}`;
  const boxes = e.options.map((o, i) => h("input", {
    type, name, value: o.value, checked: chosen.has(o.value), "data-action": e.action_id,
    autofocus: i === 0 && use.named.autofocus,
  }));
  const read = () => {
    const on = boxes.filter((box) => box.checked).map((box) => box.value);
    return type === "radio" ? on[0] ?? null : on;
  };
  const put = (values) => boxes.forEach((box) => { box.checked = values.includes(box.value); });
  let before = [read()].flat();
  const tell = use.changed(read, () => put(before));
  boxes.forEach((box) => box.addEventListener("change", async () => { await tell(); before = [read()].flat(); }));
  const { id, autofocus, ...names } = use.named;
  const role = type === "radio" ? "radiogroup" : "group";
  return h("div", { ...names, id, class: "ticks", role, "aria-labelledby": use.field?.label },
    e.options.map((o, i) => h("label", {}, boxes[i],
      h("span", {}, textObject(o.text, use), o.description && h("small", {}, textObject(o.description, use))))));
}

function typed(e, use, props) {
  const common = { placeholder: e.placeholder?.text, ...use.named };
  const box = props ? h("input", { ...props, ...common }) : h("textarea", { rows: "4", ...common });
  box.value = typeof use.held === "object" ? textOf(use.held) : use.held;
  const read = e.type === "rich_text_input" ? () => richly(box.value) : () => box.value;
  const tell = use.changed(read);
  const on = e.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
  if (use.tells && on.includes("on_enter_pressed") && props) {
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); tell(); } });
  }
  let waiting;
  if (on.includes("on_character_entered")) {
    box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(tell, TYPING_PAUSE); });
  }
  return box;
}

const section = (text) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
const richly = (text) => (text ? { type: "rich_text", elements: [section(text)] } : null);
const textOf = (rich) =>
  (rich?.elements || []).flatMap((e) => e.elements || []).map((part) => part.text ?? "").join("");

function numberProps(e) {
  return { type: "number", step: e.is_decimal_allowed ? "any" : "1", min: e.min_value, max: e.max_value };
}

// moments are shown in the acting person's zone; half a date typed by hand is told nobody
function dated(e, use, type) {
  const { tz } = use.me;
  const isMoment = type === "datetime-local";
  const box = h("input", { type, ...use.named, title: isMoment ? tz : null });
  const write = (chosen) => { box.value = chosen ? (isMoment ? toWall(Number(chosen), tz) : chosen) : ""; };
  write(use.held);
  const read = () => (box.value ? (isMoment ? fromWall(box.value, tz) : box.value) : null);
  let told = read();
  let before = told;
  const changed = use.changed(read, () => { told = before; write(told); });
  const tell = () => {
    if (!box.value || read() === told) return;
    [before, told] = [told, read()];
    changed();
  };
  let isTyping = false;
  box.addEventListener("keydown", (event) => { isTyping = event.key !== "Enter"; if (!isTyping) tell(); });
  box.addEventListener("change", () => { if (!isTyping) tell(); });
  box.addEventListener("blur", () => { isTyping = false; tell(); });
  return e.timezone ? h("span", { class: "timed" }, box, h("small", {}, e.timezone)) : box;
}

const DRAW = {
  ...SELECTS,
  button,
  overflow,
  image,
  checkboxes: (e, use) => ticks(e, use, "checkbox"),
  radio_buttons: (e, use) => ticks(e, use, "radio"),
  plain_text_input: (e, use) => typed(e, use, e.multiline ? null : { type: "text" }),
  rich_text_input: (e, use) => typed(e, use, null),
  email_text_input: (e, use) => typed(e, use, { type: "email" }),
  url_text_input: (e, use) => typed(e, use, { type: "url" }),
  number_input: (e, use) => typed(e, use, numberProps(e)),
  datepicker: (e, use) => dated(e, use, "date"),
  timepicker: (e, use) => dated(e, use, "time"),
  datetimepicker: (e, use) => dated(e, use, "datetime-local"),
};
