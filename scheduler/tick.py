"""The tick: one pass of sweeps, then delivery. It sleeps until it is woken, and no work lives in it."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.clock import Clock
from bot.log import tagged
from bot.slack.gateway import Busy, Refused, Unclear
from scheduler.delivery import Delivery
from storage.engine import StorageBusy

log = logging.getLogger(__name__)

Sweep = Callable[[], Awaitable[None]]
T = TypeVar("T")

_DRAIN = 5.0
"""Seconds that a pass may take to its end when the bot stops."""


class Tick:
    """Run sweeps and delivery whenever something wakes it."""

    def __init__(self, sweeps: Sequence[Sweep], delivery: Delivery, clock: Clock) -> None:
        self._sweeps = sweeps
        self._delivery = delivery
        self._clock = clock
        self._awake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._running: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        """Begin to run, and look once at what waited while nobody was here."""
        self._awake.set()
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Ask for a pass soon; may be called from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to wake
            self._loop.call_soon_threadsafe(self._awake.set)

    async def stop(self) -> None:
        """Stop after the pass that is under way; one that takes too long is cut short."""
        self._is_stopping = True
        self._awake.set()
        if self._running:
            await asyncio.wait([self._running], timeout=_DRAIN)
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running

    async def run_once(self) -> datetime | None:
        """Make one pass; say when a lane that has something due becomes free (machine time)."""
        for sweep in self._sweeps:
            await _guarded(sweep)
        return await _guarded(self._delivery.run)

    async def _run(self) -> None:
        while not self._is_stopping:
            await self._awake.wait()
            self._awake.clear()
            if self._is_stopping:
                return
            with tagged(f"tick-{uuid.uuid4().hex[:8]}"):
                free_at = await self.run_once()
            if free_at:
                pause = (free_at - self._clock.machine_now()).total_seconds()
                self._loop.call_later(max(0.01, pause), self._awake.set)


async def _guarded(part: Callable[[], Awaitable[T]]) -> T | None:
    """Run one part of a pass: one poisoned row must not silence the other parts."""
    try:
        return await part()
    except (StorageBusy, Busy, Refused, Unclear) as e:
        log.warning("a part of this pass was cut short: %r", e)
    except Exception:
        log.exception("a part of this pass failed")
    return None
