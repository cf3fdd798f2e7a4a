"""Workers: together where that is cheap, alone where one fails, and never after the deadline."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from types import NoneType
from typing import NoReturn

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import AlreadyDelivered, DomainError
from bot.domain.references import task_ref
from bot.domain.workspaces import Workspace
from storage.engine import Database, StorageBusy
from storage.tables import tasks
from storage.unit_of_work import Store
from storage.workers import Workers, reads
from storage.workspaces import install
from tests.storage.test_units_of_work import a_task
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import held_by_another_process

PATIENCE = 30.0
"""Seconds that nothing here takes, on a machine that has other things to do."""


@pytest_asyncio.fixture
async def workers(store: Store) -> AsyncIterator[Workers]:
    """Workers on the store's database."""
    workers = Workers(store.database)
    yield workers
    await asyncio.to_thread(workers.close)


@pytest.fixture
def sqlite_store(sqlite_database: Database) -> Store:
    """A store on SQLite alone."""
    with sqlite_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    return Store(sqlite_database, FixedClock())


@pytest_asyncio.fixture
async def sqlite_workers(sqlite_store: Store) -> AsyncIterator[Workers]:
    """Workers on SQLite alone."""
    workers = Workers(sqlite_store.database)
    yield workers
    await asyncio.to_thread(workers.close)


def add_task(store: Store, number: int) -> int:
    with store.work("T1") as uow:
        uow.tasks.add(a_task(number, next_check_at=MIDWEEK))
    return number


def tasks_there(store: Store, numbers: range) -> list[int]:
    with store.look("T1") as uow:
        return [number for number in numbers if uow.tasks.find(task_ref(number))]


def soon(seconds: float) -> float:
    return time.monotonic() + seconds


