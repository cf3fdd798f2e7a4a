// Draws who somebody is: a letter on a colour of their own.

import { h } from "./dom.js";

const TINTS = 6;

export function avatar(person) {
  const tint = [...person.name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % TINTS;
  const colour = person.is_bot ? "bot" : `tint${tint}`;
  return h("span", { class: `avatar ${colour}`, "aria-hidden": "true" }, person.real_name.slice(0, 1));
}

export const unknownPerson = (id) => ({ id, name: id, real_name: id });
