// The drawer for the curious: what goes back and forth, and the switches that make it go wrong.

import { listen } from "./api.js";
import { h } from "./dom.js";
import { Faults } from "./faults.js";
import { Traffic } from "./traffic.js";

const traffic = new Traffic();
const faults = new Faults(mark);
export const opener = h("button", { type: "button", id: "open-drawer", "aria-controls": "drawer", onclick: () => show(drawer.hidden) });
const parts = [["traffic", "Traffic"], ["faults", "Faults"]].map(([part, name]) =>
  h("button", { type: "button", class: "part", "data-part": part, onclick: () => choose(part) }, name));
const drawer = h("section", { id: "drawer", "aria-label": "Traffic and faults", hidden: true, onkeydown: keyed },
  h("header", {}, h("h2", {}, "Traffic and faults"), parts,
    h("button", { type: "button", class: "close", "aria-label": "Close the drawer", onclick: () => show(false) }, "✕")),
  h("div", { class: "parts" }, traffic.node, faults.node));

function show(open) {
  drawer.hidden = !open;
  mark();
  if (open) refresh();
  if (open) traffic.words.focus();
  else opener.focus();
}

function keyed(event) {
  if (event.key !== "Escape" || (event.target === traffic.words && traffic.words.value)) return;
  event.preventDefault(); // nothing else is to close with it
  show(false);
}

// on a phone there is room for one of the two
function choose(part) {
  drawer.dataset.part = part;
  for (const button of parts) button.setAttribute("aria-pressed", String(button.dataset.part === part));
}

function mark() {
  opener.setAttribute("aria-expanded", String(!drawer.hidden));
  opener.classList.toggle("warns", faults.on > 0);
  opener.textContent = faults.on ? `Traffic and faults (${faults.on} on)` : "Traffic and faults";
}

function refresh() {
  return Promise.all([drawer.hidden ? null : traffic.refresh(), faults.refresh()]).catch(() => {}); // main.js says so
}

let soon = 0;
listen(({ what }) => {
  const concerns = what === "all" || what === "faults" || (!drawer.hidden && ["traffic", "connection"].includes(what));
  if (concerns && !soon) soon = setTimeout(() => { soon = 0; refresh(); }, 100);
});
choose("traffic");
mark();
document.body.append(drawer);
