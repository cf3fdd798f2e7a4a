// The switches that make things go wrong, what each does right now, and how often it has struck.

import { get, post } from "./api.js";
import { fill, h } from "./dom.js";

const SWITCHES = [
  {
    name: "rate_limit", title: "Rate limit a channel", about: "Posts there are refused: 429, with Retry-After.",
    options: [{ name: "channel", label: "Channel", from: "channels" }, { name: "seconds", label: "seconds", value: 30 }],
    says: (state) => state.limited.map((one) => `${one.channel} for ${Math.ceil(one.left)} s more`).join(", "),
  },
  {
    name: "drop", title: "Lose answers", about: "The call takes effect, but its answer never arrives.",
    options: [{ name: "method", label: "Method", from: "methods", value: "chat.postMessage" }, { name: "times", label: "times", value: 1 }],
    says: (state) => state.dropped.map((one) => `${one.left} more of ${one.method}`).join(", "),
  },
  {
    name: "cut", title: "Cut the socket", about: "As a broken wire does. The app has to come back by itself.", press: "Cut now",
    options: [], says: (state) => `${state.links} ${state.links === 1 ? "link" : "links"} open`,
  },
  {
    name: "hang", title: "Answer late", about: "Every call waits. If the app gives up before that, nothing was done.",
    options: [{ name: "seconds", label: "seconds", value: 2 }], says: (state) => `by ${state.seconds} s`,
  },
  {
    name: "late_ack", title: "Hear acknowledgements late", about: "After 3 s it is too late: people are told, and events come again.",
    options: [{ name: "seconds", label: "seconds", value: 4 }], says: (state) => `by ${state.seconds} s`,
  },
  { name: "twice", title: "Deliver events twice", about: "Both at the same time, as Slack sometimes does.", options: [], says: () => "" },
  { name: "down", title: "Slack is down", about: "Every call and response URL fails: with 503, or with a line that is cut.", options: [], says: () => "" },
];

export class Faults {
  constructor(changed) {
    this.changed = changed;
    this.on = 0;
    this.turning = 0; // how many turns of a switch aren't answered yet
    this.turned = 0;
    this.lines = SWITCHES.map((one) => new Switch(one, (body) => this.turn(body)));
    this.node = h("section", { class: "faults", "aria-label": "Faults" },
      h("h3", {}, "Make things go wrong"), h("ul", {}, this.lines.map((line) => line.item)));
  }

  // what was asked before a switch was turned would turn it back on the page
  async refresh() {
    const { turned } = this;
    const state = await get("faults");
    if (!this.turning && turned === this.turned) this.take(state);
  }

  async turn(body) {
    this.turning += 1;
    const said = await post("faults", body);
    this.turning -= 1;
    this.turned += 1;
    if (said.ok && !this.turning) this.take(said);
    else this.refresh();
  }

  take(state) {
    for (const line of this.lines) line.draw(state);
    this.on = this.lines.filter((line) => line.state.on).length;
    clearTimeout(this.soon);
    if (state.switches.rate_limit.on) this.soon = setTimeout(() => this.refresh(), 1000); // it ends by itself
    this.changed();
  }
}

class Switch {
  constructor({ name, title, about, options, says, press }, turn) {
    Object.assign(this, { name, says });
    this.fields = options.map((option) => new Option(option));
    this.struck = h("output", { class: "struck" });
    this.now = h("span", { class: "now" });
    this.box = h("input", { type: "checkbox", role: "switch", onchange: () => turn(this.body(this.box.checked)) });
    const head = press
      ? h("button", { type: "button", onclick: () => turn(this.body(true)) }, press)
      : null;
    this.item = h("li", { "data-fault": name },
      h("div", { class: "head" }, head ? h("b", {}, title) : h("label", {}, this.box, h("b", {}, title)), this.struck),
      h("p", {}, about),
      h("div", { class: "how" }, this.fields.map((field) => field.node), head, this.now));
  }

  body(on) {
    return { switch: this.name, on, ...Object.fromEntries(this.fields.map((field) => [field.name, field.value()])) };
  }

  draw({ switches, ...choices }) {
    this.state = switches[this.name];
    this.item.classList.toggle("on", this.state.on);
    this.box.checked = this.state.on;
    this.struck.textContent = this.state.struck ? `struck ${this.state.struck}×` : "";
    this.now.textContent = this.state.on || this.name === "cut" ? this.says(this.state) : "";
    for (const field of this.fields) field.draw(choices, this.state.on);
  }
}

class Option {
  constructor({ name, label, from, value }) {
    Object.assign(this, { name, from, first: value });
    this.input = from
      ? h("select", { "aria-label": label })
      : h("input", { type: "number", min: "1", max: "600", value: String(value) });
    this.node = from ? this.input : h("label", {}, this.input, label);
  }

  value() {
    return this.from ? this.input.value : Number(this.input.value);
  }

  draw(choices, on) {
    this.node.hidden = on; // what is on says so in words
    if (!this.from || this.input.options.length === choices[this.from].length) return;
    const chosen = this.input.value || this.first;
    fill(this.input, choices[this.from].map((one) => h("option", { value: one.id || one }, one.name || one)));
    if (chosen) this.input.value = chosen;
  }
}
