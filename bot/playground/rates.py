"""How often something may be done: so many times a second for each name, with a burst."""

import math
import time

from bot.playground.errors import RateLimitError

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, of each method in a workspace; a burst may take a whole minute's at once."""

POSTS = 500
"""Posts a minute in all channels together: Slack says "several hundred"."""


class Rate:
    """Let things happen `a_second` on average and `burst` at once, for each name by itself."""

    def __init__(self, a_second: float, burst: int) -> None:
        self._a_second, self._burst = a_second, float(burst)
        self._left: dict[str, tuple[float, float]] = {}
        self.refused = 0

    def take(self, name: str) -> None:
        """Let one happen, or refuse and say in how many seconds the next may."""
        now = time.monotonic()
        left, since = self._left.get(name, (self._burst, now))
        left = round(min(self._burst, left + (now - since) * self._a_second), 6)
        if left < 1:
            self._left[name] = (left, now)
            self.refused += 1
            raise RateLimitError(math.ceil(round((1 - left) / self._a_second, 3)))
        self._left[name] = (left - 1, now)


class Tiers:
    """Count every method's calls against its minute."""

    def __init__(self) -> None:
        self._rates = {a_minute: Rate(a_minute / 60, a_minute) for a_minute in (*TIERS.values(), POSTS)}

    def take(self, method: str, a_minute: int) -> None:
        """Let a method be called, or refuse; 0 a minute is as often as one likes."""
        if a_minute:
            self._rates[a_minute].take(method)
