"""The playground's clock: machine time plus an offset that the bot reads from a file."""

import os
import tempfile
import time
from pathlib import Path

from bot.playground.errors import CannotDoError

FARTHEST = 366 * 86_400
"""How far from the real time people may go, in seconds: beyond it calendars end, and not only ours."""


class Clock:
    """Hold the offset and write it where the bot looks for it."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.offset = self._stored()

    def now(self) -> float:
        """Say what time it is for people."""
        return time.time() + self.offset

    def forward(self, seconds: float) -> float:
        """Move the clock on (or back) and tell the bot."""
        return self.set(self.offset + seconds)

    def go_on(self, seconds: float) -> float:
        """Do `forward` for a person: too far from the real time it is refused."""
        return self.set(_within_reach(self.offset + seconds))

    def go_to(self, moment: float) -> float:
        """Put people's time at a moment (unix seconds); too far from the real time it is refused."""
        return self.set(_within_reach(moment - time.time()))

    def set(self, offset: float) -> float:
        """Put the offset to a value, written whole or not at all."""
        self.offset = offset
        if self._file is None:
            return offset
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=".offset-")
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            written.write(f"{offset:.0f}\n" if offset == int(offset) else f"{offset}\n")
        os.replace(name, self._file)
        return offset

    def _stored(self) -> float:
        try:
            return float(self._file.read_text(encoding="utf-8")) if self._file else 0.0
        except (OSError, ValueError):
            return 0.0


def _within_reach(offset: float) -> float:
    if not abs(offset) <= FARTHEST:  # nor is what isn't a number
        raise CannotDoError("the clock goes a year back or ahead, no further")
    return offset
