// Speaks with the playground: what is there, what a person does, what changes.

import { h } from "./dom.js";

export async function get(path, params = {}) {
  const answer = await fetch(`/playground/${path}?${new URLSearchParams(params)}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export async function act(user, what, fields = {}) {
  return post("act", { user, do: what, ...fields });
}

export async function post(path, body) {
  const answer = await fetch(`/playground/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!said.ok) tell(said.error);
  else if (said.notice) tell(said.notice);
  return said;
}

export function listen(changed) {
  const source = new EventSource("/playground/live");
  source.onmessage = (event) => changed(JSON.parse(event.data));
  source.onopen = () => changed({ what: "all" });
}

let fading;
export function tell(words) {
  const place = document.getElementById("notice");
  place.replaceChildren(h("span", {}, String(words)));
  place.hidePopover();
  place.showPopover(); // above an open form
  clearTimeout(fading);
  fading = setTimeout(() => place.hidePopover(), 6000);
}
