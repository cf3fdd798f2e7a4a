"""What went back and forth: calls of the bot, deliveries to it, and what came of each."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.playground.state import Json

LOST = 0
"""The status of a call whose answer never arrived."""


@dataclass
class Call:
    """One call of the bot and its answer."""

    method: str
    args: Json
    answer: Json
    status: int = 200
    took: float = 0.0
    retry_after: str = ""
    at: float = field(default_factory=time.time)
    number: int = 0
    change: int = 0


@dataclass
class Sent:
    """One thing delivered to the bot and what came back."""

    kind: str
    payload: Json
    attempt: int = 0
    reason: str = ""
    outcome: str = "sent"
    answer: Any = None
    refusal: Json | None = None
    """Why what the bot acknowledged with couldn't be taken."""
    took: float = 0.0
    at: float = field(default_factory=time.time)
    number: int = 0
    change: int = 0


class Traffic:
    """Remember the last calls and deliveries, in the order in which they came and changed."""

    def __init__(self, keep: int = 5000) -> None:
        self.calls: deque[Call] = deque(maxlen=keep)
        self.deliveries: deque[Sent] = deque(maxlen=keep)
        self.changes = 0

    def called(self, call: Call) -> None:
        """Remember a call that was answered, or that wasn't."""
        self.calls.append(call)
        self._changed(call)

    def sends(self, sent: Sent) -> None:
        """Remember what is on its way to the bot."""
        self.deliveries.append(sent)
        self._changed(sent)

    def ended(self, sent: Sent, outcome: str, answer: Any, took: float) -> None:
        """Remember what came of a delivery, `took` seconds after it was sent."""
        sent.outcome, sent.answer, sent.took = outcome, answer, took
        self._changed(sent)

    def refused(self, sent: Sent, refusal: Json) -> None:
        """Remember that the answer to a delivery couldn't be taken."""
        sent.refusal = refusal
        self._changed(sent)

    def _changed(self, one: Call | Sent) -> None:
        self.changes += 1
        one.change = self.changes
        one.number = one.number or self.changes

    def calls_of(self, method: str) -> list[Call]:
        """List the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]
