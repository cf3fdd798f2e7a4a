"""What is made to go wrong, each fault by its name, and how often each has struck."""

import time
from collections import Counter

from bot.playground.errors import RateLimitError, SlackError

BURST = 5


class Faults:
    """Make calls and deliveries fail on purpose, and count how often that happened."""

    def __init__(self) -> None:
        self.hang_for = 0.0
        self._hangs_in = ""
        self.ack_delay = 0.0
        """How many seconds later than it comes an acknowledgement is heard."""
        self.times = 1
        """How often every event is delivered at once; 1 is normal."""
        self.is_down = False
        self.happened: Counter[str] = Counter()
        self._drops: dict[str, int] = {}
        self._errors: dict[str, list[str]] = {}
        self._limited: dict[str, float] = {}

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

    def keep_answers(self) -> None:
        """Lose no more answers."""
        self._drops.clear()

    @property
    def to_drop(self) -> dict[str, int]:
        """Say how many answers of which methods are still to be lost."""
        return {method: left for method, left in self._drops.items() if left}

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

    def rate_limit(self, channel: str, retry_after: float) -> None:
        """Refuse posts to a channel for some seconds; 0 ends it."""
        self._limited[channel] = time.monotonic() + retry_after

    @property
    def limited(self) -> dict[str, float]:
        """Say which channels are refused, and for how many seconds more."""
        now = time.monotonic()
        return {channel: until - now for channel, until in self._limited.items() if until > now}

    def raise_limited(self, channel: str) -> None:
        """Raise while a channel is refused on purpose."""
        left = self.limited.get(channel, 0.0)
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
