"""Handoffs as the use cases keep them, on both databases: one transaction each, and nothing moves before its time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.commands import AcceptHandoff, AddTask, OfferHandoff
from bot.domain.customers import Customer
from bot.domain.errors import AlreadyDelivered, AlreadyDone, DomainError, NotFound
from bot.domain.handoffs import DatedPromise, Handoff, HandoffState, Terms
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Claimed, Outgoing, Saying
from bot.domain.references import Noun, Reference, handoff_ref, task_ref
from bot.domain.tasks import Due, Origin, Source, Task
from bot.services.handoffs import Handoffs
from bot.services.tasks import Tasks
from scheduler.handoff_messages import KINDS
from storage.handoffs import HandoffFilter
from storage.tables import outbox
from storage.unit_of_work import Store
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import at_once

ANE, MARI, KIM = (Actor(workspace="T1", member=id) for id in ("UANE", "UMARI", "UKIM"))
TERMS = Terms(receiver="UMARI", customer=1, promised="A draft by friday", situation="Half done", next_step="Call Bo")
FRIDAY = Due(at=MIDWEEK + timedelta(days=2))
DRAFT = DatedPromise(title="A draft", due=FRIDAY)
H1 = handoff_ref(1)
SOURCE = Source(channel="C9", ts="1.1", text="handoff: Acme to @mari")


@pytest.fixture
def handoffs(store: Store, clock: FixedClock) -> Handoffs:
    """The use cases under test; Acme is a customer of Ane's."""
    with store.work("T1") as uow:
        number = uow.settings.next_number(Noun.CUSTOMER)
        uow.customers.add(Customer(number=number, name="Acme", owner="UANE", channel="C1"))
        uow.settings.save(replace(uow.settings.get(), lead="UKIM"))
    return Handoffs(store, clock)


def offered(handoffs: Handoffs, **more: Any) -> Handoff:
    """Let Ane offer Acme to Mari."""
    terms = replace(TERMS, **{name: more.pop(name) for name in ("tasks", "changes_owner") if name in more})
    command = OfferHandoff(terms=terms, asked_in="C1", **more)
    return handoffs.offer(ANE, command).details.handoff


def accept(handoffs: Handoffs, actor: Actor = MARI, due: Due | None = None) -> Handoff:
    """Let Mari take it over."""
    return handoffs.accept(actor, AcceptHandoff(ref=H1, words="I call Bo", title="I call Bo", due=due)).handoff


def task(store: Store, number: int) -> Task:
    """Get a task."""
    with store.look("T1") as uow:
        return uow.tasks.get(task_ref(number))


def owner(store: Store) -> str | None:
    """Get who owns the customer."""
    with store.look("T1") as uow:
        customer = uow.customers.find(1)
        return customer.owner if customer else None


def put(store: Store, *sayings: Saying) -> list[tuple[str, str]]:
    """List what was put down to be said, and to whom."""
    with store.database.reading() as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
    return [(row.saying, row.lane) for row in rows if not sayings or row.saying in sayings]


def test_until_it_is_accepted_the_giver_owns_everything(handoffs: Handoffs, tasks: Tasks, store: Store) -> None:
    tasks.add(ANE, AddTask(title="Slides"))
    handoff = offered(handoffs, tasks=(1,), changes_owner=True, promises=(DRAFT,))
    assert (handoff.state, handoff.owner) == (HandoffState.OFFERED, "UANE")
    assert [task(store, number).assignee for number in (1, 2)] == ["UANE", "UANE"]
    assert owner(store) == "UANE"


