// Draws where an image stands: what it shows, and its address. The page itself asks nobody for it.

import { h } from "./dom.js";
import { link } from "./mrkdwn.js";

export function image(e) {
  const address = e.image_url || e.slack_file?.url;
  const sign = h("span", { role: "img", "aria-label": e.alt_text }, "🖼");
  return h("span", { class: "no-image" }, sign, " ", address ? link(address, e.alt_text) : e.alt_text);
}
