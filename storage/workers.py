"""Use cases run here, off the event loop: one thread hop each.

On SQLite what writes goes through one thread, people before the tick, and what waits together is committed
together, each use case in its savepoint (measured: 8 times the throughput of a commit each on a disk with 2 ms
fsync). What only reads goes through other threads. On PostgreSQL only what somebody waits for goes through that
thread (a commit each costs half as much CPU again); all else, and what fails there, goes alone through a small pool.
The tick has two threads of its own.
"""

import asyncio
import contextvars
import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from storage.engine import POSTGRES_POOL, READERS, TICK_THREADS, Database, StorageBusy

T = TypeVar("T")
UNHURRIED = 30.0
_LARGEST_BATCH = 64
_PATIENT_TOGETHER = 8
"""So many of those that have time: whoever comes meanwhile waits for their commit."""
_FAR_BEHIND = 16
"""So many waiting for the writer on PostgreSQL: more go alone, for over a network each statement takes its time."""
_PATIENCE = 0.2
"""Seconds that one try waits for another process: then whoever came meanwhile is looked at too."""
_TOO_LITTLE = 0.05


def reads(method: Callable[..., T]) -> Callable[..., T]:
    """Mark a use case that only reads: it waits for no writer."""
    method.only_reads = True  # type: ignore[attr-defined]
    return method


@dataclass(slots=True, eq=False)
class _Job:
    work: Callable[[], Any]
    deadline: float
    future: "asyncio.Future[Any]"
    has_begun: bool = False
    outcome: Any = None
    error: BaseException | None = None

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def found_it_busy(self) -> bool:
        return self.has_begun and isinstance(self.error, StorageBusy)

    def run(self) -> None:
        self.has_begun, self.outcome, self.error = self.left >= 0, None, None
        try:
            if not self.has_begun:
                raise StorageBusy("too late to begin")
            self.outcome = self.work()
        except BaseException as e:  # handed to whoever waits for the outcome
            self.error = e

    def settle(self) -> None:
        """Tell whoever still waits; on the event loop."""
        if self.future.done():  # they went away; what they asked for was done all the same
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.outcome)


class Workers:
    """Run use cases in threads, each with a deadline: one that hasn't begun by then isn't begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: queue.PriorityQueue[tuple[bool, int, _Job | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        size = READERS if database.is_sqlite else POSTGRES_POOL
        self._people = ThreadPoolExecutor(size, thread_name_prefix="storage")
        self._tick = ThreadPoolExecutor(TICK_THREADS, thread_name_prefix="storage-tick")
        self._is_closed = False
        self._writer = threading.Thread(target=self._write, name="storage-writer", daemon=True)
        self._writer.start()

    async def run(self, use_case: Callable[..., T], *args: object, deadline: float | None = None, **named: object) -> T:
        """Run a use case. `deadline` is on the monotonic clock, in seconds. Raises StorageBusy past it."""
        if self._is_closed:
            raise StorageBusy("stopping")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        last = time.monotonic() + UNHURRIED if deadline is None else deadline
        here = contextvars.copy_context()  # what is logged in the thread carries the id of the request or tick
        job = _Job(lambda: here.run(use_case, *args, **named), last, future)
        if self._is_for_the_writer(is_patient=deadline is None) and not getattr(use_case, "only_reads", False):
            self._put(job, is_patient=deadline is None)
        else:
            (self._tick if deadline is None else self._people).submit(self._run_alone, job)
        outcome: T = await future
        return outcome

    def close(self) -> None:
        """Finish what has begun, and stop."""
        self._is_closed = True
        self._put(None, is_patient=True)
        self._writer.join(timeout=10)
        for pool in (self._people, self._tick):
            pool.shutdown(wait=True)

    def _is_for_the_writer(self, *, is_patient: bool) -> bool:
        """On PostgreSQL what has time goes alone, and so does what comes while the writer is far behind."""
        return self._database.is_sqlite or not (is_patient or self._jobs.qsize() >= _FAR_BEHIND)

    def _run_alone(self, job: _Job) -> None:
        with self._database.hurrying(job.deadline):
            job.run()
            while job.found_it_busy and job.left > _TOO_LITTLE:  # a deadlock's loser, a connection that was cut
                time.sleep(_TOO_LITTLE / 2)
                job.run()
        _settle([job])

    def _write(self) -> None:
        waiting: list[_Job] = []
        while True:
            together, stop = self._gather(waiting)
            waiting = self._commit_together(together)
            if stop and not waiting:
                return
            if stop:
                self._put(None, is_patient=True)

    def _put(self, job: _Job | None, *, is_patient: bool) -> None:
        self._jobs.put((is_patient, next(self._order), job))

    def _gather(self, waiting: list[_Job]) -> tuple[list[_Job], bool]:
        """Add to those that wait: people first, then a few of those that have time; tell whether it is to stop."""
        together, patient = [*waiting], 0
        while not together or (len(together) < _LARGEST_BATCH and patient < _PATIENT_TOGETHER and self._jobs.qsize()):
            is_patient, _, job = self._jobs.get()
            if job is None:
                return together, True
            together.append(job)
            patient += is_patient
        return together, False

    def _commit_together(self, jobs: list[_Job]) -> list[_Job]:
        """Run and commit the jobs that are in time; return those that may still be tried."""
        if not jobs:
            return []
        try:
            with self._database.batch(min(_PATIENCE, *(job.left for job in jobs))):
                for job in jobs:
                    with self._database.hurrying(job.deadline):
                        job.run()
                    if job.found_it_busy and job.error:
                        raise job.error
        except StorageBusy as busy:
            return self._put_off(jobs, busy)
        except Exception as e:  # the commit failed: nothing of this batch was kept, and the writer must live on
            for job in jobs:
                job.error = e
        _settle(jobs)
        return []

    def _put_off(self, jobs: list[_Job], busy: StorageBusy) -> list[_Job]:
        """Tell those whose time is over; a short sleep keeps a fault that comes at once from being asked in a ring."""
        later = [job for job in jobs if job.left > _TOO_LITTLE]
        late = [job for job in jobs if job not in later]
        for job in late:
            job.error = busy
        _settle(late)
        if not self._database.is_sqlite:  # it was but one row that is locked, or one that failed
            for job in later:
                self._people.submit(self._run_alone, job)
            return []
        if later:
            time.sleep(_TOO_LITTLE / 2)
        return later


def _settle(jobs: Sequence[_Job]) -> None:
    """Tell those who wait for these jobs, with one call into each event loop."""
    for loop in {job.future.get_loop() for job in jobs}:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell, [job for job in jobs if job.future.get_loop() is loop])


def _tell(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.settle()
