"""Timers: APScheduler wakes the tick every few seconds. It keeps nothing: the rows are the schedule."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

UPKEEP_AFTER = timedelta(minutes=10)
TICKS_TO_AN_AUDIT = 12
Work = Callable[[], Awaitable[None]]


class Timers:
    """A repeating wake-up every so many seconds, the audit at each twelfth, and the daily upkeep."""

    def __init__(self, wake: Callable[[], None], audit: Work, upkeep: Work, *, seconds: float) -> None:
        one_at_a_time = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=one_at_a_time)
        self._scheduler.add_job(wake, "interval", seconds=seconds)
        self._scheduler.add_job(_until_stopped, "interval", [audit], seconds=seconds * TICKS_TO_AN_AUDIT)
        soon = datetime.now(UTC) + UPKEEP_AFTER  # a bot that is started anew each day needs it too
        self._scheduler.add_job(_until_stopped, "interval", [upkeep], hours=24, next_run_time=soon)

    def start(self) -> None:
        """Start waking."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop waking."""
        self._scheduler.shutdown(wait=False)


async def _until_stopped(work: Work) -> None:
    """Work, and end in silence with the timers: what is cut short then comes again after the next start."""
    with contextlib.suppress(asyncio.CancelledError):
        await work()
