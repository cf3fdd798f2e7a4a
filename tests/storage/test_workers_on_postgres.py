"""Workers on PostgreSQL: a lock, a cut or a long queue is waited for by those alone whom it concerns."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.domain.references import Noun, task_ref
from bot.domain.workspaces import Workspace
from storage.engine import Database, StorageBusy
from storage.unit_of_work import Store
from storage.workers import Workers, reads
from storage.workspaces import install
from tests.storage.test_units_of_work import a_task
from tests.storage.test_workers import PATIENCE, add_task, behind_a_slow_one, held_by, soon, tasks_there
from tests.support.clocks import FixedClock
from tests.support.databases import Postgres


@pytest.fixture
def store(postgres_database: Database) -> Store:
    """A store on PostgreSQL alone."""
    with postgres_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    return Store(postgres_database, FixedClock())


@pytest_asyncio.fixture
async def workers(store: Store) -> AsyncIterator[Workers]:
    """Workers on PostgreSQL alone."""
    workers = Workers(store.database)
    yield workers
    await asyncio.to_thread(workers.close)


async def test_a_lock_is_waited_for_until_the_deadline(store: Store, workers: Workers) -> None:
    add_task(store, 1)
    waited = []
    with store.work("T1") as uow:
        uow.settings.next_number(Noun.TASK)
        for _ in range(3):  # the best counts: the machine may have other things to do
            began = time.monotonic()
            with pytest.raises(StorageBusy):
                await workers.run(number_a_task, store, deadline=soon(0.4))
            waited.append(time.monotonic() - began)
    assert 0.3 < min(waited) < 1.5
    assert tasks_there(store, range(1, 3)) == [1]


def number_a_task(store: Store) -> None:
    with store.work("T1") as uow:
        uow.tasks.add(a_task(2))
        uow.settings.next_number(Noun.TASK)


async def test_a_row_that_is_locked_holds_nobody_else_up(store: Store, workers: Workers) -> None:
    with store.work("T1") as uow:
        uow.settings.next_number(Noun.TASK)
        gate = threading.Event()
        first = await held_by(gate, workers, deadline=soon(PATIENCE))
        before = asyncio.ensure_future(workers.run(add_task, store, 1, deadline=soon(PATIENCE)))
        locked = asyncio.ensure_future(workers.run(number_a_task, store, deadline=soon(PATIENCE)))
        behind = asyncio.ensure_future(workers.run(add_task, store, 3, deadline=soon(PATIENCE)))
        await asyncio.sleep(0.05)
        gate.set()
        began = time.monotonic()
        await asyncio.gather(first, before, behind)
        assert time.monotonic() - began < 10
        assert not locked.done()
    await locked
    assert tasks_there(store, range(4)) == [1, 2, 3]


async def test_who_comes_when_many_wait_already_is_served_by_others(
    store: Store,
    workers: Workers,
) -> None:
    gate = threading.Event()
    first = await held_by(gate, workers, deadline=soon(PATIENCE))
    many = [
        asyncio.ensure_future(workers.run(add_task, store, number, deadline=soon(PATIENCE))) for number in range(1, 31)
    ]
    await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
    assert tasks_there(store, range(1, 17)) == []
    gate.set()
    await asyncio.gather(first, *many)
    assert tasks_there(store, range(31)) == list(range(1, 31))


async def test_a_connection_that_is_cut_under_a_batch_costs_nobody_anything(
    postgres: Postgres, store: Store, workers: Workers
) -> None:
    cuts: list[int] = []

    def cut() -> None:
        add_task(store, 2)
        if not cuts:
            cuts.append(1)
            theirs = f"datname = '{store.database.url.database}'"
            postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs}")

    await behind_a_slow_one(workers, partial(add_task, store, 1), cut, partial(add_task, store, 3))
    assert tasks_there(store, range(4)) == [1, 2, 3]


async def test_what_reads_waits_no_longer_than_its_deadline_for_a_lock(store: Store, workers: Workers) -> None:
    @reads
    def look() -> list[int]:
        return tasks_there(store, range(1, 2))

    began = time.monotonic()
    with store.database.writing() as connection:
        connection.execute(text("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StorageBusy):
            await workers.run(look, deadline=soon(0.3))
    assert time.monotonic() - began < 8  # a statement that nothing hurries may take ten


async def test_the_loser_of_a_deadlock_is_tried_again(store: Store, workers: Workers) -> None:
    add_task(store, 1)
    add_task(store, 2)
    both_hold = threading.Barrier(2)
    attempts: list[int] = []

    def lock(first: int, second: int) -> None:
        with store.work("T1") as uow:
            attempts.append(first)
            uow.tasks.get(task_ref(first))
            if len(attempts) <= 2:
                both_hold.wait()
            uow.tasks.get(task_ref(second))

    await asyncio.gather(*(workers.run(lock, *pair) for pair in ((1, 2), (2, 1))))
    assert len(attempts) > 2
