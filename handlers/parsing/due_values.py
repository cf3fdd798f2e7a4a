"""What is said of a due time: the pieces a phrase is made of, and what comes of reading it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import TypeVar


class Assumption(StrEnum):
    """What was guessed, and must be shown."""

    TOMORROW = "tomorrow"  # a clock time without a day had already passed today
    AFTERNOON = "afternoon"  # a bare hour from 1 to 7 was taken for the afternoon
    NEXT_WEEK = "next_week"  # "next friday" while this week's is still ahead, or a weekday whose hour passed today


class Trouble(StrEnum):
    """Why a due time wasn't taken."""

    UNREADABLE = "unreadable"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class DueReading:
    """A due time, understood completely."""

    at: datetime  # aware, UTC
    wall: datetime | None  # the naive local intent where a day or a clock time was named
    has_clock: bool  # False: due at the end of that person's working day
    span: tuple[int, int]  # what was read, half open, in the text given
    assumed: frozenset[Assumption] = frozenset()


@dataclass(frozen=True, slots=True)
class DueProblem:
    """Words that mean to be a due time and can't be taken for one."""

    span: tuple[int, int]
    kind: Trouble


class Mark(StrEnum):
    """How a phrase is bound into its sentence."""

    BY = "by"  # "by friday", "cumaya kadar": a deadline, wherever it stands
    TOWARD = "toward"  # "reedeks": a deadline, unless the sentence moves something there
    ON = "on"  # "on friday", "reedel", "til fredag", "cuma günü"
    AT = "at"  # "at 15:00", "kl. 15", "kell 15", "saat 15"
    IN = "in"  # "in 2 hours", "2 saat sonra"
    LEAD = "lead"  # "den 27."
    ONTO = "onto"  # "reedele": where something is moved to; in a sentence it belongs to that


class Daypart(Enum):
    """Which hours may be said of a part of the day: as written, and twelve later."""

    AM = (range(1, 12), range(0))
    PM = (range(12, 13), range(1, 12))
    MORNING = (range(4, 12), range(0))
    MIDDAY = (range(11, 15), range(1, 3))
    AFTERNOON = (range(12, 19), range(1, 7))
    EVENING = (range(17, 24), range(5, 12))
    NIGHT = (range(21, 24), range(9, 12))
    MIDNIGHT = (range(0), range(1))

    def hour(self, written: int) -> int | None:
        """Return the hour of the day that a written hour means in this part of it."""
        as_written, later = self.value
        if self is Daypart.AM and written == 12:
            return 0
        if written in as_written:
            return written
        return written + 12 if written in later else None


class Which(Enum):
    """Which of the weekdays of one name."""

    THIS = 1
    NEXT = 2
    COMING = 3


class Unit(Enum):
    """What a lapse is counted in: minutes, days, months, and business time."""

    MINUTE = (1, 0, 0)
    QUARTER_HOUR = (15, 0, 0)
    HOUR = (60, 0, 0)
    DAY = (0, 1, 0)
    WEEK = (0, 7, 0)
    MONTH = (0, 0, 1)
    YEAR = (0, 0, 12)
    BUSINESS_HOUR = (60, 0, 0, True)
    BUSINESS_DAY = (0, 1, 0, True)


class Period(Enum):
    """What has an end: a day, a week, and months counted together."""

    DAY = 0
    WEEK = -1
    MONTH = 1
    QUARTER = 3
    YEAR = 12


class Firmness(Enum):
    """How much a piece can stand for itself in the middle of other words."""

    FIRM = 0
    ASK = 1  # alone it is asked about: "3/12", "week 48"
    LOOSE = 2  # alone it is no due time at all: "15.3", "2 days"
    DOUBTFUL = 3  # asked about even beside a clock time: "R kell 15"


@dataclass(frozen=True, slots=True)
class Weekday:
    number: int  # Monday is 0
    which: Which | None
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class Date:
    year: int | None
    month: int
    day: int
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class MonthDay:
    day: int
    firmness: Firmness = Firmness.ASK


@dataclass(frozen=True, slots=True)
class DaysAhead:
    days: int
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class Week:
    year: int | None
    number: int
    firmness: Firmness = Firmness.ASK


@dataclass(frozen=True, slots=True)
class WeeksAhead:
    weeks: int
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class EndOf:
    period: Period
    ahead: int = 0
    month: int | None = None
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class Lapse:
    minutes: int
    days: int
    months: int
    is_business: bool
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class Clock:
    hour: int
    minute: int
    is_bare: bool  # an hour of 1 to 7 may be in the afternoon
    part: Daypart | None = None
    is_number_only: bool = False  # "friday 15"
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class DayHour:
    """A part of the day: "noon", or what tells the hours of a clock time apart."""

    part: Daypart
    firmness: Firmness = Firmness.FIRM


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that speak of time and don't say when: "next week", "3/4", "half three"."""

    firmness: Firmness = Firmness.ASK


Piece = Weekday | Date | MonthDay | DaysAhead | Week | WeeksAhead | EndOf | Lapse | Clock | DayHour | Unclear
P = TypeVar("P", bound=Piece)


@dataclass(slots=True)
class Phrase:
    """What was read from token `start` to token `end`."""

    start: int
    end: int
    pieces: dict[type, Piece] = field(default_factory=dict)
    marks: set[Mark] = field(default_factory=set)
    contradicts_itself: bool = False

    def add(self, piece: Piece, end: int) -> None:
        if type(piece) in self.pieces and self.pieces[type(piece)] != piece:
            self.contradicts_itself = True
        self.pieces[type(piece)] = piece
        self.end = end

    def get(self, kind: type[P]) -> P | None:
        piece = self.pieces.get(kind)
        return piece if isinstance(piece, kind) else None

    def has(self, *kinds: type) -> bool:
        return not self.pieces.keys().isdisjoint(kinds)
