"""Use cases of handoffs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain.commands import AcceptHandoff, AddTask, OfferHandoff
from bot.domain.details import HandoffChoices, HandoffDetails, HandoffKept, HandoffPage
from bot.domain.errors import DomainError
from bot.domain.handoffs import ANSWER_TIME, MOST_PROMISES, Handoff, HandoffState, Terms, draft
from bot.domain.members import Actor
from bot.domain.references import Noun, Reference, handoff_ref, task_ref
from bot.domain.tasks import Origin, Task
from bot.domain.timeline import Entry, Happened
from bot.services import handoff_sayings as sayings
from bot.services.base import AT_ONCE, Service
from bot.services.calendars import calendar_of
from bot.services.handoff_sayings import details_of_handoff
from bot.services.ladders import unheard
from bot.services.people import offered_customers
from bot.services.prompting import plan_after_handoff
from bot.services.tasks import keep_change, record
from storage.handoffs import HandoffFilter
from storage.tasks import TaskFilter
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

Change = Callable[[UnitOfWork, Handoff, datetime], tuple[Handoff, Entry]]

MOST_CHOICES = 100
"""Options that a menu of Slack's holds."""


class Handoffs(Service):
    """Offer handoffs and take them over. At every instant exactly one person owns the work."""

    def offer(self, actor: Actor, command: OfferHandoff) -> HandoffKept:
        """Offer work to somebody; the same message captured twice gives the first handoff back."""
        now = self._clock.now()
        with self._work(actor) as uow:
            standing = _standing(uow, actor, command)
            if standing and not command.ref and standing.state is not HandoffState.DRAFT:
                return HandoffKept(details=details_of_handoff(uow, standing), is_new=False)
            return _offer(uow, standing, command, actor.member, now)

    def keep(self, actor: Actor, command: OfferHandoff) -> HandoffKept:
        """Keep a handoff that a message asks for: a draft where something is missing, else offered at once."""
        now = self._clock.now()
        with self._work(actor) as uow:
            standing = _standing(uow, actor, command)
            if standing:
                return HandoffKept(details=details_of_handoff(uow, standing), is_new=False)
            if _may_be_offered(command, actor.member):
                return _offer(uow, None, command, actor.member, now)
            made, entry = _new(uow, command, actor.member, now)
            made = _scheduled(uow, made, now)
            uow.handoffs.add(made)
            uow.timeline.add(entry)
            sayings.put_draft(uow, made, now, command.notes)
            return HandoffKept(details=details_of_handoff(uow, made), notes=command.notes)

    @reads
    def choices(self, actor: Actor, ref: Reference | None = None, customer: int | None = None) -> HandoffChoices:
        """Show what the form offers, for a draft or something new. Raises NotFound, AlreadyDone."""
        with self._look(actor) as uow:
            standing = uow.handoffs.get(ref, reader=actor.member) if ref else None
            if standing:
                standing.must_not_be_offered()
            giver = standing.giver if standing else actor.member
            customer = standing.terms.customer if standing else customer
            wanted = TaskFilter(reader=actor.member, assignee=giver)
            first = uow.tasks.list(replace(wanted, customer=customer), limit=MOST_CHOICES) if customer else ()
            tasks = {task.number: task for task in (*first, *uow.tasks.list(wanted, limit=MOST_CHOICES))}
            return HandoffChoices(
                customers=tuple(offered_customers(uow, customer)),
                tasks=tuple(tasks.values())[:MOST_CHOICES],
                draft=standing,
            )

    @reads
    def details(self, actor: Actor, ref: Reference) -> HandoffDetails:
        """Show one handoff. Raises NotFound."""
        with self._look(actor) as uow:
            return details_of_handoff(uow, uow.handoffs.get(ref, reader=actor.member))

    @reads
    def awaiting(self, actor: Actor, ref: Reference) -> Handoff:
        """Show a handoff to the one who is about to answer the offer. Raises NotFound, AlreadyDone, NotAllowed."""
        with self._look(actor) as uow:
            handoff = uow.handoffs.get(ref, reader=actor.member)
            handoff.must_await(actor.member)
            return handoff

    @reads
    def captured(self, actor: Actor, channel: str, ts: str) -> HandoffDetails | None:
        """Find the handoff that was made from a message. Raises NotFound where it isn't for this reader."""
        with self._look(actor) as uow:
            first = uow.handoffs.made_from(channel, ts)
            return details_of_handoff(uow, uow.handoffs.get(first.ref, reader=actor.member)) if first else None

    @reads
    def list(self, actor: Actor, wanted: HandoffFilter, *, offset: int = 0, size: int = 10) -> HandoffPage:
        """Show one page of handoffs, newest first."""
        with self._look(actor) as uow:
            found = uow.handoffs.list(wanted, offset=offset, limit=size + 1)
            customers = uow.customers.list_numbered(handoff.terms.customer for handoff in found)
            shown = tuple(
                HandoffDetails(handoff=handoff, customer=customers.get(handoff.terms.customer))
                for handoff in found[:size]
            )
            return HandoffPage(handoffs=shown, after=offset + size if len(found) > size else None)

    def accept(self, actor: Actor, command: AcceptHandoff) -> HandoffDetails:
        """Take the work over: tasks, the customer's owner and the next step change hands in one transaction."""

        def change(uow: UnitOfWork, handoff: Handoff, now: datetime) -> tuple[Handoff, Entry]:
            accepted, entry = handoff.accept(command.words, command.due, by=actor.member, at=now)
            _move_tasks(uow, accepted, now)
            _change_owner(uow, accepted, now)
            if command.due:
                step = replace(_task_of(accepted), title=command.title, due=command.due, assignee=actor.member)
                record(uow, step, author=actor.member, at=now, handoff=accepted.number)
            sayings.put_result(uow, _next_version(accepted), accepted.giver, now)
            parties = {"receiver": actor.member, "giver": accepted.giver}
            plan_after_handoff(uow, accepted.ref, customer=accepted.terms.customer, now=now, **parties)
            return accepted, entry

        return self._change(actor, command.ref, change)

    def ask(self, actor: Actor, ref: Reference, question: str) -> HandoffDetails:
        """Ask the giver; the handoff waits for the answer."""

        def change(uow: UnitOfWork, handoff: Handoff, now: datetime) -> tuple[Handoff, Entry]:
            asked, entry = handoff.ask(question, by=actor.member, at=now)
            sayings.put_question(uow, _next_version(asked), now)
            return asked, entry

        return self._change(actor, ref, change)

    def answer(self, actor: Actor, ref: Reference, answer: str) -> HandoffDetails:
        """Answer the open question; the handoff goes on."""

        def change(uow: UnitOfWork, handoff: Handoff, now: datetime) -> tuple[Handoff, Entry]:
            answered, entry = handoff.answer(answer, by=actor.member, at=now)
            sayings.put_answer(uow, _next_version(answered), handoff.question or "", answer, actor.member, now)
            return answered, entry

        return self._change(actor, ref, change)

    @reads
    def asked_in_thread(self, actor: Actor, channel: str, thread_ts: str) -> Reference | None:
        """Find the handoff about which its giver is asked something in this thread; None for anybody else's words."""
        with self._look(actor) as uow:
            post = uow.posts.at(channel, thread_ts)
            handoff = uow.handoffs.find(post.about) if post else None
            is_asked = handoff is not None and handoff.question is not None and handoff.giver == actor.member
            return handoff.ref if handoff and is_asked else None

    def give_back(self, actor: Actor, ref: Reference, reason: str) -> HandoffDetails:
        """Return it to the giver, who is told why."""

        def change(uow: UnitOfWork, handoff: Handoff, now: datetime) -> tuple[Handoff, Entry]:
            back, entry = handoff.give_back(reason, by=actor.member, at=now)
            sayings.put_result(uow, _next_version(back), back.giver, now)
            return back, entry

        return self._change(actor, ref, change)

    def look_after(self, limit: int = AT_ONCE) -> int:
        """Remind whoever a handoff waits for, once; let an unanswered offer go back; tell how many were looked at."""
        now = self._clock.now()
        with self._store.due("handoffs", now, limit=limit) as due:
            for uow, number in due:
                handoff = uow.handoffs.find(handoff_ref(number))
                if handoff:
                    _look_after(uow, handoff, now)
            return len(due)

    def _change(self, actor: Actor, ref: Reference, change: Change) -> HandoffDetails:
        """Change a handoff in one transaction: effect, timeline, next look, card and offer."""
        now = self._clock.now()
        with self._work(actor) as uow:
            changed, entry = change(uow, uow.handoffs.get(ref, reader=actor.member), now)
            return _keep(uow, changed, entry, now)