def test_on_acceptance_tasks_promises_and_ownership_move(handoffs: Handoffs, tasks: Tasks, store: Store) -> None:
    tasks.add(ANE, AddTask(title="Slides"))
    offered(handoffs, tasks=(1,), changes_owner=True, promises=(DRAFT,))
    done = accept(handoffs, due=Due(at=MIDWEEK + timedelta(hours=3)))
    assert (done.state, done.owner, done.accepted_at) == (HandoffState.ACCEPTED, "UMARI", MIDWEEK)
    assert [task(store, number).assignee for number in (1, 2, 3)] == ["UMARI"] * 3
    step = task(store, 3)
    assert (step.title, step.author, step.handoff, step.due_at) == ("I call Bo", "UMARI", 1, done.receiver_due_at)
    assert owner(store) == "UMARI"
    assert (Saying.HANDOFF_RESULT, "UANE") in put(store)
    with store.look("T1") as uow:
        assert [entry.happened for entry in uow.timeline.list(H1)] == ["handoff.offered", "handoff.accepted"]


def test_an_acceptance_that_fails_moves_nothing(handoffs: Handoffs, tasks: Tasks, store: Store) -> None:
    tasks.add(ANE, AddTask(title="Slides"))
    offered(handoffs, tasks=(1,), changes_owner=True, promises=(DRAFT,))
    before = put(store)
    with pytest.raises(DomainError):
        accept(handoffs, due=Due(at=MIDWEEK))
    with pytest.raises(DomainError):
        accept(handoffs, actor=KIM)
    assert [task(store, number).assignee for number in (1, 2)] == ["UANE", "UANE"]
    assert (owner(store), put(store)) == ("UANE", before)


def test_a_promise_becomes_a_dated_task_of_the_givers(handoffs: Handoffs, store: Store) -> None:
    offered(handoffs, promises=(DRAFT,))
    made = task(store, 1)
    assert (made.title, made.assignee, made.customer, made.handoff) == ("A draft", "UANE", 1, 1)
    assert (made.due_at, made.first_due_at, made.origin) == (FRIDAY.at, FRIDAY.at, Origin.HANDOFF)


def test_who_offers_hears_until_when_quiet_time_keeps_it_from_its_receiver(
    handoffs: Handoffs, clock: FixedClock
) -> None:
    def held_until() -> datetime | None:
        return handoffs.offer(ANE, OfferHandoff(terms=TERMS, asked_in="C1")).held_until

    assert held_until() is None
    clock.forward(hours=12)
    assert held_until() == MIDWEEK.replace(hour=8) + timedelta(days=1)


def test_customers_due_times_do_not_move_when_work_changes_hands(handoffs: Handoffs, store: Store) -> None:
    offered(handoffs, promises=(DRAFT,))
    accept(handoffs)
    assert task(store, 1).due_at == FRIDAY.at


def test_only_what_is_still_the_givers_moves(handoffs: Handoffs, tasks: Tasks, store: Store) -> None:
    for title in ("Done", "Given away", "Mine"):
        tasks.add(ANE, AddTask(title=title))
    tasks.add(KIM, AddTask(title="Never Ane's"))
    handoff = offered(handoffs, tasks=(1, 2, 3, 4, 99))
    assert handoff.terms.tasks == (1, 2, 3)
    tasks.finish(ANE, task_ref(1))
    tasks.give(ANE, task_ref(2), "UKIM")
    accept(handoffs)
    assert [task(store, number).assignee for number in (1, 2, 3, 4)] == ["UANE", "UKIM", "UMARI", "UKIM"]


def test_two_answers_at_once_leave_one(handoffs: Handoffs, store: Store) -> None:
    offered(handoffs, promises=(DRAFT,))
    both: list[Callable[[], object]] = [lambda: accept(handoffs), lambda: handoffs.give_back(MARI, H1, "No time")]
    outcomes = at_once(both)
    assert sum(isinstance(outcome, AlreadyDone) for outcome in outcomes) == 1
    with store.look("T1") as uow:
        handoff = uow.handoffs.get(H1)
    assert task(store, 1).assignee == handoff.owner
    assert [lane for saying, lane in put(store, Saying.HANDOFF_RESULT)] == ["UANE"]


def test_a_delivery_told_twice_is_done_once(handoffs: Handoffs, store: Store) -> None:
    actor = replace(ANE, delivery="trigger:1")
    handoffs.offer(actor, OfferHandoff(terms=TERMS))
    with pytest.raises(AlreadyDelivered):
        handoffs.offer(actor, OfferHandoff(terms=TERMS))
    assert len(put(store, Saying.HANDOFF_OFFER)) == 1


