"""The clock, with two hands: people's time may be shifted for a trial, machine time never moves."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

_FARTHEST = timedelta(days=36_525)


class Clock(Protocol):
    """Tell the time, aware and in UTC."""

    def now(self) -> datetime:
        """People's time: due, quiet, asking."""

    def machine_now(self) -> datetime:
        """The machine's own: signatures, inbox, leases, retries, pace, comparison with Slack's `ts`."""


class SystemClock:
    """Both hands show the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def machine_now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """People's time runs `offset` seconds ahead: a number, or a file that holds one and is read at each look."""

    def __init__(self, offset: float | Path) -> None:
        self._offset = offset
        self._last = timedelta(0)

    def now(self) -> datetime:
        return self.machine_now() + self._shift()

    def machine_now(self) -> datetime:
        return datetime.now(UTC)

    def _shift(self) -> timedelta:
        if not isinstance(self._offset, Path):
            return timedelta(seconds=self._offset)
        try:
            written = self._offset.read_text().strip()
            if written:  # an empty file is one that is being written just now
                self._last = min(max(timedelta(seconds=float(written)), -_FARTHEST), _FARTHEST)
        except FileNotFoundError:
            self._last = timedelta(0)
        except (OSError, ValueError, OverflowError):
            log.warning("the clock offset can't be read; keeping the last one")
        return self._last