def _standing(uow: UnitOfWork, actor: Actor, command: OfferHandoff) -> Handoff | None:
    """Find the handoff that a request is about, or that was made from the same message."""
    if command.ref:
        return uow.handoffs.get(command.ref, reader=actor.member)
    source = command.source
    first = uow.handoffs.made_from(source.channel, source.ts) if source else None
    return uow.handoffs.get(first.ref, reader=actor.member) if first else None


def _may_be_offered(command: OfferHandoff, giver: str) -> bool:
    """Tell whether a line says all that an offer needs."""
    terms = command.terms
    return not terms.missing and terms.receiver != giver and len(command.promises) <= MOST_PROMISES


def _new(uow: UnitOfWork, command: OfferHandoff, giver: str, now: datetime) -> tuple[Handoff, Entry]:
    return draft(
        uow.settings.next_number(Noun.HANDOFF),
        command.terms,
        giver=giver,
        at=now,
        source=command.source,
        asked_in=command.asked_in,
        is_private=command.is_private,
    )


def _offer(uow: UnitOfWork, standing: Handoff | None, command: OfferHandoff, person: str, now: datetime) -> HandoffKept:
    """Offer what stands already, or something new; its promises become tasks of the giver's."""
    made = standing or _new(uow, command, person, now)[0]
    terms = _checked(uow, command.terms, made.giver)
    if len(command.promises) > MOST_PROMISES:
        raise DomainError("handoff.problem.many_promises", field="promised", most=MOST_PROMISES)
    offered, entry = made.offer(terms, by=person, at=now)
    offered = _scheduled(uow, offered, now)
    if standing:
        offered = _next_version(offered)
        uow.handoffs.save(offered)
        sayings.settle_draft(uow, offered, now)
        sayings.close_buttons(uow, offered, now)
    else:
        uow.handoffs.add(offered)
    uow.timeline.add(entry)
    _keep_promises(uow, offered, command, now)
    sayings.put_handoff_card(uow, offered, now, in_thread=command.origin in (Origin.MENTION, Origin.PREFIX))
    heard_at = sayings.put_offer(uow, offered, now, is_new=True)
    held_until = heard_at if heard_at > now else None
    return HandoffKept(details=details_of_handoff(uow, offered), notes=command.notes, held_until=held_until)


