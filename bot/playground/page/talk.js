// Holds the messages of one conversation as one person sees them, and asks only for what changed.

import { get } from "./api.js";

const PAGE = 60;
const MOST_KEPT = 3 * PAGE;
const MOST_AT_ONCE = 100;

const byTime = (one, other) => (one.ts < other.ts ? -1 : 1);
export const isAnswer = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

export class Talk {
  constructor(user, channel, changed) {
    Object.assign(this, { user, channel, changed });
    this.all = new Map();
    this.from = "";
    this.more = false;
    this.thread = "";
    this.pending = new Set();
    this.stale = false;
    this.busy = false;
    this.paging = false;
    this.revision = 0; // grows with every change
  }

  // what stands in the channel itself, oldest first
  inChannel() {
    const shown = (m) => m.ts >= this.from && (!isAnswer(m) || m.is_broadcast || m.is_ephemeral);
    return [...this.all.values()].filter(shown).sort(byTime);
  }

  inThread() {
    return [...this.all.values()].filter((m) => m.ts === this.thread || m.thread_ts === this.thread).sort(byTime);
  }

  // asks for all of it again
  load() {
    this.stale = true;
    return this.work();
  }

  // hears that a message was posted, changed or deleted
  hear(ts) {
    this.pending.add(ts);
    return this.work();
  }

  // one question at a time: an older answer must never come after a newer one
  async work() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.stale || this.pending.size) await (this.stale ? this.reload() : this.look());
    } finally {
      this.busy = false;
    }
  }

  async reload() {
    this.stale = false;
    this.pending.clear();
    const said = await this.ask({ limit: Math.max(PAGE, this.inChannel().length) });
    const answers = this.thread ? await this.ask({ thread: this.thread }) : { messages: [] };
    this.all.clear();
    this.begin(said);
    this.take([...answers.messages, ...said.messages]);
  }

  async look() {
    const names = [...this.pending].slice(0, MOST_AT_ONCE);
    for (const name of names) this.pending.delete(name);
    const said = await this.ask({ ts: names.join(",") });
    if (said.gone.length) this.stale = true; // how many answers their parents have is told anew
    else this.take(said.messages);
  }

  async older() {
    if (!this.more || this.paging) return;
    this.paging = true;
    try {
      const said = await this.ask({ limit: PAGE, before: this.from });
      this.begin(said);
      this.take(said.messages);
    } finally {
      this.paging = false;
    }
  }

  // lets go of what somebody scrolled up to, once they are back at the newest
  forgetOlder() {
    const shown = this.inChannel();
    if (shown.length < MOST_KEPT || this.paging) return;
    this.from = shown.at(-PAGE).ts;
    this.more = true;
    this.take([]);
  }

  async open(thread) {
    this.thread = thread;
    this.take(thread ? (await this.ask({ thread })).messages : []);
  }

  begin(said) {
    this.more = said.more;
    this.from = said.more ? said.messages[0].ts : "";
  }

  take(messages) {
    for (const message of messages) this.all.set(message.ts, { ...message, sign: JSON.stringify(message) });
    this.revision += 1;
    this.changed();
  }

  ask(more) {
    return get("messages", { user: this.user, channel: this.channel, ...more });
  }
}
