"""Use cases run here, off the event loop: one thread hop each.

On SQLite what writes goes through one thread, people before the tick, and what waits together is committed
together, each use case in its savepoint (measured: 8 times the throughput of a commit each on a disk with 2 ms
fsync). What only reads goes through other threads. On PostgreSQL only what somebody waits for goes through that
thread (a commit each costs half as much CPU again); all else, and what fails there, goes alone through a small pool.
The tick has two threads of its own.
"""

import asyncio
import contextvars
import queue
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
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
_GRACE = 0.1
"""Seconds past its deadline that what only reads, or hasn't begun yet, is waited for: then the database hangs."""


def reads(method: Callable[..., T]) -> Callable[..., T]:
    """Mark a use case that only reads: it waits for no writer."""
    method.only_reads = True  # type: ignore[attr-defined]
    return method


class _Bell:
    """Jobs that are done, on their way to an event loop: it is woken once for all that are done by then."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._done: deque[_Job] = deque()
        self._has_rung = False

    def ring(self, job: "_Job") -> None:
        """Tell whoever waits for this job; from any thread."""
        self._done.append(job)
        if not self._has_rung:
            self._has_rung = True
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._has_rung = False  # first, or one that is done meanwhile is told by nobody
        while self._done:
            self._done.popleft().settle()


class _Job:
    """A use case that somebody waits for."""

    __slots__ = ("_bell", "_only_reads", "_turn", "_use_case", "deadline", "error", "future", "has_begun", "outcome")

    def __init__(self, use_case: Callable[[], Any], deadline: float, bell: _Bell, *, only_reads: bool) -> None:
        self._use_case = use_case
        self.deadline = deadline
        self.future: asyncio.Future[Any] = bell.loop.create_future()
        self._bell = bell
        self._only_reads = only_reads
        self._turn = [True]
        self.has_begun = False
        self.outcome: Any = None
        self.error: BaseException | None = None

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def found_it_busy(self) -> bool:
        return self.has_begun and isinstance(self.error, StorageBusy)

    def run(self) -> None:
        self.has_begun = self.left >= 0 and (self.has_begun or self._takes_its_turn())
        self.outcome = self.error = None
        try:
            if not self.has_begun:
                raise StorageBusy("too late to begin")
            self.outcome = self._use_case()
        except BaseException as e:  # handed to whoever waits for the outcome
            _let_go(e)
            is_for_futures = not isinstance(e, StopIteration)
            self.error = e if is_for_futures else RuntimeError(repr(e)).with_traceback(e.__traceback__)

    def give_up(self) -> None:
        """Tell whoever waits that it is too late, if nothing was kept of it, and nothing will be; on the event loop."""
        if not self.future.done() and (self._only_reads or self._takes_its_turn()):
            self.future.set_exception(StorageBusy("too late to begin"))

    def is_done(self) -> None:
        """Have whoever waits told; from any thread."""
        self._bell.ring(self)

    def settle(self) -> None:
        """Tell whoever still waits; on the event loop."""
        if self.future.done():  # they went away; what they asked for was done all the same
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.outcome)

    def _takes_its_turn(self) -> bool:
        """Take what only one can have: the thread where it begins, or the event loop where it is given up."""
        try:
            return self._turn.pop()
        except IndexError:
            return False


class _Threads:
    """A few threads, each doing one job after the other. An executor makes a future and a lock more for each."""

    def __init__(self, size: int, name: str, do: Callable[[_Job], None]) -> None:
        self._do = do
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, name=f"{name}_{n}", daemon=True) for n in range(size)]
        for thread in self._threads:
            thread.start()

    def put(self, job: _Job) -> None:
        """Have a job done as soon as one of them is free."""
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what was put, and stop."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while job := self._jobs.get():
            self._do(job)


class Workers:
    """Run use cases in threads, each with a deadline: one that hasn't begun by then isn't begun."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bell: _Bell | None = None
        self._arrived: queue.SimpleQueue[tuple[deque[_Job], _Job] | None] = queue.SimpleQueue()
        self._prompt: deque[_Job] = deque()
        self._patient: deque[_Job] = deque()
        self._people = _Threads(READERS if database.is_sqlite else POSTGRES_POOL, "storage", self._run_alone)
        self._tick = _Threads(TICK_THREADS, "storage-tick", self._run_alone)
        self._is_closed = False
        self._writer = threading.Thread(target=self._write, name="storage-writer", daemon=True)
        self._writer.start()

    async def run(self, use_case: Callable[..., T], *args: object, deadline: float | None = None, **named: object) -> T:
        """Run a use case. `deadline` is on the monotonic clock, in seconds. Raises StorageBusy past it."""
        if self._is_closed:
            raise StorageBusy("stopping")
        here = contextvars.copy_context()  # what is logged in the thread carries the id of the request or tick
        last = time.monotonic() + UNHURRIED if deadline is None else deadline
        loop, only_reads = asyncio.get_running_loop(), getattr(use_case, "only_reads", False)
        job = _Job(partial(here.run, use_case, *args, **named), last, self._bell_of(loop), only_reads=only_reads)
        if self._is_for_the_writer(is_patient=deadline is None) and not only_reads:
            self._arrived.put((self._patient if deadline is None else self._prompt, job))
        else:
            (self._tick if deadline is None else self._people).put(job)
        giving_up = None if deadline is None else loop.call_later(max(0.0, job.left) + _GRACE, job.give_up)
        try:
            outcome: T = await job.future
        finally:
            if giving_up:
                giving_up.cancel()
        return outcome

    def close(self) -> None:
        """Finish what has begun, and stop."""
        self._is_closed = True
        self._arrived.put(None)
        self._writer.join(timeout=10)
        self._people.close()
        self._tick.close()

    def _bell_of(self, loop: asyncio.AbstractEventLoop) -> _Bell:
        if self._bell is None or self._bell.loop is not loop:
            self._bell = _Bell(loop)
        return self._bell

    def _is_for_the_writer(self, *, is_patient: bool) -> bool:
        """On PostgreSQL what has time goes alone, and so does what comes while the writer is far behind."""
        waiting = self._arrived.qsize() + len(self._prompt) + len(self._patient)
        return self._database.is_sqlite or not (is_patient or waiting >= _FAR_BEHIND)

    def _run_alone(self, job: _Job) -> None:
        self._database.hurry(job.deadline)
        job.run()
        while job.found_it_busy and job.left > _TOO_LITTLE:  # a deadlock's loser, a connection that was cut
            time.sleep(_TOO_LITTLE / 2)
            job.run()
        job.is_done()

    def _write(self) -> None:
        waiting: list[_Job] = []
        while together := self._gather(waiting):
            waiting = self._commit_together(together)
            if waiting:  # a fault that comes at once isn't to be asked in a ring
                time.sleep(_TOO_LITTLE / 2)

    def _gather(self, waiting: list[_Job]) -> list[_Job]:
        """Add to those that wait: people first, then a few of those that have time; nobody once all is done."""
        has_some = bool(waiting or self._prompt or self._patient)
        while not self._arrived.empty() or not (has_some or self._is_closed):
            if arrived := self._arrived.get():
                line, job = arrived
                line.append(job)
                has_some = True
        together = [*waiting]
        for line, most in ((self._prompt, _LARGEST_BATCH), (self._patient, _PATIENT_TOGETHER)):
            count = min(most, _LARGEST_BATCH - len(together), len(line))
            together += [line.popleft() for _ in range(count)]
        return together

    def _commit_together(self, jobs: list[_Job]) -> list[_Job]:
        """Run and commit the jobs that are in time; return those that may still be tried."""
        has_begun = False
        try:
            with self._database.batch(min(_PATIENCE, *(job.left for job in jobs))):
                has_begun = True
                for job in jobs:
                    self._database.hurry(job.deadline)
                    job.run()
                    if job.found_it_busy and job.error:
                        raise job.error
        except StorageBusy as busy:
            later = self._put_off(jobs, busy)
            if has_begun and len(jobs) > 1:  # the disk may have no room for one of them, and have it for the others
                return [left for job in later for left in self._commit_together([job])]
            return later
        except Exception as e:  # the commit failed: nothing of this batch was kept, and the writer must live on
            for job in jobs:
                job.error = e
        _settle(jobs)
        return []

    def _put_off(self, jobs: list[_Job], busy: StorageBusy) -> list[_Job]:
        """Tell those whose time is over; return those who wait for the writer still."""
        later = [job for job in jobs if job.left > _TOO_LITTLE]
        late = [job for job in jobs if job not in later]
        for job in late:
            job.error = busy
        _settle(late)
        if not self._database.is_sqlite:  # it was but one row that is locked, or one that failed
            for job in later:
                self._people.put(job)
            return []
        return later


def _settle(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.is_done()


def _let_go(error: BaseException | None) -> None:
    """Forget the variables of what failed: a result read by half keeps SQLite's connection at what was true then."""
    known: list[BaseException] = []
    while error and error not in known:
        traceback.clear_frames(error.__traceback__)
        known.append(error)
        error = error.__cause__ or error.__context__
