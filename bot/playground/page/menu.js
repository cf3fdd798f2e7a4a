// A menu beside a button: arrows move in it, Escape and a press elsewhere close it.

import { fill, h, pressable } from "./dom.js";

const GAP = 4;

function place() {
  const known = document.getElementById("menu");
  if (known) return known;
  const menu = h("div", { id: "menu", popover: "auto", role: "menu" });
  menu.addEventListener("keydown", (event) => moved(event, menu));
  menu.addEventListener("toggle", (event) => event.newState === "closed" && left());
  return menu;
}

const left = () => document.querySelector(".has-menu")?.classList.remove("has-menu");

// items: { words, sign (an icon or emoji), run, danger } or null for a line between
export function openMenu(button, name, items, { columns = 1 } = {}) {
  const menu = place();
  if (menu.isConnected) menu.hidePopover();
  (button.closest("dialog") || document.body).append(menu); // a form makes all around it inert
  menu.className = columns > 1 ? "grid" : "";
  menu.dataset.columns = columns;
  menu.setAttribute("aria-label", name);
  fill(menu, items.map((item) => (item ? drawItem(item, menu, columns) : h("hr"))));
  left();
  // its buttons stay in sight: the keyboard goes back to one of them
  button.closest("article")?.classList.add("has-menu");
  button.focus();
  menu.showPopover();
  beside(menu, button.getBoundingClientRect());
  menu.querySelector("button")?.focus();
}

function drawItem({ words, sign, run, danger }, menu, columns) {
  const only = columns > 1 && sign;
  return pressable({
    role: "menuitem", class: danger ? "danger-words" : "",
    title: only ? words : null, "aria-label": only ? words : null,
    onclick: () => { menu.hidePopover(); run(); },
  }, sign, only ? null : h("span", {}, words));
}

function beside(menu, at) {
  const box = menu.getBoundingClientRect();
  const below = at.bottom + GAP + box.height < innerHeight;
  menu.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - box.height)}px`;
  menu.style.left = `${Math.max(GAP, Math.min(at.right - box.width, innerWidth - box.width - GAP))}px`;
}

function moved(event, menu) {
  const columns = Number(menu.dataset.columns);
  const step = { ArrowDown: columns, ArrowUp: -columns, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (!step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement) + step;
  items[(at + items.length) % items.length].focus();
}
