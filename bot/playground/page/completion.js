// What can be completed while one writes: slash commands, people, channels; and how a command goes on.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { signOf } from "./side.js";

const MOST = 8;

export class Completion {
  constructor(box, list, ctx, channel) {
    Object.assign(this, { box, list, ctx, channel, items: [], at: -1 });
    box.addEventListener("input", () => this.suggest());
    box.addEventListener("blur", () => this.close());
  }

  close() {
    this.items = [];
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  suggest() {
    this.before = this.box.value.slice(0, this.box.selectionStart);
    this.word = /(^\/\S*|(?<![^\s(])[@#][^\s@#]*)$/.exec(this.before)?.[0] || "";
    this.items = this.word ? choices(this.word, this.ctx, this.channel).slice(0, MOST) : [];
    const isWhole = this.items.some(({ put }) => put === this.word);
    if (isWhole && this.items.length === 1) this.items = [];
    const hint = this.items.length ? null : hintFor(this.box.value, this.ctx);
    if (!this.items.length && !hint) return this.close();
    this.list.hidden = false;
    this.box.setAttribute("aria-expanded", String(this.items.length > 0));
    fill(this.list, hint, this.items.map((item, i) => this.drawItem(item, i)));
    return this.mark(isWhole ? -1 : 0);
  }

  drawItem({ put, about, sign }, i) {
    const pick = (event) => { event.preventDefault(); this.pick(i); };
    return h("div", { role: "option", id: `${this.list.id}-${i}`, onmousedown: pick },
      sign, h("b", {}, put), h("span", {}, about));
  }

  mark(at) {
    this.at = at;
    const options = [...this.list.querySelectorAll("[role=option]")];
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (options[at]) this.box.setAttribute("aria-activedescendant", options[at].id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  pick(at) {
    const begun = `${this.before.slice(0, this.before.length - this.word.length)}${this.items[at].put} `;
    this.box.value = begun + this.box.value.slice(this.before.length).trimStart();
    this.box.setSelectionRange(begun.length, begun.length);
    this.close();
    this.box.dispatchEvent(new Event("input"));
  }

  // whether a key was meant for the list
  takes({ key, shiftKey }) {
    const size = this.items.length;
    if (key === "Escape" && !this.list.hidden) this.close();
    else if (size && key === "ArrowDown") this.mark((this.at + 1) % size);
    else if (size && key === "ArrowUp") this.mark((this.at < 1 ? size : this.at) - 1);
    else if (size && !shiftKey && (key === "Tab" || (key === "Enter" && this.at >= 0))) this.pick(Math.max(0, this.at));
    else return false;
    return true;
  }
}

function hintFor(text, ctx) {
  const command = !ctx.me.is_stranger && ctx.state.commands.find((c) => text === `${c.name} `);
  return command && h("div", { class: "usage" }, h("b", {}, command.name), h("span", {}, command.usage_hint));
}

function choices(word, ctx, channel) {
  const typed = word.slice(1).toLowerCase();
  const fits = (...names) => names.some((name) => name.toLowerCase().startsWith(typed));
  if (word.startsWith("/")) {
    return ctx.me.is_stranger ? [] : ctx.state.commands.filter((c) => fits(c.name.slice(1))).map(asCommand);
  }
  if (word.startsWith("@")) {
    const members = ctx.channels.get(channel)?.members || [];
    const people = [...ctx.people.values()].filter((p) => p.id !== "USLACKBOT");
    const found = people.filter((p) => fits(p.name, ...p.real_name.split(" ")));
    return found.map((p) => asPerson(p, p.id === ctx.me.id, members.includes(p.id)));
  }
  return [...ctx.channels.values()].filter((c) => c.kind !== "im" && fits(c.name)).map(asChannel);
}

const asCommand = (c) => ({ put: c.name, about: `${c.usage_hint} · ${c.description}`, sign: icon("bolt") });
const asChannel = (c) => ({ put: `#${c.name}`, about: c.topic, sign: icon(signOf(c)) });

function asPerson(person, isOwn, isMember) {
  const where = isOwn ? " (you)" : isMember ? "" : " · not in this channel";
  return { put: `@${person.name}`, about: `${person.real_name}${where}`, sign: avatar(person) };
}
