"""The sweep of delay warnings: whoever runs it and how often, each promise is decided about once, in few statements."""

from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from bot.domain.customers import Customer
from bot.domain.delays import Step
from bot.domain.members import Member
from bot.domain.outgoing import Post, Saying, Sending
from bot.domain.references import task_ref
from bot.domain.tasks import Due
from bot.services import Services
from bot.services.delays import AT_ONCE
from storage.engine import StorageBusy
from storage.lanes import claim, settle
from storage.tables import tasks
from storage.unit_of_work import Store
from tests.services.asking import ANE
from tests.services.warned import HOUR, promise, promise_many, told, warnings
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import at_once


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


@pytest.mark.parametrize("verb", ["finish", "cancel", "wait"])
def test_what_is_over_or_waits_is_not_looked_at(store: Store, services: Services, clock: FixedClock, verb: str) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    getattr(services.tasks, verb)(ANE, task_ref(1))
    clock.forward(hours=5)
    services.delays.sweep()
    assert told(store) == []


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