def _checked(uow: UnitOfWork, terms: Terms, giver: str) -> Terms:
    """Keep of the chosen tasks those that are the giver's. Raises DomainError for a receiver who may not act."""
    receiver = uow.members.find(terms.receiver) if terms.receiver else None
    if terms.receiver == uow.settings.get().bot_user or (receiver and not receiver.may_act):
        raise DomainError("handoff.problem.not_a_member", field="receiver", person=terms.receiver or "")
    tasks = [uow.tasks.find(task_ref(number)) for number in terms.tasks]
    theirs = tuple(task.number for task in tasks if task and _moves(task, giver))
    return replace(terms, tasks=theirs, changes_owner=terms.changes_owner and terms.customer is not None)


def _moves(task: Task, giver: str) -> bool:
    """Tell whether a task is still the giver's to pass on."""
    return not task.is_over and task.assignee == giver


def _task_of(handoff: Handoff) -> AddTask:
    """Begin a task that belongs to a handoff."""
    return AddTask(
        title="",
        assignee=handoff.giver,
        customer=handoff.terms.customer,
        origin=Origin.HANDOFF,
        asked_in=handoff.asked_in,
        is_private=handoff.is_private,
    )


def _keep_promises(uow: UnitOfWork, handoff: Handoff, command: OfferHandoff, now: datetime) -> None:
    """Record each promise with a time as a task; one that was recorded before is moved where its time changed."""
    before = {task.title: task for task in uow.tasks.of_handoff(handoff.number)}
    for promise in command.promises:
        task = before.get(promise.title)
        if task is None:
            new = replace(_task_of(handoff), title=promise.title, due=promise.due)
            record(uow, new, author=handoff.giver, at=now, handoff=handoff.number)
        elif not task.is_over and task.due_at != promise.due.at:
            moved, entry = task.move(promise.due, by=handoff.giver, at=now, reason=None)
            keep_change(uow, moved, entry, now)


