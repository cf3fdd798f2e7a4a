// Shows what the page has no drawing for as its JSON: nothing is dropped.

import { h } from "./dom.js";

export function json(what, kind = what.type) {
  const named = { role: "group", "aria-label": `${kind}, shown as its JSON` };
  return h("pre", { class: "unknown", tabindex: "0", ...named }, JSON.stringify(what, null, 2));
}
