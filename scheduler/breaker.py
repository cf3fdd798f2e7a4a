"""The circuit breaker of delivery: while Slack gives no answer, one send at a time tries whether it is back."""

_MISSES = 3
"""So many calls in a row without an answer mean that Slack is away, and not one channel in trouble."""
_PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds until the next try, by how many tries there were while Slack is away."""


class Breaker:
    """Count calls without an answer. It holds no work: what waits, waits in its lane."""

    def __init__(self) -> None:
        self._missed = 0
        self._not_before = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether Slack seems to be away."""
        return self._missed >= _MISSES

    def answered(self) -> None:
        """Take note of an answer, whatever it said."""
        self._missed = 0
        self._not_before = 0.0

    def missed(self, now: float) -> None:
        """Take note of a call without an answer; `now` is in monotonic seconds."""
        self._missed += 1
        if self.is_open:
            self._not_before = now + _PAUSES[min(self._missed - _MISSES, len(_PAUSES) - 1)]

    def room(self, under_way: int, most: int) -> int:
        """Tell how many sends may begin beside those under way."""
        return max(0, (1 if self.is_open else most) - under_way)

    def pause(self, now: float) -> float:
        """Tell for how many seconds nothing may begin."""
        return max(0.0, self._not_before - now)
