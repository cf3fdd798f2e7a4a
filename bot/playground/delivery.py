"""Bring payloads to the bot: once for what a person waits for, with retries for events."""

import asyncio
from typing import Protocol

from bot.playground.core import Answer, Core
from bot.playground.state import Json
from bot.playground.traffic import Sent


class Line(Protocol):
    """One way to the bot: a socket or HTTP."""

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Deliver once and wait for the acknowledgement."""


class Delivery:
    """Deliver over a line, wait three seconds, and repeat events as Slack does."""

    def __init__(self, core: Core, line: Line) -> None:
        self.ack_within = 3.0
        self.retry_after: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.times = 1
        self._core = core
        self._line = line

    async def ask(self, kind: str, payload: Json) -> Answer:
        """Deliver what a person waits for."""
        return await self._once(kind, payload, 0, "")

    def tell(self, payload: Json) -> None:
        """Deliver an event in the background, as often as a test wants."""
        for _ in range(self.times):
            self._core.spawn(self._until_taken(payload))

    async def _until_taken(self, payload: Json) -> None:
        answer = await self._once("events_api", payload, 0, "")
        for attempt, wait in enumerate(self.retry_after, 1):
            if not answer.failure or not answer.retry:
                return
            await asyncio.sleep(wait)
            answer = await self._once("events_api", payload, attempt, answer.failure)

    async def _once(self, kind: str, payload: Json, attempt: int, reason: str) -> Answer:
        sent = Sent(kind, payload, attempt)
        self._core.traffic.deliveries.append(sent)
        answer = await self._line.send(kind, payload, attempt=attempt, reason=reason, within=self.ack_within)
        sent.outcome, sent.answer = answer.failure or "acknowledged", answer.body
        self._core.live.say("traffic")
        return answer
