"""Timers: APScheduler wakes the tick every few seconds. It keeps nothing: the rows are the schedule."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

UPKEEP_AFTER = timedelta(minutes=10)


class Timers:
    """A repeating wake-up, and the daily upkeep."""

    def __init__(self, wake: Callable[[], None], upkeep: Callable[[], Awaitable[None]], *, seconds: float) -> None:
        one_at_a_time = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=one_at_a_time)
        self._scheduler.add_job(wake, "interval", seconds=seconds)
        soon = datetime.now(UTC) + UPKEEP_AFTER  # a bot that is started anew each day needs it too
        self._scheduler.add_job(upkeep, "interval", hours=24, next_run_time=soon)

    def start(self) -> None:
        """Start waking."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop waking."""
        self._scheduler.shutdown(wait=False)
