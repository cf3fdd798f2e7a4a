"""Errands: pending work that needs Slack first, done by the tick."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.clock import Clock
from bot.domain.errors import AlreadyDelivered
from bot.slack.gateway import Busy, Unclear
from bot.slack.session import TooLate, beginning_by
from storage.engine import StorageBusy
from storage.errands import Errand, claim_errands, next_run_at
from storage.unit_of_work import Store
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
BEGIN_WITHIN = 10.0
"""Seconds of the lease within which a call to Slack must begin; more than one may follow each other."""
MOST_ATTEMPTS = 60
Run = Callable[[Errand], Awaitable[None]]


class Errands:
    """Claim pending work, do it, take it off the list; what fails comes again after its lease.

    Slack may be away for as long as it likes; a mistake of our own is tried a number of times.
    """

    def __init__(self, store: Store, workers: Workers, clock: Clock, runs: Mapping[str, Run]) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock
        self._runs = runs

    async def sweep(self) -> float | None:
        """Do what is pending, side by side; say in how many seconds the next errand comes."""
        pause = await self._workers.run(self._next_in)
        while pause is not None and pause <= 0:
            begin_by = time.monotonic() + BEGIN_WITHIN
            await asyncio.gather(*(self._do(errand, begin_by) for errand in await self._workers.run(self._claim)))
            pause = await self._workers.run(self._next_in)
        return pause

    async def _do(self, errand: Errand, begin_by: float) -> None:
        try:
            with beginning_by(begin_by):
                await self._runs[errand.kind](errand)
        except AlreadyDelivered:
            log.info("errand %s was done before", errand.id)
        except (Busy, Unclear, StorageBusy, TooLate) as e:
            log.warning("errand %s comes again: %r", errand.id, e)
            return
        except Exception:  # one poisoned errand must not silence all others
            log.exception("errand %s failed", errand.id)
            if errand.attempts < MOST_ATTEMPTS:
                return
        await self._workers.run(self._finish, errand)

    @reads
    def _next_in(self) -> float | None:
        with self._store.database.reading() as connection:
            run_at = next_run_at(connection)
        return (run_at - self._clock.machine_now()).total_seconds() if run_at else None

    def _claim(self) -> list[Errand]:
        now = self._clock.machine_now()
        with self._store.database.writing("errand-claim") as connection:
            return claim_errands(connection, now=now, lease_until=now + LEASE)

    def _finish(self, errand: Errand) -> None:
        with self._store.work(errand.workspace, "errand-done") as uow:
            uow.errands.finish(errand.id)
