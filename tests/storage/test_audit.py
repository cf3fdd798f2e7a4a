"""The audit: a healthy database gives no suspicion, and each way in which something gets lost gives its own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Update, delete, insert, select, update

from bot.domain.commands import AddTask, AskPerson, OfferHandoff
from bot.domain.handoffs import Terms
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Claimed, Sending
from bot.domain.references import task_ref
from bot.domain.tasks import Due, State
from bot.services import Services, build_services
from storage.audit import GRACE, PATIENCE, Audit, audit
from storage.lanes import LEASE, claim, put_off, settle
from storage.tables import errands, handoffs, lanes, outbox, posts, prompts, tasks
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE = Actor(workspace="T1", member="U1")
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CARD = "T1 card:T-1:1"
OFFER = OfferHandoff(terms=Terms(receiver="U2", promised="all", situation="halfway", next_step="call"))


@pytest.fixture
def services(store: Store, clock: FixedClock) -> Services:
    """The use cases over both kinds of database."""
    services = build_services(store, clock)
    services.people.learn("T1", [Member(id=f"U{n}", name="somebody") for n in range(1, 9)])
    return services


def look(store: Store, clock: FixedClock) -> Audit:
    with store.database.reading() as connection:
        return audit(connection, now=clock.now(), machine_now=clock.machine_now())


def suspects(store: Store, clock: FixedClock) -> dict[str, set[str]]:
    """Audit; leave out the checks that are in order."""
    return {check: set(keys) for check, keys in look(store, clock).suspects.items() if keys}


def record(services: Services, clock: FixedClock, *, assignee: str = "U2", in_: timedelta = HOUR) -> None:
    due = Due(at=clock.now() + in_)
    services.tasks.add(ANE, AddTask(title="Offer", assignee=assignee, due=due, asked_in="C1"))


def take(store: Store, clock: FixedClock) -> list[Claimed]:
    with store.database.writing() as connection:
        return claim(connection, now=clock.now(), machine_now=clock.machine_now(), limit=10)


def end(store: Store, clock: FixedClock, claimed: Claimed, state: Sending, **more: Any) -> None:
    with store.database.writing() as connection:
        assert settle(connection, claimed, state, **{"free_at": clock.machine_now() + SECOND} | more)


def deliver(store: Store, clock: FixedClock, state: Sending = Sending.SENT, reason: str | None = None) -> None:
    """Bring all that is due to its end, a second each."""
    while claimed := take(store, clock):
        for each in claimed:
            proof = {"channel": "C1", "ts": f"1.{each.id}", "sent_at": clock.now()} if state is Sending.SENT else {}
            end(store, clock, each, state, reason=reason, **proof)
        clock.both_forward(seconds=1)


def change(store: Store, statement: Any) -> None:
    """Break something, as nothing in the program would."""
    with store.database.writing() as connection:
        assert connection.execute(statement).rowcount != 0


def change_warning(**values: Any) -> Update:
    return update(outbox).where(outbox.c.key.contains(":late:")).values(**values)


@pytest.fixture
def told(store: Store, services: Services, clock: FixedClock) -> Services:
    """A promise that fell due ten minutes ago, and everybody who should know was told."""
    record(services, clock)
    deliver(store, clock)
    clock.both_forward(hours=1)
    services.delays.sweep()
    deliver(store, clock)
    clock.both_forward(minutes=10)
    assert suspects(store, clock) == {}
    assert look(store, clock).fates == {"sent": 1}
    return services


def test_a_busy_healthy_database_is_in_order(store: Store, services: Services, clock: FixedClock) -> None:
    for n in range(20):
        record(services, clock, assignee=f"U{n % 5 + 2}", in_=timedelta(minutes=10 * n + 1))
    services.handoffs.offer(ANE, OFFER)
    services.feedback.ask(ANE, AskPerson(person="U3"))
    for _ in range(34):
        services.delays.sweep()
        services.handoffs.look_after()
        services.feedback.sweep()
        assert suspects(store, clock) == {}
        deliver(store, clock)
        assert suspects(store, clock) == {}
        clock.both_forward(minutes=6)
    found = look(store, clock)
    assert found.fates == {"sent": 22}
    assert (found.due, found.lanes, found.oldest_due_at, set(found.rows.values())) == (0, 0, None, {0})


def test_what_was_due_adds_up_by_what_became_of_it(store: Store, services: Services, clock: FixedClock) -> None:
    ends = (Sending.SENT, Sending.DROPPED, Sending.EXPIRED, Sending.DEAD)
    for n in range(len(ends) + 3):
        record(services, clock, assignee=f"U{n + 2}", in_=timedelta(minutes=n + 1))
    services.tasks.finish(ANE, task_ref(5))
    services.tasks.wait(ANE, task_ref(6))
    for state in ends:
        deliver(store, clock)
        clock.both_forward(minutes=1)
        services.delays.sweep()
        deliver(store, clock, state, "a reason")
    clock.both_forward(minutes=3, seconds=30)
    deliver(store, clock)
    services.delays.sweep()
    clock.both_forward(minutes=6)
    assert look(store, clock).fates == {
        "sent": 1, "dropped": 1, "expired": 1, "dead": 1, "cancelled": 2, "open": 1,
    }  # fmt: skip


def test_the_queue_is_counted(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    record(services, clock)
    began = clock.now()
    clock.both_forward(minutes=4)
    found = look(store, clock)
    assert (found.rows["new"], found.due, found.lanes, found.oldest_due_at) == (4, 4, 2, began)
    take(store, clock)
    found = look(store, clock)
    assert (found.rows["new"], found.rows["sending"], found.due) == (2, 2, 2)


def test_a_message_that_no_lane_points_at_is_stranded(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    clock.both_forward(minutes=6)
    assert "stranded" not in suspects(store, clock)
    for due_at in (None, clock.now() + HOUR):
        change(store, update(lanes).values(due_at=due_at))
        assert CARD in suspects(store, clock)["stranded"]


def test_a_due_lane_that_nobody_takes_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    clock.both_forward(seconds=GRACE.total_seconds() - 1)
    assert suspects(store, clock) == {}
    clock.both_forward(seconds=1)
    assert suspects(store, clock) == {"untaken": {"T1 C1", "T1 U2"}}


def test_while_others_are_served_a_lane_may_wait_longer(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock, in_=10 * HOUR)
    clock.both_forward(seconds=PATIENCE.total_seconds() - 1)
    change(store, update(outbox).where(outbox.c.lane == "U2").values(attempted_at=clock.machine_now()))
    assert suspects(store, clock) == {}
    clock.both_forward(seconds=1)
    assert suspects(store, clock)["untaken"] == {"T1 C1", "T1 U2"}


def test_a_lane_that_waits_for_slack_is_in_order(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock, in_=10 * HOUR)
    for claimed in take(store, clock):
        end(store, clock, claimed, Sending.NEW, free_at=clock.machine_now() + HOUR)
    clock.both_forward(minutes=59)
    assert suspects(store, clock) == {}
    clock.both_forward(minutes=7)
    assert "untaken" in suspects(store, clock)


def test_a_message_held_for_its_readers_hours_is_in_order(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock, in_=10 * HOUR)
    for claimed in take(store, clock):
        with store.database.writing() as connection:
            put_off(connection, claimed, until=clock.now() + 12 * HOUR, free_at=clock.machine_now())
    clock.both_forward(minutes=50)
    assert suspects(store, clock) == {}


def test_a_lease_that_nobody_ended_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    take(store, clock)
    change(store, update(lanes).values(due_at=None))
    clock.both_forward(seconds=(LEASE + GRACE).total_seconds() - 1)
    assert suspects(store, clock) == {}
    clock.both_forward(seconds=1)
    assert CARD in suspects(store, clock)["unreturned"]


def test_a_send_whose_outcome_stays_unknown_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock, in_=10 * HOUR)
    for claimed in take(store, clock):
        end(store, clock, claimed, Sending.UNKNOWN)
    deliver(store, clock)
    clock.both_forward(minutes=50)
    assert suspects(store, clock) == {}
    clock.both_forward(minutes=10)
    assert CARD in suspects(store, clock)["unsettled"]


@pytest.mark.parametrize("proof", ["channel", "ts", "sent_at"])
def test_what_is_sent_without_a_proof_is_told(store: Store, told: Services, clock: FixedClock, proof: str) -> None:
    change(store, change_warning(**{proof: None}))
    assert list(suspects(store, clock)) == ["unproven"]


@pytest.mark.parametrize("state", [Sending.DROPPED, Sending.EXPIRED, Sending.DEAD])
def test_an_end_without_a_reason_is_told(store: Store, told: Services, clock: FixedClock, state: Sending) -> None:
    change(store, change_warning(state=state.value, reason="because"))
    assert suspects(store, clock) == {}
    change(store, change_warning(reason=None))
    assert list(suspects(store, clock)) == ["unexplained"]


def test_a_warning_that_is_gone_is_told(store: Store, told: Services, clock: FixedClock) -> None:
    change(store, delete(outbox).where(outbox.c.key.contains(":late:")))
    assert suspects(store, clock) == {"untold": {"T1 T-1"}}
    assert look(store, clock).fates == {"lost": 1}


def test_a_promise_that_is_kept_wants_no_warning(store: Store, told: Services, clock: FixedClock) -> None:
    change(store, delete(outbox).where(outbox.c.key.contains(":late:")))
    told.tasks.finish(ANE, task_ref(1))
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"cancelled": 1})


def sent_on(store: Store, clock: FixedClock, *, is_kept: bool) -> None:
    """Have the warning sent on from its channel to the assignee."""
    with store.database.writing() as connection:
        row = dict(connection.execute(select(outbox).where(outbox.c.key.contains(":late:"))).mappings().one())
        del row["id"]
        connection.execute(change_warning(state=Sending.DROPPED.value, reason="rerouted to U2", ts=None))
        if is_kept:
            there = {"key": row["key"] + ">U2", "lane": "U2"}
            connection.execute(insert(outbox).values(**row | there))


def test_a_warning_that_was_sent_on_is_followed(store: Store, told: Services, clock: FixedClock) -> None:
    sent_on(store, clock, is_kept=True)
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"sent": 1})


def test_a_warning_that_got_lost_on_the_way_elsewhere_is_told(store: Store, told: Services, clock: FixedClock) -> None:
    sent_on(store, clock, is_kept=False)
    assert (suspects(store, clock), look(store, clock).fates) == ({"untold": {"T1 T-1"}}, {"lost": 1})


def test_what_was_said_here_and_elsewhere_is_told(store: Store, told: Services, clock: FixedClock) -> None:
    sent_on(store, clock, is_kept=True)
    change(store, update(outbox).where(outbox.c.reason == "rerouted to U2").values(state=Sending.SENT.value, ts="1.1"))
    assert list(suspects(store, clock)) == ["doubled"]


def test_what_a_former_assignee_was_told_counts(store: Store, services: Services, clock: FixedClock) -> None:
    services.tasks.add(ANE, AddTask(title="Offer", assignee="U2", due=Due(at=clock.now() + HOUR), asked_in=None))
    clock.both_forward(hours=1)
    services.delays.sweep()
    deliver(store, clock)
    place = {"workspace": "T1", "about": "T-1", "role": "delay.late", "channel": "D2", "ts": "1.1", "person": "U2"}
    change(store, insert(posts).values(**place))
    services.tasks.give(ANE, task_ref(1), "U3")
    services.tasks.give(ANE, task_ref(1), "U4")
    clock.both_forward(minutes=10)
    deliver(store, clock)
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"sent": 1})
    change(store, delete(outbox).where(outbox.c.key.contains(":late:")))
    assert list(suspects(store, clock)) == ["untold"]


def test_a_warning_that_waits_for_a_former_assignee_is_told(
    store: Store, services: Services, clock: FixedClock
) -> None:
    services.tasks.add(ANE, AddTask(title="Offer", assignee="U2", due=Due(at=clock.now() + HOUR), asked_in=None))
    clock.both_forward(hours=1)
    services.delays.sweep()
    services.tasks.give(ANE, task_ref(1), "U3")
    services.delays.sweep()
    clock.both_forward(minutes=6)
    assert "untold" not in suspects(store, clock)
    change(store, delete(outbox).where(outbox.c.key.endswith(":U3"), outbox.c.key.contains(":late:")))
    assert suspects(store, clock)["untold"] == {"T1 T-1"}


def test_an_offer_that_its_receiver_never_got_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    services.handoffs.offer(ANE, OFFER)
    deliver(store, clock)
    clock.both_forward(minutes=10)
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"sent": 1})
    change(store, delete(outbox).where(outbox.c.key.startswith("handoff.offer:")))
    assert suspects(store, clock) == {"untold": {"T1 H-1"}}


def test_a_question_that_nobody_was_asked_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    services.feedback.ask(ANE, AskPerson(person="U3"))
    services.feedback.sweep()
    deliver(store, clock)
    clock.both_forward(minutes=10)
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"sent": 1})
    change(store, delete(outbox).where(outbox.c.key.startswith("prompt:")))
    assert suspects(store, clock) == {"untold": {"T1 F-1"}}


@pytest.mark.parametrize("next_check", [None, timedelta(hours=30)])
def test_a_promise_that_no_sweep_will_see_is_told(
    store: Store, services: Services, clock: FixedClock, next_check: timedelta | None
) -> None:
    record(services, clock, in_=24 * HOUR)
    deliver(store, clock)
    at = clock.now() + next_check if next_check else None
    change(store, update(tasks).values(next_check_at=at))
    clock.both_forward(hours=22, minutes=50)
    assert suspects(store, clock) == {}
    clock.both_forward(minutes=10)
    assert suspects(store, clock) == {"unscheduled": {"T1 T-1"}}
    clock.both_forward(hours=2)
    assert suspects(store, clock) == {"untold": {"T1 T-1"}}
    change(store, update(tasks).values(state=State.WAITING.value, next_check_at=None))
    assert suspects(store, clock) == {}


def test_a_promise_that_is_taken_up_again_will_be_told(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    deliver(store, clock)
    services.tasks.wait(ANE, task_ref(1))
    clock.both_forward(hours=2)
    change(store, update(tasks).values(state=State.OPEN.value, next_check_at=clock.now()))
    deliver(store, clock)
    assert (suspects(store, clock), look(store, clock).fates) == ({}, {"open": 1})


def test_a_sweep_that_stands_still_is_told(store: Store, services: Services, clock: FixedClock) -> None:
    record(services, clock)
    services.handoffs.offer(ANE, OFFER)
    services.feedback.ask(ANE, AskPerson(person="U3"))
    services.feedback.sweep()
    with store.work("T1") as uow:
        uow.errands.add("kind", {}, at=clock.machine_now() + HOUR)
    deliver(store, clock)
    assert suspects(store, clock) == {}
    for table, column in ((tasks, "next_check_at"), (handoffs, "next_check_at"), (prompts, "next_check_at")):
        change(store, update(table).values({column: clock.now() - GRACE}))
    change(store, update(errands).values(run_at=clock.machine_now() - GRACE))
    assert suspects(store, clock) == {
        "unswept_tasks": {"T1 T-1"},
        "unswept_handoffs": {"T1 H-1"},
        "unswept_prompts": {"T1 F-1"},
        "undone_errands": {"T1 1"},
    }
