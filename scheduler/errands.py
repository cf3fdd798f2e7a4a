"""Errands: pending work that needs Slack first, done by the tick."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.clock import Clock
from bot.domain.errors import AlreadyDelivered
from bot.slack.gateway import Busy, Unclear
from storage.engine import StorageBusy
from storage.errands import Errand, claim_errands, has_errands
from storage.unit_of_work import Store
from storage.workers import Workers

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
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

    async def sweep(self) -> None:
        """Do what is pending."""
        for errand in await self._workers.run(self._claim):
            try:
                await self._runs[errand.kind](errand)
            except AlreadyDelivered:
                log.info("errand %s was done before", errand.id)
            except (Busy, Unclear, StorageBusy) as e:
                log.warning("errand %s comes again: %r", errand.id, e)
                continue
            except Exception:  # one poisoned errand must not silence all others
                log.exception("errand %s failed", errand.id)
                if errand.attempts < MOST_ATTEMPTS:
                    continue
            await self._workers.run(self._finish, errand)

    def _claim(self) -> list[Errand]:
        now = self._clock.machine_now()
        with self._store.database.reading() as connection:
            if not has_errands(connection, now=now):
                return []
        with self._store.database.writing() as connection:
            return claim_errands(connection, now=now, lease_until=now + LEASE)

    def _finish(self, errand: Errand) -> None:
        with self._store.work(errand.workspace) as uow:
            uow.errands.finish(errand.id)
