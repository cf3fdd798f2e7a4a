"""Weekly working hours: a value and the short grammar people type it in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

MINUTES_IN_A_DAY = 24 * 60
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "always"

Span = tuple[int, int]

_DAY = "|".join(DAY_NAMES)
_DAYS = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_CLOCK = r"[0-9]{1,2}(?::[0-5][0-9])?"
_SPAN = rf"{_CLOCK}-{_CLOCK}"
_GROUP = re.compile(rf"({_DAYS}(?:,{_DAYS})*) ({_SPAN}(?:,{_SPAN})*)")


class BadHours(ValueError):
    """Say that a text, or the spans given, are no weekly hours; `text` is what was offered."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hold the hours of an ordinary week, by the wall clock of a place not named here.

    `days` has seven entries, Monday first; each holds (start, end) spans in minutes since
    midnight, 0 to 1440, the end not included. Spans that touch are joined, so hours that mean the
    same are equal. Raises BadHours for spans out of order or range, and for a week without any.
    """

    days: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        days = tuple(tuple(_joined(spans)) for spans in self.days)
        if len(days) != len(DAY_NAMES) or not any(days) or not all(_is_sound(spans) for spans in days):
            raise BadHours(repr(self.days))
        object.__setattr__(self, "days", days)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "mon-fri 09:00-17:00", "mon-thu 8-12,13-16:30; fri 08:00-15:00" or "always".

        Days and spans may be lists, in any order, a range of days may pass over Sunday ("sat-mon").
        A span ends on its own day, at 24:00 at the latest. Raises BadHours with the text as typed.
        """
        # Phones and word processors turn a hyphen into a dash.
        tidy = re.sub(r"\s*([-,;])\s*", r"\1", " ".join(text.lower().replace("\u2013", "-").split()))
        if tidy == ALWAYS:
            return cls(days=(((0, MINUTES_IN_A_DAY),),) * len(DAY_NAMES))
        week: list[list[Span]] = [[] for _ in DAY_NAMES]
        for group in tidy.split(";"):
            match = _GROUP.fullmatch(group)
            if match is None:
                raise BadHours(text)
            spans = [_span(part) for part in match[2].split(",")]
            for day in _days(match[1]):
                week[day] += spans
        try:
            return cls(days=tuple(tuple(sorted(spans)) for spans in week))
        except BadHours:
            raise BadHours(text) from None

    def __str__(self) -> str:
        if self.is_always:
            return ALWAYS
        alike = [list(run) for _, run in groupby(range(len(DAY_NAMES)), key=self.days.__getitem__)]
        return "; ".join(f"{_day_range(run)} {_spans_text(self.days[run[0]])}" for run in alike if self.days[run[0]])

    @property
    def is_always(self) -> bool:
        """Say whether there is no closing time at all in the week."""
        return all(spans == ((0, MINUTES_IN_A_DAY),) for spans in self.days)


def _is_sound(spans: tuple[Span, ...]) -> bool:
    edges = [edge for span in spans for edge in span]
    in_order = all(earlier < later for earlier, later in pairwise(edges))
    return in_order and all(0 <= edge <= MINUTES_IN_A_DAY for edge in edges)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    waiting: Span | None = None
    for start, end in spans:
        if waiting is not None and waiting[0] < waiting[1] == start < end:
            waiting = (waiting[0], end)
            continue
        if waiting is not None:
            yield waiting
        waiting = (start, end)
    if waiting is not None:
        yield waiting


def _days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = DAY_NAMES.index(first)
        length = (DAY_NAMES.index(last or first) - start) % len(DAY_NAMES) + 1
        yield from ((start + offset) % len(DAY_NAMES) for offset in range(length))


def _span(text: str) -> Span:
    start, _, end = text.partition("-")
    return _minutes(start), _minutes(end)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute or 0)


def _day_range(run: list[int]) -> str:
    names = [DAY_NAMES[run[0]], DAY_NAMES[run[-1]]]
    return names[0] if len(run) == 1 else "-".join(names)


def _spans_text(spans: tuple[Span, ...]) -> str:
    return ",".join(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}" for start, end in spans)
