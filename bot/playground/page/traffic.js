// Lists what goes back and forth: every call of the bot and every envelope to it, the newest first.

import { get } from "./api.js";
import { fill, h } from "./dom.js";

const MOST = 200;
const KINDS = [
  ["", "Everything"], ["refused", "Refused or failed"], ["call", "Calls to Slack"], ["events_api", "Events"],
  ["slash_commands", "Commands"], ["interactive", "Clicks and forms"],
];
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

export class Traffic {
  constructor() {
    this.rows = new Map();
    this.seen = 0;
    this.busy = false;
    this.again = false;
    this.words = h("input", { type: "search", placeholder: "Filter: method, event, person…", "aria-label": "Filter the traffic", oninput: () => this.filter() });
    this.kind = h("select", { "aria-label": "Show", onchange: () => this.filter() }, KINDS.map(([value, name]) => h("option", { value }, name)));
    this.count = h("output", {});
    this.list = h("ol", { "aria-label": "Calls and envelopes, the newest first", onkeydown: (event) => this.keyed(event) });
    this.node = h("section", { class: "traffic", "aria-label": "Traffic" },
      h("div", { class: "filter" }, this.words, this.kind, this.count), this.list);
  }

  // one question at a time; what changed meanwhile is asked for once more
  async refresh() {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.again) {
        this.again = false;
        this.take(await get("traffic", { since: this.seen }));
      }
    } finally {
      this.busy = false;
    }
  }

  take({ rows, changes }) {
    if (changes < this.seen) { // another playground than before
      this.rows.clear();
      fill(this.list);
    }
    this.seen = changes;
    for (const row of rows.reverse()) this.put(row);
    for (const number of [...this.rows.keys()].slice(0, Math.max(0, this.rows.size - MOST))) {
      this.rows.get(number).item.remove();
      this.rows.delete(number);
    }
    this.filter();
  }

  put(row) {
    const known = this.rows.get(row.number);
    const line = known || new Line();
    line.draw(row);
    if (known) return;
    this.rows.set(row.number, line);
    this.list.prepend(line.item);
  }

  filter() {
    const words = this.words.value.trim().toLowerCase();
    let shown = 0;
    for (const line of this.rows.values()) {
      line.item.hidden = !line.fits(words, this.kind.value);
      shown += !line.item.hidden;
    }
    this.count.textContent = shown === this.rows.size ? `${shown}` : `${shown} of ${this.rows.size}`;
    this.list.classList.toggle("empty", shown === 0);
    this.rove();
  }

  // Tab reaches one line, the arrows the others
  rove(to = document.activeElement) {
    const heads = this.heads();
    const current = heads.includes(to) ? to : heads[0];
    for (const head of heads) head.tabIndex = head === current ? 0 : -1;
    return heads;
  }

  heads() {
    return [...this.list.querySelectorAll("li:not([hidden]) summary")];
  }

  keyed(event) {
    const heads = this.heads();
    const at = heads.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const head = heads[Math.max(0, Math.min(heads.length - 1, to))];
    this.rove(head);
    head.focus();
  }
}

class Line {
  constructor() {
    this.head = h("summary", {});
    this.whole = h("div", { class: "whole" });
    this.details = h("details", { ontoggle: () => this.open() }, this.head, this.whole);
    this.item = h("li", {}, this.details);
  }

  draw(row) {
    this.row = row;
    this.text = [row.name, row.kind, row.who, row.where, row.outcome, ...row.reasons.map((r) => `${r.says} ${r.pointer}`)].join(" ").toLowerCase();
    this.item.className = `${row.way}${row.is_refused ? " refused" : ""}${row.outcome === "sent" ? " waiting" : ""}`;
    this.item.dataset.name = row.name;
    fill(this.head,
      h("time", {}, CLOCK.format(row.at * 1000)),
      way(row.way === "call"),
      h("span", { class: "name" }, h("b", {}, row.name), row.attempt > 0 && h("span", { class: "retry" }, `retry ${row.attempt}: ${row.reason}`)),
      h("span", { class: "where" }, [row.who, row.where].filter((part, at, all) => part && all.indexOf(part) === at).join(" · ")),
      h("span", { class: "outcome" }, outcome(row)),
      h("span", { class: "took" }, row.outcome === "sent" ? "" : took(row.took)),
      row.reasons.map((reason) => h("span", { class: "why" }, reason.pointer && h("code", {}, reason.pointer), ` ${reason.says}`)));
    if (this.details.open) this.open();
  }

  fits(words, kind) {
    const isKind = kind === "refused" ? this.row.is_refused : !kind || this.row.kind === kind;
    return isKind && this.text.includes(words);
  }

  async open() {
    if (!this.details.open) return;
    try {
      const { request, answer, refusal } = await get(`traffic/${this.row.number}`);
      fill(this.whole, part("Request", request), part("Answer", answer), refusal && part("Why it was refused", refusal));
    } catch {
      fill(this.whole, "This is no longer remembered.");
    }
  }
}

function way(isCall) {
  const words = isCall ? "The app calls Slack" : "Slack tells the app";
  return h("span", { class: "way", role: "img", title: words, "aria-label": words }, isCall ? "↗" : "↙");
}

function outcome(row) {
  if (row.outcome === "sent") return "waiting…";
  return row.status > 200 ? `${row.status} ${row.outcome}` : row.outcome;
}

function took(seconds) {
  if (seconds < 0.001) return "< 1 ms";
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

function part(title, value) {
  const words = value === null ? "(nothing)" : typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("div", {}, h("h4", {}, title), h("pre", { tabIndex: 0, "aria-label": title }, words));
}