def _move_tasks(uow: UnitOfWork, handoff: Handoff, now: datetime) -> None:
    receiver = handoff.owner
    for task in sayings.tasks_of(uow, handoff):
        if _moves(task, handoff.giver):
            given, entry = task.give(receiver, by=receiver, at=now)
            keep_change(uow, unheard(uow, given), entry, now)


def _change_owner(uow: UnitOfWork, handoff: Handoff, now: datetime) -> None:
    customer = uow.customers.find(handoff.terms.customer) if handoff.terms.changes_owner else None
    if customer and customer.owner != handoff.owner:
        uow.customers.save(replace(customer, owner=handoff.owner))
        data = {"was": customer.owner or "", "to": handoff.owner, "handoff": str(handoff.ref)}
        uow.timeline.add(Entry(customer.ref, Happened.CUSTOMER_WAS_EDITED, now, handoff.owner, data))


def _look_after(uow: UnitOfWork, handoff: Handoff, now: datetime) -> None:
    if handoff.reminded_at is None:
        reminded = handoff.remind(at=now)
        sayings.put_reminder(uow, reminded, now)
        uow.handoffs.save(_scheduled(uow, reminded, now) if reminded.expires else replace(reminded, next_check_at=None))
        return
    if not handoff.expires:
        uow.handoffs.save(replace(handoff, next_check_at=None))
        return
    back, entry = handoff.expire(at=now)
    _keep(uow, back, entry, now)
    lead = uow.settings.get().lead
    for person in dict.fromkeys(filter(None, (back.giver, lead))):
        sayings.put_result(uow, _next_version(back), person, now)


def _keep(uow: UnitOfWork, changed: Handoff, entry: Entry, now: datetime) -> HandoffDetails:
    changed = _scheduled(uow, _next_version(changed), now)
    uow.handoffs.save(changed)
    sayings.close_buttons(uow, changed, now)
    uow.timeline.add(entry)
    sayings.put_handoff_card(uow, changed, now)
    sayings.put_offer(uow, changed, now, is_new=False)
    return details_of_handoff(uow, changed)


def _next_version(handoff: Handoff) -> Handoff:
    return replace(handoff, version=handoff.version + 1)


def _scheduled(uow: UnitOfWork, handoff: Handoff, now: datetime) -> Handoff:
    """Write down when to look again: after the answer time of whoever it waits for, absent or not.

    Days away don't stop this clock: what nobody is there to accept goes back to the giver soon.
    """
    person = handoff.waits_for
    if person is None:
        return replace(handoff, next_check_at=None)
    member = uow.members.find(person)
    present = replace(member, away_from=None, away_until=None) if member else None
    calendar = calendar_of(uow.settings.get(), present)
    return replace(handoff, next_check_at=calendar.add(now, ANSWER_TIME))
