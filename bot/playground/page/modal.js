// Draws the form in front of the acting person; keeps what was typed until Slack changes it.

import { act } from "./api.js";
import { block } from "./blocks.js";
import { fill, h } from "./dom.js";
import { plain } from "./mrkdwn.js";

let drawn = "";

export function drawForm(ctx) {
  const dialog = document.getElementById("form");
  const view = ctx.state.form;
  const key = view ? JSON.stringify([view.id, view.hash, view.errors, ctx.me.id]) : "";
  if (key === drawn) return;
  drawn = key;
  if (!view) { dialog.close(); return; }
  const holds = new Map();
  const values = () => {
    const all = {};
    for (const { at, read } of holds.values()) (all[at.block] ||= {})[at.action] = read();
    return all;
  };
  const use = {
    ...ctx,
    values: view.state.values,
    errors: view.errors,
    hold: (at, read) => holds.set(`${at.block}/${at.action}`, { at, read }),
    press: (at, chosen) => act(ctx.me.id, "presses", { view: view.id, block_id: at.block, action_id: at.action, chosen, values: values() }),
    suggest: async (at, typed) => (await act(ctx.me.id, "suggests", { view: view.id, block_id: at.block, action_id: at.action, typed })).options || [],
  };
  const close = (everything) => act(ctx.me.id, "closes", { everything });
  const inner = h("form", { method: "dialog", novalidate: true },
    h("header", {}, h("h2", {}, plain(view.title.text)), h("button", { type: "button", "aria-label": "Close", onclick: () => close(true) }, "✕")),
    h("div", { class: "blocks" }, view.blocks.map((b) => block(b, use))),
    h("footer", {},
      h("button", { type: "button", onclick: () => close(false) }, plain(view.close?.text || (view.previous_view_id ? "Back" : "Cancel"))),
      view.submit && h("button", { class: "primary", id: "send-form" }, plain(view.submit.text))));
  inner.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = inner.querySelector("#send-form");
    send.disabled = true;
    await act(ctx.me.id, "submits", { values: values() });
    send.disabled = false;
  });
  dialog.oncancel = (event) => { event.preventDefault(); close(false); };
  fill(dialog, inner);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(".error")?.scrollIntoView({ block: "center" });
}
