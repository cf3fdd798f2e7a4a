"""What went back and forth, and what is made to go wrong."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from bot.playground.errors import RateLimitError, SlackError
from bot.playground.state import Json

BURST = 5


@dataclass
class Call:
    """One call of the Web API and its answer."""

    method: str
    args: Json
    answer: Json
    status: int = 200
    at: float = field(default_factory=time.time)


@dataclass
class Sent:
    """One thing delivered to the bot and what came back."""

    kind: str
    payload: Json
    attempt: int = 0
    outcome: str = "sent"
    answer: Any = None
    at: float = field(default_factory=time.time)


class Traffic:
    """Remember the last calls and deliveries."""

    def __init__(self, keep: int = 5000) -> None:
        self.calls: deque[Call] = deque(maxlen=keep)
        self.deliveries: deque[Sent] = deque(maxlen=keep)

    def calls_of(self, method: str) -> list[Call]:
        """List the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]


class Faults:
    """Make calls fail on purpose, and count how often that happened, each by its name."""

    def __init__(self) -> None:
        self.hang_for = 0.0
        self._hangs_in = ""
        self.is_down = False
        self.happened: Counter[str] = Counter()
        self._drops: dict[str, int] = {}
        self._errors: dict[str, list[str]] = {}
        self._limited: dict[str, tuple[float, int]] = {}

    def hang(self, seconds: float, channel: str) -> None:
        """Let calls wait: all of them, or those about one channel."""
        self.hang_for, self._hangs_in = seconds, channel

    def hangs(self, channel: str) -> bool:
        """Tell whether a call is to wait."""
        is_to = self.hang_for > 0 and self._hangs_in in ("", channel)
        self.happened["hang"] += is_to
        return is_to

    def drop_answer_of(self, method: str, times: int) -> None:
        """Accept the next calls of a method, then cut the line."""
        self._drops[method] = self._drops.get(method, 0) + times

    def drops(self, method: str) -> bool:
        """Tell whether this answer gets lost."""
        left = self._drops.get(method, 0)
        self._drops[method] = max(0, left - 1)
        self.happened["drop"] += left > 0
        return left > 0

    def fail(self, method: str, error: str, times: int) -> None:
        """Answer the next calls of a method with an error."""
        self._errors.setdefault(method, []).extend([error] * times)

    def raise_planned(self, method: str) -> None:
        """Raise the error that was planned for this call, if any."""
        planned = self._errors.get(method)
        if planned:
            code = planned.pop(0)
            self.happened["fail"] += 1
            raise RateLimitError(1) if code == "ratelimited" else SlackError(code)

    def rate_limit(self, channel: str, retry_after: int) -> None:
        """Refuse posts to a channel for some seconds."""
        self._limited[channel] = (time.monotonic() + retry_after, retry_after)

    def raise_limited(self, channel: str) -> None:
        """Raise while a channel is refused on purpose."""
        until, _ = self._limited.get(channel, (0.0, 0))
        left = until - time.monotonic()
        if left > 0:
            self.happened["rate_limit"] += 1
            raise RateLimitError(max(1, round(left + 0.49)))


class Pace:
    """Allow one post a second in each channel, with a small burst."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[float, float]] = {}
        self.refused = 0

    def take(self, channel: str) -> None:
        """Take one post's worth, or refuse."""
        now = time.monotonic()
        left, since = self._tokens.get(channel, (float(BURST), now))
        left = min(float(BURST), left + now - since)
        if left < 1:
            self._tokens[channel] = (left, now)
            self.refused += 1
            raise RateLimitError(1)
        self._tokens[channel] = (left - 1, now)
