"""Sweeps: find the rows that want a look, and have each decided and written down. The row is the schedule."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.services import Services
from storage.unit_of_work import DueRow, NotDecided, Store
from storage.workers import Workers

log = logging.getLogger(__name__)

_HELD_BY_OTHERS = 1.0
"""Seconds until another look, where what is due is in another replica's hands."""
_LEFT_ALONE = timedelta(minutes=10)


class Decide(Protocol):
    """Decide about the first rows that are due, at most `limit`, in one transaction; tell how many there were."""

    def __call__(self, limit: int = ..., /) -> int: ...


def decisions_of(services: Services) -> Mapping[str, Decide]:
    """List what is swept, by the noun of its table."""
    return {
        "tasks": services.delays.sweep,
        "handoffs": services.handoffs.look_after,
        "prompts": services.feedback.sweep,
    }


class Sweep:
    """Sweep the rows of one noun."""

    def __init__(self, noun: str, decide: Decide, store: Store, workers: Workers, clock: Clock) -> None:
        self._noun = noun
        self._decide = decide
        self._store = store
        self._workers = workers
        self._clock = clock

    async def run(self) -> float | None:
        """Look at what is due, until nothing is; say in how many seconds the next row wants a look."""
        while True:
            due_at = await self._workers.run(self._store.next_check_at, self._noun)
            if due_at is None:
                return None
            pause = (due_at - self._clock.now()).total_seconds()
            if pause > 0:
                return pause
            if not await self._look():
                return _HELD_BY_OTHERS

    async def _look(self, *most: int) -> int:
        try:
            return await self._workers.run(self._decide, *most)
        except NotDecided as e:
            log.exception("a sweep of %s failed", self._noun)
            stumbled = e.rows
        if len(stumbled) == 1:
            return await self._leave_alone(stumbled[0])
        looked_at = 0
        while looked_at < len(stumbled) and await self._look(1):  # the poisoned row must not silence the others
            looked_at += 1
        return looked_at

    async def _leave_alone(self, row: DueRow) -> int:
        until = self._clock.now() + _LEFT_ALONE
        await self._workers.run(self._store.leave_alone, row, until)
        log.error("%s %s of %s is left alone until %s", row.noun, row.number, row.workspace, until)
        return 1
