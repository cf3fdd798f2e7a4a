"""The tick: rounds that look for work of one kind each. They sleep until they are woken, and no work lives in them."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.log import tagged
from bot.slack.gateway import Busy, Refused, Unclear
from storage.engine import StorageBusy

log = logging.getLogger(__name__)

Look = Callable[[], Awaitable[float | None]]
"""Do what is due; say in how many seconds there will be more, where that is known."""

AGAIN_IN = 1.0
"""Seconds until a look that was cut short is repeated, where nothing wakes its round sooner."""

_SHORTEST = 0.01
"""Seconds that a round sleeps at least: one whose next work is always due at once must not keep the others out."""


class Round:
    """Do one kind of work whenever something wakes it, and never twice at once.

    `gather` is in seconds: what wakes it waits so long for more of its like.
    """

    def __init__(self, name: str, look: Look, *, gather: float = 0) -> None:
        self._name = name
        self._look = look
        self._gather = gather
        self._awake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._alarm: asyncio.TimerHandle | None = None
        self._is_stopping = False

    def wake(self) -> None:
        """Ask for a look soon; may be called from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to wake
            self._loop.call_soon_threadsafe(self._awake.set)

    def stop(self) -> None:
        """End after the look that is under way."""
        self._is_stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Look, sleep, look again, until it is stopped."""
        while True:
            await self._awake.wait()
            if self._gather and not self._is_stopping:
                await asyncio.sleep(self._gather)
            self._awake.clear()
            if self._is_stopping:
                return
            with tagged(self._name):
                pause = await self._guarded()
            self._set_alarm(pause)

    def _set_alarm(self, pause: float | None) -> None:
        if self._alarm:
            self._alarm.cancel()
        self._alarm = None if pause is None else self._loop.call_later(max(_SHORTEST, pause), self._awake.set)

    async def _guarded(self) -> float | None:
        """Look once: one poisoned row must not end the round."""
        try:
            return await self._look()
        except (StorageBusy, Busy, Refused, Unclear) as e:
            log.warning("a look was cut short: %r", e)
            return AGAIN_IN
        except Exception:
            log.exception("a look failed")
        return None


class Tick:
    """All rounds, side by side: one that hangs or fails holds up no other."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        self._rounds = rounds
        self._running: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to run, and look once at what waited while nobody was here."""
        self._running = [asyncio.create_task(one.run()) for one in self._rounds]
        self.wake()

    def wake(self) -> None:
        """Ask every round for a look soon; may be called from any thread."""
        for one in self._rounds:
            one.wake()

    async def stop(self, within: float) -> None:
        """Stop after what is under way; what takes longer than so many seconds is cut short."""
        for one in self._rounds:
            one.stop()
        if self._running:
            await asyncio.wait(self._running, timeout=within)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
