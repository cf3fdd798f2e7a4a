// Asks before a button does what it says.

import { fill, h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

export function ask(confirm, ctx) {
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    const end = (yes) => { dialog.close(); resolve(yes); };
    fill(dialog,
      h("h2", {}, plain(confirm.title.text)),
      confirm.text.type === "mrkdwn" ? mrkdwn(confirm.text.text, ctx) : h("p", {}, plain(confirm.text.text)),
      h("footer", {},
        h("button", { type: "button", onclick: () => end(false) }, plain(confirm.deny.text)),
        h("button", { type: "button", class: confirm.style || "primary", onclick: () => end(true) }, plain(confirm.confirm.text))));
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}
