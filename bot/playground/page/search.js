// Draws a box to search in, for menus whose options the app suggests while a person types.

import { h } from "./dom.js";
import { words } from "./mrkdwn.js";

const PAUSE = 200; // milliseconds without a key before the app is asked
const SHORTEST_QUERY = 3; // characters, where the app says nothing else

let lists = 0;

export function searched(e, use, choose) {
  const id = `found-${(lists += 1)}`;
  const list = h("ul", { class: "found", id, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const box = h("input", {
    type: "text", autocomplete: "off", placeholder: e.placeholder?.text || "Search…", ...use.named,
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
  });
  const least = e.min_query_length ?? SHORTEST_QUERY;
  const open = (isOpen) => {
    list.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen));
    box.removeAttribute("aria-activedescendant");
  };
  const show = (...rows) => { list.replaceChildren(...rows); open(true); };
  const take = (o) => { open(false); choose(o); };
  let asked = 0;
  const look = async () => {
    const query = box.value.trim();
    const mine = (asked += 1);
    if (query.length < least) { open(false); return; }
    const found = await use.suggest(use.at, query);
    if (mine !== asked || document.activeElement !== box) return;
    const rowsOf = (o) => (o.options ? [heading(o), ...o.options.flatMap(rowsOf)] : [row(o, take)]);
    const rows = found.flatMap(rowsOf);
    rows.forEach((each, i) => { each.id = `${id}-${i}`; });
    show(...(rows.length ? rows : [h("li", { class: "none" }, "Nothing found")]));
  };
  let waiting;
  box.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  box.addEventListener("focus", () => { if (least === 0) look(); });
  box.addEventListener("blur", () => { asked += 1; clearTimeout(waiting); open(false); });
  box.addEventListener("keydown", (event) => keyed(event, box, list, open));
  return { whole: h("span", { class: "search" }, box, list), box };
}

const heading = (group) => h("li", { class: "heading", role: "presentation" }, words(group.label));

// pressing the mouse must not take the keyboard away from the box
function row(o, take) {
  return h("li", {
    role: "option", "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => take(o),
  }, words(o.text), o.description && h("small", {}, words(o.description)));
}

function keyed(event, box, list, open) {
  const rows = [...list.querySelectorAll("[role=option]")];
  const at = rows.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const moves = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (list.hidden) return;
  if (moves && rows.length) {
    const next = rows[(Math.max(at, moves < 0 ? 0 : -1) + moves + rows.length) % rows.length];
    rows.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
    box.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  } else if (event.key === "Enter" && rows.length) {
    rows[Math.max(at, 0)].click();
  } else if (event.key === "Escape") {
    open(false);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