async def test_many_at_once_are_all_kept_and_those_that_fail_hurt_nobody(store: Store, workers: Workers) -> None:
    def refuse(number: int) -> NoReturn:
        with store.work("T1") as uow:
            uow.tasks.add(a_task(number))
            raise DomainError("no")

    def clash(number: int) -> None:
        with store.work("T1") as uow:
            uow.tasks.add(a_task(number))
            uow.tasks.add(a_task(number))

    kinds = [add_task_in(store), refuse, clash]
    answers = await asyncio.gather(
        *(workers.run(kinds[number % 3], number, deadline=soon(20)) for number in range(60)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [int, DomainError, IntegrityError] * 20
    assert tasks_there(store, range(60)) == list(range(0, 60, 3))


def add_task_in(store: Store):  # type: ignore[no-untyped-def]
    def add(number: int) -> int:
        return add_task(store, number)

    return add


async def held_by(gate: threading.Event, workers: Workers, **deadline: float) -> "asyncio.Future[bool]":
    """Have a thread of the workers wait at a gate; it does by the time this returns."""
    has_begun = threading.Event()

    def wait() -> bool:
        has_begun.set()
        return gate.wait(PATIENCE)

    waiting = asyncio.ensure_future(workers.run(wait, **deadline))
    assert await asyncio.to_thread(has_begun.wait, PATIENCE)
    return waiting


async def behind_a_slow_one(workers: Workers, *works: Callable[[], object]) -> list[object]:
    """Run all of these in one batch; return what each gave or raised."""
    gate = threading.Event()
    first = await held_by(gate, workers, deadline=soon(PATIENCE))
    others = [asyncio.ensure_future(workers.run(work, deadline=soon(PATIENCE))) for work in works]
    await asyncio.sleep(0.05)
    gate.set()
    _, *answers = await asyncio.gather(first, *others, return_exceptions=True)
    return answers


async def test_what_waits_together_is_committed_together(store: Store, workers: Workers) -> None:
    told: list[str] = []
    store.on_change = told.append  # once a commit
    await behind_a_slow_one(workers, *(partial(add_task, store, number) for number in range(1, 13)))
    assert told == ["tasks"]
    assert tasks_there(store, range(1, 13)) == list(range(1, 13))


async def test_one_that_is_delivered_again_costs_the_others_no_commit_of_their_own(
    store: Store, workers: Workers
) -> None:
    def take(number: int) -> None:
        with store.work("T1", delivery="event:1") as uow:
            uow.tasks.add(a_task(number))

    told: list[str] = []
    store.on_change = told.append  # once a commit
    works = (partial(add_task, store, 1), partial(take, 2), partial(take, 3), partial(add_task, store, 4))
    answers = await behind_a_slow_one(workers, *works)
    assert [type(answer) for answer in answers] == [int, NoneType, AlreadyDelivered, int]
    assert told == ["tasks"]
    assert tasks_there(store, range(5)) == [1, 2, 4]


async def test_what_was_half_done_when_it_was_refused_is_not_kept_with_the_others(
    store: Store, workers: Workers
) -> None:
    def refuse() -> NoReturn:
        with store.work("T1") as uow:
            uow.tasks.add(a_task(2))
            raise DomainError("no")

    answers = await behind_a_slow_one(workers, partial(add_task, store, 1), refuse, partial(add_task, store, 3))
    assert [type(answer) for answer in answers] == [int, DomainError, int]
    assert tasks_there(store, range(4)) == [1, 3]


async def test_the_first_that_is_refused_leaves_nothing_and_hurts_nobody_after_it(
    store: Store, workers: Workers
) -> None:
    def refuse(number: int) -> NoReturn:
        with store.work("T1") as uow:
            uow.tasks.add(a_task(number))
            raise DomainError("no")

    works = (partial(refuse, 1), partial(refuse, 2), partial(add_task, store, 3), partial(refuse, 4))
    answers = await behind_a_slow_one(workers, *works)
    assert [type(answer) for answer in answers] == [DomainError, DomainError, int, DomainError]
    assert tasks_there(store, range(6)) == [3]


async def test_one_that_goes_on_after_a_part_of_it_failed_is_kept_as_if_it_were_alone(
    store: Store, workers: Workers
) -> None:
    def clash_and_go_on() -> None:
        with suppress(IntegrityError), store.work("T1") as uow:
            uow.tasks.add(a_task(2))
            uow.tasks.add(a_task(2))
        add_task(store, 3)

    works = (partial(add_task, store, 1), clash_and_go_on, partial(add_task, store, 4))
    assert await behind_a_slow_one(workers, *works) == [1, None, 4]
    assert tasks_there(store, range(5)) == [1, 3, 4]


async def test_whoever_waits_for_an_answer_goes_before_what_has_time(
    sqlite_store: Store, sqlite_workers: Workers
) -> None:
    done: list[int] = []
    gate = threading.Event()

    first = await held_by(gate, sqlite_workers)
    patient = [asyncio.ensure_future(sqlite_workers.run(done.append, number)) for number in range(20)]
    await asyncio.sleep(0.05)
    prompt = asyncio.ensure_future(sqlite_workers.run(done.append, 100, deadline=soon(PATIENCE)))
    await asyncio.sleep(0.05)
    gate.set()
    await asyncio.gather(first, prompt, *patient)

    assert done == [100, *range(20)]


async def test_one_is_answered_after_the_commit_and_told_of_after_it(store: Store, workers: Workers) -> None:
    seen: list[list[int]] = []
    store.on_change = lambda _: seen.append(tasks_there(store, range(1, 3)))

    await workers.run(add_task, store, 1)
    assert tasks_there(store, range(1, 3)) == [1]
    assert seen == [[1]]


async def test_a_loop_that_is_gone_stops_no_writer(sqlite_store: Store, sqlite_workers: Workers) -> None:
    gone = asyncio.new_event_loop()
    gone.close()

    def tell(noun: str) -> None:
        gone.call_soon_threadsafe(print, noun)

    sqlite_store.on_change = tell
    for number in (1, 2):
        await sqlite_workers.run(add_task, sqlite_store, number)
    assert tasks_there(sqlite_store, range(1, 3)) == [1, 2]


async def test_whoever_gives_up_waiting_stops_nobody(sqlite_store: Store, sqlite_workers: Workers) -> None:
    gate = threading.Event()
    slow = await held_by(gate, sqlite_workers)
    given_up = asyncio.ensure_future(sqlite_workers.run(add_task, sqlite_store, 1))
    await asyncio.sleep(0.05)
    given_up.cancel()
    gate.set()
    await slow
    await sqlite_workers.run(add_task, sqlite_store, 2)
    assert tasks_there(sqlite_store, range(1, 3)) == [1, 2]


async def test_one_that_waited_for_another_process_is_served(sqlite_store: Store, sqlite_workers: Workers) -> None:
    with held_by_another_process(str(sqlite_store.database.url.database)) as let_go:
        adding = asyncio.ensure_future(sqlite_workers.run(add_task, sqlite_store, 1, deadline=soon(PATIENCE)))
        assert not (await asyncio.wait([adding], timeout=0.5))[0]
        let_go()
        await adding
    assert tasks_there(sqlite_store, range(1, 2)) == [1]


async def test_past_the_deadline_nothing_is_recorded(sqlite_store: Store, sqlite_workers: Workers) -> None:
    with held_by_another_process(str(sqlite_store.database.url.database)) as let_go:
        patience = (0.1, 0.3, 0.3, PATIENCE)  # the first keeps the writer waiting until the others stand in one batch
        runs = [
            asyncio.ensure_future(sqlite_workers.run(add_task, sqlite_store, number, deadline=soon(seconds)))
            for number, seconds in enumerate(patience)
        ]
        answers = await asyncio.gather(*runs[:3], return_exceptions=True)
        assert [type(answer) for answer in answers] == [StorageBusy] * 3
        assert not runs[3].done()
        let_go()
        await runs[3]
    assert tasks_there(sqlite_store, range(4)) == [3]


async def test_one_whose_time_ends_behind_a_slow_one_is_not_begun(sqlite_store: Store, sqlite_workers: Workers) -> None:
    gate = threading.Event()
    first = await held_by(gate, sqlite_workers)
    slow = asyncio.ensure_future(sqlite_workers.run(time.sleep, 0.3, deadline=soon(PATIENCE)))
    late = asyncio.ensure_future(sqlite_workers.run(add_task, sqlite_store, 1, deadline=soon(0.2)))
    prompt = asyncio.ensure_future(sqlite_workers.run(add_task, sqlite_store, 2))
    await asyncio.sleep(0.02)
    gate.set()
    with pytest.raises(StorageBusy):
        await late
    await asyncio.gather(first, slow, prompt)
    assert tasks_there(sqlite_store, range(1, 3)) == [2]


async def test_one_that_comes_too_late_is_not_begun(store: Store, workers: Workers) -> None:
    with pytest.raises(StorageBusy):
        await workers.run(add_task, store, 1, deadline=soon(-0.01))
    assert tasks_there(store, range(1, 2)) == []


async def test_reading_waits_for_no_writer(sqlite_store: Store, sqlite_workers: Workers) -> None:
    @reads
    def look() -> list[int]:
        return tasks_there(sqlite_store, range(1, 2))

    gate = threading.Event()
    slow = await held_by(gate, sqlite_workers)
    assert await asyncio.wait_for(sqlite_workers.run(look), PATIENCE / 2) == []
    gate.set()
    await slow


async def test_a_wrong_statement_is_not_tried_again(sqlite_store: Store, sqlite_workers: Workers) -> None:
    attempts: list[int] = []

    def wrong() -> None:
        attempts.append(1)
        with sqlite_store.database.writing() as connection:
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        await sqlite_workers.run(wrong, deadline=soon(PATIENCE))
    assert len(attempts) == 1


async def test_after_the_end_nothing_is_begun(store: Store) -> None:
    workers = Workers(store.database)
    run = asyncio.ensure_future(workers.run(add_task, store, 1))
    await asyncio.sleep(0)
    await asyncio.to_thread(workers.close)
    await run
    with pytest.raises(StorageBusy):
        await workers.run(add_task, store, 2)
    assert tasks_there(store, range(1, 3)) == [1]


async def test_one_that_the_disk_has_no_room_for_takes_no_other_with_it(
    sqlite_store: Store, sqlite_workers: Workers
) -> None:
    with sqlite_store.database.writing() as connection:
        pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")

    def add_much() -> None:
        with sqlite_store.work("T1") as uow:
            uow.tasks.add(replace(a_task(2), title="x" * 1_000_000))

    gate = threading.Event()
    first = await held_by(gate, sqlite_workers, deadline=soon(PATIENCE))
    works = (partial(add_task, sqlite_store, 1), add_much, partial(add_task, sqlite_store, 3))
    runs = [asyncio.ensure_future(sqlite_workers.run(work, deadline=soon(1))) for work in works]
    await asyncio.sleep(0.05)
    gate.set()
    _, *answers = await asyncio.gather(first, *runs, return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, StorageBusy, int]
    assert "disk is full" in str(answers[1])
    assert tasks_there(sqlite_store, range(5)) == [1, 3]


async def test_even_one_that_ends_in_a_way_no_future_takes_is_answered(workers: Workers) -> None:
    def ask_too_much() -> object:
        return next(iter(()))

    works = (workers.run(work, deadline=soon(PATIENCE)) for work in (ask_too_much, int))
    answers = await asyncio.wait_for(asyncio.gather(*works, return_exceptions=True), PATIENCE)
    assert [type(answer) for answer in answers] == [RuntimeError, int]


async def test_what_fails_in_the_midst_of_reading_keeps_nobody_at_what_was_true_then(
    store: Store, workers: Workers
) -> None:
    for number in range(3):
        add_task(store, number)

    def stumble(transaction: Callable[[], AbstractContextManager[Connection]]) -> NoReturn:
        try:
            with transaction() as connection:
                rows = connection.execute(select(tasks))
                for row in rows:
                    raise ValueError(row.number)
        except ValueError as e:
            raise LookupError from e

    @reads
    def look() -> list[int]:
        return tasks_there(store, range(3, 6))

    errors = [
        await asyncio.gather(workers.run(work, deadline=soon(PATIENCE)), return_exceptions=True)
        for work in (reads(partial(stumble, store.database.reading)), partial(stumble, store.database.writing))
    ]
    another = Store(Database(store.database.url.render_as_string(hide_password=False)), FixedClock())
    add_task(another, 3)
    another.database.close()
    await workers.run(add_task, store, 4, deadline=soon(PATIENCE))
    assert await workers.run(look, deadline=soon(PATIENCE)) == [3, 4]
    assert [type(error) for (error,) in errors] == [LookupError] * 2
