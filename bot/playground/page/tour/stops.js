// What the tour says at each stop, and what it offers to do: as data, for whoever draws it and does it.

import { businessDayAfter } from "../clock.js";
import { fromWall, toWall } from "../times.js";
import { STEPS, stepAt } from "./progress.js";

const MINUTE = 60;
const FIRST_WAIT = { untilWarning: 90 * MINUTE, untilLate: 30 * MINUTE }; // three quarters of two hours, and the rest
const AFTER_WORK = 65 * MINUTE; // the question waits one business hour
const MORNING = "09:05";
const AFTERNOON = "16:30";
const STOPS = { record, warning, handoff, late, question };

// { says, who, asks, button, points, does: { what, … } }; `asks` is whom one is asked to be
export function stopAt(tour) {
  const step = STEPS[stepAt(tour.seen, tour.kept)];
  return { step: step || "end", ...(step ? STOPS[step](tour) : { says: "end", does: { what: "end" } }) };
}

const clockTo = (moment) => ({ what: "clock", to: Math.ceil(moment / MINUTE) * MINUTE });

function record(tour) {
  return writing(tour, "record", tour.typed.task);
}

function warning(tour) {
  const { to, channel } = tour.seen.warning || {};
  return to ? { says: "warning", asks: to, does: there(tour, to, channel) } : waiting(tour, "untilWarning");
}

function handoff(tour) {
  const { ctx, seen, typed } = tour;
  const form = ctx.state.form;
  if (form?.callback_id === "handoff.form") {
    return filling("offer", form, { state: typed.state, next_step: typed.nextStep, tasks: seen.ref });
  }
  if (form?.callback_id === "handoff.accept.form") return filling("ownWords", form, { next_step: typed.ownWords });
  if (seen.offer) return pressing(tour, "accept", "receiver", seen.offer, "handoff.accept");
  const receiver = colleagueOf(ctx.me, ctx);
  return writing(tour, "handoff", typed.handoff.replace("{handle}", receiver.name), receiver.id);
}

function late(tour) {
  const { seen } = tour;
  if (!seen.late) return waiting(tour, "untilLate");
  if (!seen.draft) return pressing(tour, "late", "member", seen.late, "delay.tell_customer");
  return pressing(tour, "send", "owner", seen.draft, "notice.send");
}

function question(tour) {
  const { ctx, seen, kept, typed } = tour;
  const customer = [...ctx.people.values()].find((person) => person.is_stranger);
  if (seen.question) {
    const to = seen.question.people[0];
    return pressing(tour, "answer", "customer", { ...seen.question, to }, "feedback.answer.5");
  }
  if (!seen.ref) return record(tour); // whoever skipped it has nothing to finish
  if (!seen.isFinished) return writing(tour, "finish", typed.done.replace("{ref}", seen.ref));
  if (kept.wasAsked && !kept.anyway) {
    return writing(tour, "ask", typed.ask.replace("{ref}", seen.ref).replace("{handle}", customer.name));
  }
  if (seen.anyway) return pressing(tour, "anyway", "member", seen.anyway, "feedback.ask_anyway");
  return { says: "untilQuestion", who: customer.id, does: clockTo(whenAtWork(ctx.now + AFTER_WORK, customer.tz)) };
}

const isOutsider = (person) => person.is_stranger || person.is_guest;

// the customer's owner where it can be: so the tour has fewer people to be
function colleagueOf(me, ctx) {
  return [...ctx.people.values()].find((person) => person.can_act && !isOutsider(person) && person.id !== me.id);
}

function writing(tour, says, text, who) {
  if (isOutsider(tour.ctx.me)) return asMember(tour);
  return { says, who, does: { what: "write", text } };
}

function filling(says, form, fields) {
  return { says, button: form.submit.text, inForm: true, does: { what: "fill", fields } };
}

function waiting(tour, says) {
  const { now, me } = tour.ctx;
  const wasTried = tour.kept.waited?.includes(says);
  return { says, does: clockTo(wasTried ? businessDayAfter(now, me.tz, "10:00") : now + FIRST_WAIT[says]) };
}

function pressing(tour, says, asksFor, message, action) {
  const { ctx } = tour;
  const { to, channel } = message;
  if (to && ctx.me.id !== to) return { says: asksFor, who: to, asks: to, does: there(tour, to, channel) };
  if (!ctx.channels.has(channel)) return asMember(tour, channel);
  const does = ctx.place === channel ? null : there(tour, ctx.me.id, channel);
  return { says, button: message.buttons[action].words, points: action, does };
}

function asMember(tour, channel) {
  const { id } = colleagueOf(tour.ctx.me, tour.ctx);
  return { says: "member", who: id, asks: id, does: there(tour, id, channel) };
}

const there = ({ ctx }, who, channel) => ({ what: ctx.me.id === who ? "show" : "be", who, channel });

function whenAtWork(seconds, tz) {
  const [date, time] = toWall(seconds, tz).split("T");
  if ([0, 6].includes(new Date(date).getUTCDay()) || time > AFTERNOON) return businessDayAfter(seconds, tz, MORNING);
  return time < MORNING ? fromWall(`${date}T${MORNING}`, tz) : seconds;
}
