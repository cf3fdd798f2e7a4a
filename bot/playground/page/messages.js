// Draws a list of messages, and only what changed in it; stays at the newest unless somebody scrolled away.

import { h, patch, pressable } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage, editMessage, repliesOf } from "./message.js";
import { dayName } from "./times.js";

const NEAR = 60;
const SOON = 400;
const SAME_BREATH = 300;

// A list for one pane; `older` asks for what came before the first message, `forgetOlder` lets go of it again.
// It is scrolled from its end (0 is the newest, what lies above is negative), so nothing jumps when older messages come
// or those out of sight get their height.
export function messageList(ctx, { name, inThread = false, older = () => {}, forgetOlder = () => {} }) {
  const list = h("div", { class: "list", role: "log", "aria-label": name });
  const view = h("div", { class: "messages" }, list);
  const newer = pressable({ class: "newer", hidden: true, onclick: toEnd }, icon("down"), "New messages");
  let messages = [];
  const isAtEnd = () => -view.scrollTop < NEAR;

  function toEnd() {
    view.scrollTop = 0;
    newer.hidden = true;
  }

  function draw(given, { newFrom = "", intro = null } = {}) {
    const [last, now] = [messages.at(-1)?.ts, given.at(-1)];
    const away = !isAtEnd();
    const above = view.scrollHeight + view.scrollTop;
    messages = given;
    patch(list, [...(intro ? [intro] : []), ...drawn(messages, ctx, inThread, newFrom)]);
    reachable(list);
    if (!away || !(now?.ts > last)) return;
    if (now.user === ctx.me.id) return toEnd();
    view.scrollTop = above - view.scrollHeight;
    newer.hidden = false;
  }

  view.addEventListener("scroll", () => {
    if (isAtEnd()) {
      newer.hidden = true;
      forgetOlder();
    }
    if (view.scrollHeight - view.clientHeight + view.scrollTop < SOON) older();
  }, { passive: true });
  list.addEventListener("focusin", (event) => reachable(list, event.target.closest("article")));
  list.addEventListener("keydown", (event) => keyed(event, list, (ts) => messages.find((m) => m.ts === ts), ctx));
  return { node: h("div", { class: "scroller" }, view, newer), draw };
}

function drawn(messages, ctx, inThread, newFrom) {
  const out = [];
  const line = (key, name, words) =>
    out.push({ key, sign: words, make: () => h("div", { class: name, role: "separator" }, h("span", {}, words)) });
  let before = null;
  let day = "";
  for (const message of messages) {
    const its = dayName(message.at, ctx.me);
    if (its !== day && !inThread) line(`day ${its} ${message.ts}`, "day", its);
    const isNew = newFrom && message.ts > newFrom && !(before?.ts > newFrom) && message.user !== ctx.me.id;
    if (isNew) line("new", "day new", "New");
    const follows = Boolean(before) && its === day && !isNew && isSameBreath(before, message);
    const sign = `${ctx.version} ${follows} ${message.sign}`;
    out.push({ key: message.ts, sign, make: () => drawMessage(message, ctx, { inThread, follows }) });
    if (inThread && !before && messages.length > 1) line("answers", "day", repliesOf(messages.length - 1));
    before = message;
    day = its;
  }
  return out;
}

function isSameBreath(before, message) {
  return before.user === message.user && message.at - before.at < SAME_BREATH && message.typed && before.typed &&
    !before.is_ephemeral && !message.is_ephemeral && !message.is_broadcast && !before.reply_count;
}

// Tab stops at one message only; arrows lead to the others
function reachable(node, wanted = null) {
  const articles = node.querySelectorAll(":scope > article");
  const now = wanted || node.querySelector(":scope > article[tabindex='0']") || articles[articles.length - 1];
  for (const each of node.querySelectorAll(":scope > article[tabindex='0']")) if (each !== now) each.tabIndex = -1;
  if (now) now.tabIndex = 0;
}

const SHORT = { t: "t", r: "r", m: "m", Enter: "m" };

function keyed(event, node, find, ctx) {
  const article = event.target;
  if (article.parentNode !== node || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = [...node.querySelectorAll(":scope > article")];
  const now = all.indexOf(article);
  const next = { ArrowDown: all[now + 1], ArrowUp: all[now - 1], Home: all[0], End: all.at(-1) };
  const message = find(article.dataset.ts);
  if (event.key in next) next[event.key]?.focus();
  else if (event.key in SHORT) article.querySelector(`[data-key-of=${SHORT[event.key]}]`)?.click();
  else if (event.key === "e") editMessage(article, message, ctx);
  else return;
  event.preventDefault();
}
