// Asks before a button does what it says.

import { fill, h } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

export function ask(confirm, ctx) {
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    const end = (yes) => { dialog.close(); resolve(yes); };
    const button = (text, look, yes) =>
      h("button", { type: "button", class: look, onclick: () => end(yes) }, words(text));
    fill(dialog,
      h("h2", { id: "confirm-title" }, words(confirm.title)),
      h("div", { id: "confirm-text" }, textObject(confirm.text, ctx)),
      h("footer", {}, button(confirm.deny, "", false), button(confirm.confirm, confirm.style || "primary", true)));
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}
