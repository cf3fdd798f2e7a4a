"""The sweep of delay warnings: it tells each step once, whoever runs it, and leaves nothing behind."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from bot.domain.commands import AcceptHandoff, AddTask, EditTask, MoveTask, OfferHandoff
from bot.domain.customers import Customer
from bot.domain.delays import Step
from bot.domain.errors import AlreadyDone, DomainError
from bot.domain.handoffs import Terms
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Outgoing, Post, Saying, Sending, bundles_from
from bot.domain.references import handoff_ref, task_ref
from bot.domain.tasks import Due, Priority, State, Task
from bot.services import Services, build_services
from bot.services.delays import AT_ONCE
from storage.engine import StorageBusy
from storage.outbox import claim, settle
from storage.tables import outbox, tasks
from storage.unit_of_work import Store
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import at_once

ANE = Actor(workspace="T1", member="UANE")
HOUR = timedelta(hours=1)


@pytest.fixture
def services(store: Store, clock: FixedClock) -> Services:
    return build_services(store, clock)


def promise(services: Services, due_at: datetime, **more: object) -> None:
    command = AddTask(title="Call", due=Due(at=due_at), asked_in="C1")
    services.tasks.add(ANE, replace(command, **more))  # type: ignore[arg-type]


def promise_many(store: Store, count: int, due_at: datetime) -> None:
    """Record many promises at once; their heads-up is due an hour before."""
    with store.work("T1") as uow:
        for number in range(1, count + 1):
            task = Task(
                number=number,
                title="Call",
                state=State.OPEN,
                author="UANE",
                assignee="UANE",
                created_at=MIDWEEK,
                due=Due(at=due_at),
                given_at=MIDWEEK,
                first_due_at=due_at,
                asked_in="C1",
                next_check_at=MIDWEEK + HOUR,
            )
            uow.tasks.add(task)


def warnings(store: Store) -> list[Outgoing]:
    """List the warnings that were ever put down."""
    sayings = [Saying.HEADS_UP.value, Saying.LATE.value]
    with store.database.reading() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.saying.in_(sayings)).order_by(outbox.c.id)).all()
    return [
        Outgoing(
            saying=Saying(row.saying),
            about=task_ref(int(row.about[2:])),
            lane=row.lane,
            key=row.key,
            due_at=row.due_at,
            person=row.person,
            params=row.params,
        )
        for row in rows
    ]


def told(store: Store) -> list[tuple[str, str]]:
    return [(one.saying.value, one.lane) for one in warnings(store)]


def test_both_steps_are_told_each_in_its_time_to_its_reader(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    assert not services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE")]
    clock.forward(hours=1)
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE"), ("delay.late", "C1")]
    heads_up, late = warnings(store)
    assert heads_up.key == f"delay:T-1:heads_up:{(MIDWEEK + 4 * HOUR).isoformat()}:UANE"
    assert late.key == f"delay:T-1:late:{(MIDWEEK + 4 * HOUR).isoformat()}"
    assert late.person is None
    with store.look("T1") as uow:
        assert uow.tasks.get(task_ref(1)).told == {Step.HEADS_UP, Step.LATE}


def test_a_sweep_that_runs_again_tells_nothing_again(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    clock.forward(hours=5)
    for _ in range(3):
        services.delays.sweep()
    assert told(store) == [("delay.late", "C1")]
    with store.look("T1") as uow:
        assert uow.tasks.get(task_ref(1)).next_check_at is None


def test_two_sweeps_at_once_tell_everything_once_between_them(
    store: Store, services: Services, clock: FixedClock
) -> None:
    count = AT_ONCE + 10
    promise_many(store, count, MIDWEEK + 4 * HOUR)
    clock.forward(hours=3)

    def until_none_is_left() -> None:
        while True:
            try:
                if not services.delays.sweep():
                    return
            except StorageBusy:
                continue

    assert at_once([until_none_is_left] * 3) == [None] * 3
    services.delays.sweep()
    assert sorted(one.about.number for one in warnings(store)) == list(range(1, count + 1))
    with store.database.reading() as connection:
        left = select(func.count()).select_from(tasks).where(tasks.c.next_check_at <= clock.now())
        assert connection.execute(left).scalar_one() == 0


def test_so_many_are_decided_at_once_and_the_rest_the_next_time(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise_many(store, AT_ONCE + 1, MIDWEEK + HOUR)
    clock.forward(hours=2)
    assert services.delays.sweep() == AT_ONCE
    assert len(warnings(store)) == AT_ONCE
    assert services.delays.sweep() == 1
    assert len(warnings(store)) == AT_ONCE + 1


def test_what_one_sweep_decides_of_each_task_is_kept_of_that_task_alone(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise_many(store, 4, MIDWEEK + 4 * HOUR)
    ahead = Due(at=MIDWEEK + 6 * HOUR)
    with store.work("T1") as uow:
        first, _, third, fourth = (uow.tasks.get(task_ref(number)) for number in range(1, 5))
        uow.tasks.save(replace(first, told=frozenset({Step.HEADS_UP})))
        uow.tasks.save(replace(third, due=ahead))
        uow.tasks.save(replace(fourth, next_check_at=MIDWEEK + 9 * HOUR))
    with store.work("T2") as theirs:
        theirs.tasks.add(replace(first, next_check_at=MIDWEEK + 9 * HOUR))
    clock.forward(hours=5)
    assert services.delays.sweep() == 3

    with store.look("T1") as uow, store.look("T2") as theirs:
        kept = [*(uow.tasks.get(task_ref(number)) for number in range(1, 5)), theirs.tasks.get(task_ref(1))]
    assert [(set(task.told), task.next_check_at) for task in kept] == [
        ({Step.HEADS_UP, Step.LATE}, None),
        ({Step.LATE}, None),
        ({Step.HEADS_UP}, ahead.at),
        (set(), MIDWEEK + 9 * HOUR),
        (set(), MIDWEEK + 9 * HOUR),
    ]


def spread(store: Store, count: int) -> None:
    """Give each task an assignee, a customer with a channel, and a channel of its own; each third has a card in DMs."""
    with store.work("T1") as uow:
        for n in range(1, count + 1):
            uow.members.save(Member(id=f"U{n}", name=f"U{n}", dm_channel=f"D{n}", own_hours="mon-fri 13:00-15:00"))
            uow.customers.add(Customer(number=n, name=f"Customer {n}", channel=f"CC{n}"))
            task = uow.tasks.get(task_ref(n))
            uow.tasks.save(replace(task, assignee=f"U{n}", customer=n, asked_in=f"C{n}"))
            if n % 3 == 0:
                uow.posts.save(Post(about=task.ref, role=Saying.TASK_CARD.value, channel=f"D{n}", ts="1.1"))


def test_a_sweep_asks_the_database_no_more_often_however_many_are_due(
    store: Store, services: Services, clock: FixedClock
) -> None:
    asked: list[str] = []
    promise_many(store, 40, MIDWEEK + HOUR)
    spread(store, 40)
    clock.forward(hours=2)
    with store.work("T1") as uow:  # people may be known from before
        uow.members.read_ahead(f"U{n}" for n in range(20, 41))
    event.listen(store.database.writer, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert services.delays.sweep(5) == 5
    few, asked[:] = len(asked), []
    assert services.delays.sweep() == 35
    assert len(asked) <= few
    lanes = {one.about.number: (one.lane, one.person) for one in warnings(store)}
    assert lanes == {n: (f"U{n}", f"U{n}") if n % 3 == 0 else (f"CC{n}", None) for n in range(1, 41)}
    assert {one.due_at for one in warnings(store) if one.person} == {MIDWEEK + 3 * HOUR}


def test_after_downtime_only_the_last_step_is_left(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    clock.forward(days=1)
    services.delays.sweep()
    assert told(store) == [("delay.late", "C1")]


def test_a_heads_up_waits_for_its_readers_morning(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + timedelta(days=5, hours=10))  # Monday 20:00 in Copenhagen
    clock.forward(days=2, hours=10)
    services.delays.sweep()
    (heads_up,) = warnings(store)
    assert heads_up.due_at == MIDWEEK + timedelta(days=4, hours=23)  # Monday 9:00


def test_a_heads_up_that_would_come_too_late_is_not_told(store: Store, services: Services, clock: FixedClock) -> None:
    clock.forward(hours=9)
    promise(services, MIDWEEK + 13 * HOUR)  # tonight 23:00
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=1)
    services.delays.sweep()
    (late,) = warnings(store)
    assert late.saying is Saying.LATE
    assert late.due_at == MIDWEEK + 23 * HOUR  # tomorrow 9:00 in Copenhagen: the workspace's opening
    services.delays.sweep()
    assert len(warnings(store)) == 1


def test_a_card_in_direct_messages_has_its_warning_there_in_the_assignees_hours(
    store: Store, services: Services, clock: FixedClock
) -> None:
    with store.work("T1") as uow:
        uow.members.save(Member(id="UANE", name="Ane", own_hours="mon-fri 13:00-15:00"))
        uow.posts.save(Post(about=task_ref(1), role=Saying.TASK_CARD.value, channel="D1", ts="1.1"))
    promise(services, MIDWEEK + HOUR, asked_in=None)
    clock.forward(hours=1)
    services.delays.sweep()
    (late,) = warnings(store)
    assert (late.lane, late.person) == ("UANE", "UANE")
    assert late.due_at == MIDWEEK + 3 * HOUR


@pytest.mark.parametrize("verb", ["finish", "cancel", "wait"])
def test_what_is_over_or_waits_is_not_looked_at(store: Store, services: Services, clock: FixedClock, verb: str) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    getattr(services.tasks, verb)(ANE, task_ref(1))
    clock.forward(hours=5)
    services.delays.sweep()
    assert told(store) == []


def test_a_moved_promise_is_warned_of_anew(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + HOUR)
    clock.forward(hours=1)
    services.delays.sweep()
    services.tasks.move(ANE, MoveTask(ref=task_ref(1), due=Due(at=MIDWEEK + 5 * HOUR), reason="keys"))
    clock.forward(hours=3)
    services.delays.sweep()
    clock.forward(hours=1)
    services.delays.sweep()
    assert [one.saying for one in warnings(store)] == [Saying.LATE, Saying.HEADS_UP, Saying.LATE]
    assert len({one.key for one in warnings(store)}) == 3


def test_a_snoozed_heads_up_comes_again_and_late_keeps_its_time(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 6 * HOUR)
    clock.forward(hours=4, minutes=30)
    services.delays.sweep()
    services.tasks.snooze(ANE, task_ref(1), HOUR)
    services.delays.sweep()
    assert len(warnings(store)) == 1
    clock.forward(hours=1)
    services.delays.sweep()
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE")] * 2
    clock.forward(minutes=30)
    services.delays.sweep()
    assert told(store)[2:] == [("delay.late", "C1")]


def test_an_answered_heads_up_still_becomes_late_but_not_on_track_again(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    services.tasks.on_track(ANE, task_ref(1))
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=1)
    services.delays.sweep()
    assert told(store) == [("delay.late", "C1")]
    with pytest.raises(DomainError) as refused:
        services.tasks.on_track(ANE, task_ref(1))
    assert refused.value.key == "delay.problem.past"


def test_warnings_to_one_person_become_one_message_and_count_once(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise_many(store, 200, MIDWEEK + 4 * HOUR)
    clock.forward(hours=3)
    while services.delays.sweep():
        pass
    with store.database.writing() as connection:
        taken = claim(connection, now=clock.now(), machine_now=clock.machine_now(), limit=10)
        (bundle,) = [one for one in taken if one.message.saying is Saying.HEADS_UP]
        assert len(bundle.everyone) == 200
        settle(
            connection,
            bundle,
            Sending.SENT,
            free_at=clock.machine_now(),
            channel="D1",
            ts="1.1",
            sent_at=clock.now(),
        )
    with store.look("T1") as uow:
        assert uow.outbox.sent_to("UANE", MIDWEEK, (Saying.HEADS_UP,)) == 1


def test_two_to_one_person_are_one_message_and_six_in_a_channel() -> None:
    lanes = {"U1": 2, "W1": 2, "D1": 2, "C1": 6, "G1": 6}
    assert {lane: bundles_from(Saying.LATE, lane) for lane in lanes} == lanes
    assert bundles_from(Saying.HEADS_UP, "U1") == 2
    assert bundles_from(Saying.TASK_CARD, "U1") is None


def test_an_old_message_that_was_clicked_is_shown_as_its_task_is_now(store: Store, services: Services) -> None:
    promise(services, MIDWEEK + HOUR)
    role = Saying.HEADS_UP
    standing = Post(about=task_ref(1), role=role.value, channel="D1", ts="2.2", person="UANE", due_at=MIDWEEK + HOUR)
    with store.work("T1") as uow:
        uow.posts.save(standing)
    actor = replace(ANE, channel="D1")
    services.delays.show_again(actor, task_ref(1), role, "2.2")
    assert warnings(store) == []
    for _ in range(2):
        services.delays.show_again(actor, task_ref(1), role, "1.1")
    (refresh,) = warnings(store)
    assert (refresh.lane, refresh.person, refresh.params) == ("UANE", None, {"ts": "1.1", "channel": "D1"})


def test_a_notice_is_sent_once_and_one_draft_is_enough(store: Store, services: Services) -> None:
    with store.work("T1") as uow:
        uow.customers.add(Customer(number=1, name="Acme", owner="UKIM", shared_channel="C9"))
    promise(services, MIDWEEK + HOUR, customer=1)
    first = services.notices.draft(ANE, task_ref(1), "We are late.")
    again = services.notices.draft(ANE, task_ref(1), "We are very late.")
    assert first.notice == again.notice
    assert first.notice.drafted_for == "UKIM"
    services.notices.send(ANE, first.notice.ref)
    with pytest.raises(AlreadyDone):
        services.notices.send(ANE, first.notice.ref)
    with store.database.reading() as connection:
        sent = connection.execute(select(outbox.c.lane).where(outbox.c.saying == Saying.NOTICE.value)).all()
    assert [row.lane for row in sent] == ["C9"]


def test_a_notice_of_before_a_move_is_put_aside_for_the_new_one(store: Store, services: Services) -> None:
    with store.work("T1") as uow:
        uow.customers.add(Customer(number=1, name="Acme", shared_channel="C9"))
    promise(services, MIDWEEK + HOUR, customer=1)
    old = services.notices.draft(ANE, task_ref(1), "We are late.").notice
    services.tasks.move(ANE, MoveTask(ref=task_ref(1), due=Due(at=MIDWEEK + 5 * HOUR), notice="At three."))
    with pytest.raises(AlreadyDone):
        services.notices.send(ANE, old.ref)
    with store.look("T1") as uow:
        draft = uow.notices.draft_of(1)
    assert draft is not None
    assert (draft.text, draft.due_at) == ("At three.", MIDWEEK + 5 * HOUR)


def test_another_workspaces_notice_is_not_found(store: Store, services: Services) -> None:
    with store.work("T1") as uow:
        uow.customers.add(Customer(number=1, name="Acme", shared_channel="C9"))
    promise(services, MIDWEEK + HOUR, customer=1)
    notice = services.notices.draft(ANE, task_ref(1), "We are late.").notice
    with pytest.raises(DomainError) as refused:
        services.notices.send(Actor(workspace="T2", member="UANE"), notice.ref)
    assert refused.value.key == "notice.problem.unknown"


@pytest.mark.parametrize("how", ["given", "edited", "handed over"])
def test_a_late_task_that_changes_hands_before_anybody_heard_is_told_to_the_new_assignee(
    store: Store, services: Services, clock: FixedClock, how: str
) -> None:
    services.people.learn("T1", [Member(id="UBO", name="bo")])
    promise(services, MIDWEEK + HOUR, assignee="UANE", asked_in=None)
    clock.forward(hours=10)
    services.delays.sweep()
    if how == "given":
        services.tasks.give(ANE, task_ref(1), "UBO")
    elif how == "edited":
        wanted = EditTask(title="Call", assignee="UBO", due=None, customer=None, priority=Priority.NORMAL)
        services.tasks.edit(ANE, task_ref(1), lambda _: wanted)
    else:
        terms = Terms(receiver="UBO", promised="a call", situation="late", next_step="call", tasks=(1,))
        services.handoffs.offer(ANE, OfferHandoff(terms=terms))
        words = AcceptHandoff(ref=handoff_ref(1), words="call", title="call")
        services.handoffs.accept(Actor(workspace="T1", member="UBO"), words)
    services.delays.sweep()
    assert told(store) == [("delay.late", "UANE"), ("delay.late", "UBO")]
