"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MIDWEEK = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Copenhagen


class FixedClock:
    """Both hands stand at `at`; people's time and machine time are moved separately."""

    def __init__(self, at: datetime = MIDWEEK, *, machine_at: datetime | None = None) -> None:
        self._now = at
        self._machine_now = machine_at or at

    def now(self) -> datetime:
        """People's time."""
        return self._now

    def machine_now(self) -> datetime:
        """The machine's own time."""
        return self._machine_now

    def forward(self, **by: float) -> datetime:
        """Move people's time, as `STAFET_CLOCK_OFFSET` does: `forward(hours=4)`, `forward(days=-1)`."""
        self._now += timedelta(**by)
        return self._now

    def machine_forward(self, **by: float) -> datetime:
        """Move machine time alone: leases, pace, settle times."""
        self._machine_now += timedelta(**by)
        return self._machine_now

    def both_forward(self, **by: float) -> datetime:
        """Let time pass: both hands."""
        self.machine_forward(**by)
        return self.forward(**by)
