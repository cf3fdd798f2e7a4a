"""Doors: how the playground reaches several replicas, as Slack reaches what stands behind one address."""

import itertools
from collections.abc import Iterable

from bot.playground.core import Answer
from bot.playground.http_delivery import HttpDelivery
from bot.playground.state import Json

SECRET = "a-signing-secret"


class Doors:
    """A line of the playground's that goes to one address after the other."""

    overdue = HttpDelivery.overdue

    def __init__(self) -> None:
        self._lines: list[HttpDelivery] = []
        self._turn = itertools.count()

    def lead_to(self, addresses: Iterable[str]) -> None:
        """Take these addresses, too."""
        self._lines += [HttpDelivery(address, SECRET) for address in addresses]

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Deliver once, at the next door."""
        line = self._lines[next(self._turn) % len(self._lines)]
        return await line.send(kind, payload, attempt=attempt, reason=reason, within=within)

    async def close(self) -> None:
        """Let the connections go."""
        for line in self._lines:
            await line.close()
