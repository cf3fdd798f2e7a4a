// Draws the form in front of the acting person; keeps what was typed while Slack changes the form around it.

import { act } from "./api.js";
import { block } from "./blocks.js";
import { fill, h } from "./dom.js";
import { words } from "./mrkdwn.js";

let drawn = "";
let shown = null; // the view on the page and what reads its fields
const typed = new Map(); // view id: what stood in its fields when they were last on the page

const keyOf = (at) => `${at.block}/${at.action}/${at.type}`;
const ofView = (id) => typed.get(id) || typed.set(id, new Map()).get(id);

export function drawForm(ctx) {
  const dialog = document.getElementById("form");
  const view = ctx.state.form;
  const key = view ? JSON.stringify([view.id, view.hash, view.errors, ctx.me.id]) : "";
  if (key === drawn) return;
  drawn = key;
  keepTyped();
  shown = view && { id: view.id, fields: new Map() };
  if (!view) { dialog.close(); return; }
  const place = placeOf(dialog);
  fill(dialog, formOf(view, ctx));
  if (!dialog.open) dialog.showModal();
  dialog.oncancel = (event) => { event.preventDefault(); act(ctx.me.id, "closes", {}); };
  (again(dialog, place) || first(dialog))?.focus();
  dialog.querySelector(".error")?.scrollIntoView({ block: "center" });
}

function keepTyped() {
  for (const { at, read } of shown?.fields.values() || []) ofView(shown.id).set(keyOf(at), read());
}

function values() {
  const all = {};
  for (const { at, read } of shown.fields.values()) (all[at.block] ||= {})[at.action] = read();
  return all;
}

function formOf(view, ctx) {
  const where = (at) => ({ view: view.id, block_id: at.block, action_id: at.action });
  const { fields } = shown;
  const use = {
    ...ctx,
    values: view.state.values,
    errors: view.errors,
    typed: (at) => ofView(view.id).get(keyOf(at)),
    hold: (at, read) => fields.set(keyOf(at), { at, read }),
    press: (at, chosen) => act(ctx.me.id, "presses", { ...where(at), chosen, values: values() }),
    suggest: async (at, query) => (await act(ctx.me.id, "suggests", { ...where(at), typed: query })).options || [],
  };
  const close = (everything) => act(ctx.me.id, "closes", { everything });
  const away = view.previous_view_id ? "Back" : "Cancel";
  const send = view.submit && h("button", { class: "primary", id: "send-form" }, words(view.submit));
  const form = h("form", { method: "dialog", novalidate: true, onkeydown: sendsByKey },
    h("header", {}, h("h2", { id: "form-title" }, words(view.title)),
      h("button", { type: "button", "aria-label": "Close", onclick: () => close(true) }, "✕")),
    h("div", { class: "blocks" }, view.blocks.map((b) => block(b, use))),
    h("footer", {},
      h("button", { type: "button", onclick: () => close(false) }, view.close ? words(view.close) : away),
      send));
  if (send && view.submit_disabled) {
    send.disabled = true;
    ["input", "change"].forEach((kind) => form.addEventListener(kind, () => { send.disabled = false; }));
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(ctx, send); });
  return form;
}

async function submit(ctx, send) {
  if (!send || send.disabled) return;
  send.disabled = true;
  send.setAttribute("aria-busy", "true");
  await act(ctx.me.id, "submits", { values: values() });
  send.disabled = false;
  send.removeAttribute("aria-busy");
}

// as in Slack, Ctrl+Enter sends from a field of several lines too
function sendsByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

const CONTROLS = "input, select, textarea, button";

function placeOf(dialog) {
  const on = document.activeElement;
  if (!dialog.contains(on) || !on.dataset.action) return null;
  const { block: inBlock } = on.closest("[data-block]")?.dataset || {};
  return { block: inBlock, action: on.dataset.action, value: on.value, from: on.selectionStart };
}

function again(dialog, place) {
  if (!place || dialog.querySelector("[aria-invalid]")) return null;
  const blocks = [...dialog.querySelectorAll("[data-block]")].filter((each) => each.dataset.block === place.block);
  const controls = blocks.flatMap((each) => [...each.querySelectorAll(CONTROLS)]);
  const same = controls.filter((each) => each.dataset.action === place.action);
  const found = same.find((each) => each.value === place.value) || same[0];
  if (typeof place.from === "number") found?.setSelectionRange?.(place.from, place.from);
  return found;
}

function first(dialog) {
  const wrong = dialog.querySelector("[aria-invalid]");
  const control = wrong && (wrong.matches(CONTROLS) ? wrong : wrong.querySelector(CONTROLS));
  if (control) return control;
  const wanted = ["[autofocus]", `.field :is(${CONTROLS})`, "#send-form"];
  return wanted.map((each) => dialog.querySelector(each)).find(Boolean);
}