def test_the_same_message_captured_twice_gives_the_first_back(handoffs: Handoffs) -> None:
    first = offered(handoffs, source=SOURCE)
    again = handoffs.offer(KIM, OfferHandoff(terms=TERMS, source=SOURCE))
    assert (again.is_new, again.details.handoff.number) == (False, first.number)


def test_a_draft_is_kept_and_completed_once(handoffs: Handoffs, store: Store) -> None:
    line = OfferHandoff(terms=Terms(customer=1, promised="A draft by friday"), source=SOURCE, origin=Origin.PREFIX)
    kept = handoffs.keep(ANE, line)
    assert kept.details.handoff.state is HandoffState.DRAFT
    assert handoffs.keep(ANE, line).is_new is False
    assert put(store) == [(Saying.HANDOFF_DRAFT, "C9")]

    handoffs.offer(ANE, OfferHandoff(terms=TERMS, ref=H1, promises=(DRAFT,)))
    with pytest.raises(AlreadyDone):
        handoffs.offer(KIM, OfferHandoff(terms=TERMS, ref=H1, promises=(DRAFT,)))
    assert put(store, Saying.HANDOFF_OFFER) == [(Saying.HANDOFF_OFFER, "UMARI")]
    assert task(store, 1).title == "A draft"
    with pytest.raises(NotFound):
        task(store, 2)


def test_the_shortcut_on_the_message_of_a_draft_completes_the_draft(handoffs: Handoffs) -> None:
    handoffs.keep(ANE, OfferHandoff(terms=Terms(promised="A draft"), source=SOURCE, origin=Origin.PREFIX))
    done = handoffs.offer(ANE, OfferHandoff(terms=TERMS, source=SOURCE, origin=Origin.SHORTCUT))
    assert (done.details.handoff.number, done.details.handoff.state) == (1, HandoffState.OFFERED)


def test_a_line_that_says_everything_is_offered_at_once(handoffs: Handoffs) -> None:
    kept = handoffs.keep(ANE, OfferHandoff(terms=TERMS, source=SOURCE, origin=Origin.PREFIX))
    assert kept.details.handoff.state is HandoffState.OFFERED


@pytest.mark.parametrize("strange", [{"is_outsider": True}, {"is_bot": True}, {"is_gone": True}])
def test_only_members_can_take_work_over(handoffs: Handoffs, store: Store, strange: dict[str, bool]) -> None:
    with store.work("T1") as uow:
        uow.members.learn(Member(id="UGUS", name="Gus", **strange))
    with pytest.raises(DomainError) as refused:
        handoffs.offer(ANE, OfferHandoff(terms=replace(TERMS, receiver="UGUS")))
    assert refused.value.field == "receiver"


def test_what_came_back_is_offered_again_without_doubling_its_promises(handoffs: Handoffs, store: Store) -> None:
    offered(handoffs, promises=(DRAFT,))
    handoffs.give_back(MARI, H1, "No time")
    later = DatedPromise(title="A draft", due=Due(at=FRIDAY.at + timedelta(days=3)))
    handoffs.offer(ANE, OfferHandoff(terms=replace(TERMS, receiver="UKIM"), ref=H1, promises=(later,)))
    assert (task(store, 1).due_at, task(store, 1).first_due_at) == (later.due.at, FRIDAY.at)
    with pytest.raises(NotFound):
        task(store, 2)
    assert [lane for _, lane in put(store, Saying.HANDOFF_OFFER)] == ["UMARI", "UMARI", "UKIM"]


def look(handoffs: Handoffs, clock: FixedClock, **by: float) -> None:
    """Let time pass, and the sweep look."""
    clock.forward(**by)
    handoffs.look_after()


def state(store: Store) -> Handoff:
    """Get the handoff as it is kept."""
    with store.look("T1") as uow:
        return uow.handoffs.get(H1)


