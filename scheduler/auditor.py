"""The auditor: audits again and again, sets the gauges, and raises its voice where what was due doesn't add up."""

import logging
from collections.abc import Mapping

from bot.clock import Clock
from bot.log import tagged
from bot.metrics import Metrics
from storage.audit import Audit, audit
from storage.engine import StorageBusy
from storage.unit_of_work import Store
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

_EXAMPLES = 5


class Auditor:
    """Compare the books. What two audits in a row suspect is an alarm: one may look in the middle of a move."""

    def __init__(self, store: Store, workers: Workers, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock
        self._metrics = metrics
        self._suspects: Mapping[str, frozenset[str]] = {}
        self._said: Mapping[str, int] = {}

    async def run(self) -> None:
        """Audit once. Raises nothing where the database can't answer: the next audit comes soon."""
        with tagged("audit"):
            try:
                found = await self._workers.run(self._audit)
            except StorageBusy as e:
                log.warning("the audit was put off: %s", e)
                return
            self._show(found)
            nobody: frozenset[str] = frozenset()
            lost = {check: keys & self._suspects.get(check, nobody) for check, keys in found.suspects.items()}
            self._suspects = found.suspects
            self._raise_voice(lost)

    @reads
    def _audit(self) -> Audit:
        with self._store.database.reading() as connection:
            return audit(connection, now=self._clock.now(), machine_now=self._clock.machine_now())

    def _show(self, found: Audit) -> None:
        waits = (self._clock.now() - found.oldest_due_at).total_seconds() if found.oldest_due_at else 0
        self._metrics.stands(found.rows, due=found.due, lanes=found.lanes, oldest_seconds=waits)
        self._metrics.became(found.fates)

    def _raise_voice(self, lost: Mapping[str, frozenset[str]]) -> None:
        """Set the gauge, and say it once: an alarm that doesn't change needs no second line."""
        self._metrics.unaccounted({check: len(keys) for check, keys in lost.items()})
        counts = {check: len(keys) for check, keys in lost.items() if keys}
        if counts and counts != self._said:
            examples = sorted(key for keys in lost.values() for key in keys)[:_EXAMPLES]
            told = ", ".join(f"{count} {check}" for check, count in counts.items())
            log.error("what was due doesn't add up: %s", told, extra={"unaccounted": counts, "examples": examples})
        elif self._said and not counts:
            log.info("what was due adds up again")
        self._said = counts
