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

const listeners = [];
let source = null;

// One stream for the whole page; after every (re)connection all may have changed.
export function listen(changed) {
  listeners.push(changed);
  if (source) return;
  source = new EventSource("/playground/live");
  const say = (what) => listeners.forEach((listener) => listener(what));
  source.onmessage = (event) => say(JSON.parse(event.data));
  source.onerror = () => tell("The playground can't be reached. Is it still running?");
  source.onopen = () => say({ what: "all" });
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