def test_silence_reminds_once_and_then_goes_back(handoffs: Handoffs, store: Store, clock: FixedClock) -> None:
    offered(handoffs, promises=(DRAFT,))
    look(handoffs, clock, hours=3.9)
    assert put(store, Saying.HANDOFF_REMINDER) == []
    look(handoffs, clock, hours=0.1)
    look(handoffs, clock, hours=1)
    assert put(store, Saying.HANDOFF_REMINDER) == [(Saying.HANDOFF_REMINDER, "UMARI")]
    look(handoffs, clock, hours=16)  # 15:00 in the hours of Thursday: seven business hours since the offer
    assert state(store).state is HandoffState.OFFERED
    look(handoffs, clock, hours=3)
    back = state(store)
    assert (back.state, back.owner, back.reason) == (HandoffState.RETURNED, "UANE", None)
    assert [lane for _, lane in put(store, Saying.HANDOFF_RESULT)] == ["UANE", "UKIM"]
    look(handoffs, clock, days=9)
    assert len(put(store, Saying.HANDOFF_RESULT)) == 2
    assert task(store, 1).due_at == FRIDAY.at


def test_an_open_question_stops_the_clock_and_its_answer_starts_it_anew(
    handoffs: Handoffs, store: Store, clock: FixedClock
) -> None:
    offered(handoffs)
    handoffs.ask(MARI, H1, "Who is Bo?")
    look(handoffs, clock, days=14)
    look(handoffs, clock, days=14)
    assert state(store).state is HandoffState.OFFERED
    assert put(store, Saying.HANDOFF_REMINDER) == [(Saying.HANDOFF_REMINDER, "UANE")]
    handoffs.answer(ANE, H1, "The boss")
    look(handoffs, clock, hours=3)
    assert len(put(store, Saying.HANDOFF_REMINDER)) == 1
    look(handoffs, clock, days=1)
    look(handoffs, clock, days=1)
    assert state(store).state is HandoffState.RETURNED


def test_a_draft_reminds_its_author_once_and_stays(handoffs: Handoffs, store: Store, clock: FixedClock) -> None:
    handoffs.keep(ANE, OfferHandoff(terms=Terms(promised="A draft"), source=SOURCE, origin=Origin.PREFIX))
    for _ in range(4):
        look(handoffs, clock, days=3)
    assert put(store, Saying.HANDOFF_REMINDER) == [(Saying.HANDOFF_REMINDER, "UANE")]
    assert state(store).state is HandoffState.DRAFT


def test_days_away_do_not_leave_work_hanging(handoffs: Handoffs, store: Store, clock: FixedClock) -> None:
    today = date(MIDWEEK.year, MIDWEEK.month, MIDWEEK.day)
    with store.work("T1") as uow:
        uow.members.save(Member(id="UMARI", name="Mari", away_from=today, away_until=today + timedelta(days=30)))
    offered(handoffs)
    for _ in range(3):
        look(handoffs, clock, days=1)
    assert state(store).state is HandoffState.RETURNED


@pytest.mark.parametrize("has_gone_on", [False, True])
def test_a_message_that_arrives_late_loses_its_buttons_at_once(
    handoffs: Handoffs, store: Store, has_gone_on: bool
) -> None:
    offered(handoffs)
    handoffs.ask(MARI, H1, "Who is Bo?")
    question = Outgoing(
        saying=Saying.HANDOFF_QUESTION,
        about=H1,
        lane="UANE",
        key=f"{Saying.HANDOFF_QUESTION}:{H1}:UANE:{state(store).version}",
        due_at=MIDWEEK,
        person="UANE",
        params={"question": "Who is Bo?"},
    )
    if has_gone_on:
        handoffs.answer(ANE, H1, "The boss")
    claimed = Claimed(id=1, workspace="T1", message=question, attempts=1, token="", fence=1)
    with store.work("T1") as uow:
        KINDS[Saying.HANDOFF_QUESTION].on_sent(uow, claimed, "D1", "1.5", MIDWEEK)
    with store.look("T1") as uow:
        assert (uow.posts.at("D1", "1.5") is None) is has_gone_on  # what stays is closed by the next change
    assert closed(store) == ([("1.5", "Who is Bo?")] if has_gone_on else [])
    if not has_gone_on:
        handoffs.answer(ANE, H1, "The boss")
        assert closed(store) == [("1.5", "Who is Bo?")]


