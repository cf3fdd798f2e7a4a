"""Bring payloads to the bot: once for what a person waits for, with retries for events."""

import asyncio
import time
from typing import Protocol

from bot.playground.core import Answer, Core
from bot.playground.state import Json
from bot.playground.traffic import Sent


class Line(Protocol):
    """One way to the bot: a socket or HTTP. `overdue` is what Slack calls what it heard too late."""

    overdue: str

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Deliver once and wait for the acknowledgement."""


class Delivery:
    """Deliver over a line, wait three seconds, and repeat events as Slack does."""

    def __init__(self, core: Core, line: Line) -> None:
        self.ack_within = 3.0
        self.retry_after: tuple[float, ...] = (0.0, 60.0, 300.0)
        self._core = core
        self._line = line

    async def ask(self, kind: str, payload: Json) -> Answer:
        """Deliver what a person waits for."""
        return await self._once(kind, payload, 0, "")

    def tell(self, payload: Json) -> None:
        """Deliver an event in the background, as often as a test wants."""
        faults = self._core.faults
        faults.happened["twice"] += faults.times - 1
        for _ in range(faults.times):
            self._core.spawn(self._until_taken(payload))

    async def _until_taken(self, payload: Json) -> None:
        answer = await self._once("events_api", payload, 0, "")
        for attempt, wait in enumerate(self.retry_after, 1):
            if not answer.failure or not answer.retry:
                return
            await asyncio.sleep(wait)
            answer = await self._once("events_api", payload, attempt, answer.failure)

    async def _once(self, kind: str, payload: Json, attempt: int, reason: str) -> Answer:
        sent, began = Sent(kind, payload, attempt, reason), time.monotonic()
        self._core.traffic.sends(sent)
        self._core.live.say("traffic")
        answer = await self._line.send(kind, payload, attempt=attempt, reason=reason, within=self.ack_within)
        if self._core.faults.ack_delay and not answer.failure:
            answer = await self._heard_late(answer, time.monotonic() - began)
        answer.sent, took = sent, time.monotonic() - began
        self._core.traffic.ended(sent, answer.failure or "acknowledged", answer.body, took)
        self._core.live.say("traffic")
        return answer

    async def _heard_late(self, answer: Answer, took: float) -> Answer:
        """Hear an acknowledgement some seconds after it came; past the patience of Slack it wasn't one."""
        faults, left = self._core.faults, self.ack_within - took
        faults.happened["late_ack"] += 1
        if faults.ack_delay < left:
            await asyncio.sleep(faults.ack_delay)
            return answer
        await asyncio.sleep(left)
        return Answer(answer.body, self._line.overdue)
