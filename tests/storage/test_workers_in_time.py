"""Where the database hangs, whoever waits is told in time, and what they were told is so."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from storage.engine import Database, StorageBusy
from storage.workers import Workers, reads

PATIENCE = 30.0


@pytest_asyncio.fixture
async def workers(database: Database) -> AsyncIterator[Workers]:
    """Workers on each kind of database."""
    workers = Workers(database)
    yield workers
    await asyncio.to_thread(workers.close)


class Hanging:
    """A use case that hangs until it is let go."""

    def __init__(self) -> None:
        self.began, self._goes_on = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.began.set()
        assert self._goes_on.wait(PATIENCE)
        return "done"

    def let_go(self) -> None:
        """Let it end."""
        self._goes_on.set()


async def test_who_waits_behind_what_hangs_is_told_in_time_and_nothing_is_done_later(workers: Workers) -> None:
    hanging, done = Hanging(), list[int]()
    before = asyncio.create_task(workers.run(hanging, deadline=time.monotonic() + PATIENCE))
    await asyncio.to_thread(hanging.began.wait, PATIENCE)
    try:
        with pytest.raises(StorageBusy, match="too late to begin"):
            await asyncio.wait_for(workers.run(done.append, 1, deadline=time.monotonic() + 0.2), 5)
    finally:
        hanging.let_go()
    assert await before == "done"
    await workers.run(done.append, 2, deadline=time.monotonic() + PATIENCE)
    assert done == [2]


async def test_who_reads_what_hangs_is_told_in_time(workers: Workers) -> None:
    hanging = Hanging()

    @reads
    def look() -> str:
        return hanging()

    try:
        with pytest.raises(StorageBusy, match="too late"):
            await asyncio.wait_for(workers.run(look, deadline=time.monotonic() + 0.2), 5)
    finally:
        hanging.let_go()


async def test_who_writes_what_hangs_waits_for_the_truth(workers: Workers) -> None:
    hanging = Hanging()
    writing = asyncio.create_task(workers.run(hanging, deadline=time.monotonic() + 0.2))
    await asyncio.to_thread(hanging.began.wait, PATIENCE)
    await asyncio.sleep(0.5)
    hanging.let_go()
    assert await writing == "done"