def closed(store: Store) -> list[tuple[str, str]]:
    """List the messages that are to lose their buttons, with the question that they keep."""
    with store.database.reading() as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.id)).all()
    return [(row.params["ts"], row.params["question"]) for row in rows if "ts" in row.params]


def test_an_offer_waits_for_the_receivers_hours(handoffs: Handoffs, store: Store, clock: FixedClock) -> None:
    clock.forward(hours=12)
    offered(handoffs)
    with store.database.reading() as connection:
        row = connection.execute(outbox.select().where(outbox.c.saying == Saying.HANDOFF_OFFER)).one()
    assert row.due_at == datetime.fromisoformat("2026-11-19T08:00:00+00:00")


def test_what_is_private_is_for_those_whom_it_concerns(handoffs: Handoffs, store: Store) -> None:
    offered(handoffs, is_private=True)
    for reader in (ANE, MARI, KIM):  # Kim is the lead
        assert handoffs.details(reader, H1).handoff.number == 1
    stranger = replace(KIM, member="USTRANGER")
    for ref in (H1, handoff_ref(9), Reference(Noun.TASK, 1)):
        with pytest.raises(NotFound) as refused:
            handoffs.details(stranger, ref)
        assert refused.value.key == "handoff.problem.unknown"
    with pytest.raises(NotFound):
        handoffs.details(replace(ANE, workspace="T2"), H1)
    for reader, seen in (("UANE", 1), ("UMARI", 1), ("UKIM", 1), ("USTRANGER", 0)):
        assert len(handoffs.list(ANE, HandoffFilter(reader=reader, include_over=True)).handoffs) == seen


def test_lists_show_what_waits_newest_first_in_pages(handoffs: Handoffs) -> None:
    for number in range(1, 13):
        handoffs.offer(ANE, OfferHandoff(terms=replace(TERMS, promised=f"Promise {number}")))
    handoffs.give_back(MARI, handoff_ref(12), "No time")
    page = handoffs.list(MARI, HandoffFilter(reader="UMARI", receiver="UMARI"))
    assert [details.handoff.number for details in page.handoffs] == list(range(11, 1, -1))
    rest = handoffs.list(MARI, HandoffFilter(reader="UMARI", involved="UMARI"), offset=page.after or 0)
    assert ([details.handoff.number for details in rest.handoffs], rest.after) == ([1], None)
    assert handoffs.list(MARI, HandoffFilter(reader="UMARI", giver="UMARI")).handoffs == ()
    everything = handoffs.list(KIM, HandoffFilter(reader="UKIM", include_over=True), size=50)
    assert len(everything.handoffs) == 12


def test_the_form_offers_the_givers_tasks_those_of_the_customer_first(handoffs: Handoffs, tasks: Tasks) -> None:
    tasks.add(ANE, AddTask(title="Elsewhere", due=FRIDAY))
    tasks.add(ANE, AddTask(title="For Acme", customer=1))
    tasks.add(KIM, AddTask(title="Kim's", customer=1))
    choices = handoffs.choices(ANE, customer=1)
    assert [task.title for task in choices.tasks] == ["For Acme", "Elsewhere"]
    assert [customer.name for customer in choices.customers] == ["Acme"]


def test_more_promises_than_anybody_can_follow_are_refused(handoffs: Handoffs, store: Store) -> None:
    many = tuple(replace(DRAFT, title=f"Promise {number}") for number in range(21))
    with pytest.raises(DomainError) as refused:
        offered(handoffs, promises=many)
    assert (refused.value.field, put(store)) == ("promised", [])
