// How far somebody has come on the tour, told from what Stafet has said, however they got there.

export const STEPS = ["record", "warning", "handoff", "late", "question"];

const lastWith = (said, action) => said.findLast((message) => action in message.buttons);
const startsWith = (action) => (message) => Object.keys(message.buttons).some((id) => id.startsWith(action));
const isCustomers = (holds) => (message) => message.is_shared && holds(message); // colleagues are asked things too
const sameAs = (one) => (other) => one.channel === other.channel && one.ts === other.ts;

// What is there now. `kept` remembers what is gone again once it is answered: it outlives the page.
export function look(said, kept) {
  const card = said.find((message) => "task.done" in message.buttons || "task.reopen" in message.buttons);
  kept.owners ||= card?.people;
  kept.warning = lastWith(said, "delay.on_track") || kept.warning;
  kept.offer = said.findLast((message) => message.to && "handoff.accept" in message.buttons) || kept.offer;
  const anyway = lastWith(said, "feedback.ask_anyway");
  kept.anyway ||= Boolean(anyway);
  const offered = kept.offer && said.find(sameAs(kept.offer));
  return {
    ref: (card?.buttons["task.done"] || card?.buttons["task.reopen"])?.value,
    warning: kept.warning,
    offer: kept.offer,
    isHandedOver: Boolean(kept.offer && !offered?.buttons["handoff.accept"]) || isGiven(card, kept),
    late: lastWith(said, "delay.tell_customer"),
    draft: lastWith(said, "notice.send"),
    isTold: said.some((message) => message.is_shared && !message.to && !startsWith("feedback.")(message)),
    isFinished: said.some((message) => "task.reopen" in message.buttons),
    anyway,
    question: said.findLast(isCustomers(startsWith("feedback.answer."))),
    isAnswered: said.some(isCustomers(startsWith("feedback.comment"))),
  };
}

const isGiven = (card, { owners }) => Boolean(card) && String(card.people) !== String(owners);

// The first of the steps not yet done, counted from 0; who does a later one first has no need of those before it.
export function stepAt(seen, kept) {
  const isDone = [seen.ref, kept.hasRead || seen.late, seen.isHandedOver, seen.isTold, seen.isAnswered];
  return Math.max(kept.skipped ?? 0, isDone.findLastIndex(Boolean) + 1);
}
