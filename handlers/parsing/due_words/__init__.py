"""The words of due times: one module per language, each holding one `DueWords` named WORDS.

To add a language, add its module: nothing else changes. Every string is a list of forms separated by commas, written
as people write them; accents and capitals don't matter, and a form may have several words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from babel import Locale

from handlers.parsing.due_values import Daypart, Mark, Period, Unit, Which

_LONG_NAME = 7  # letters

# What follows a clock time in any language and makes another time of it.
ZONES = "utc, gmt, bst, cet, cest, eet, eest, trt, est, edt, cst, pst, pdt, am, pm, a.m., p.m."


@dataclass(frozen=True, kw_only=True)
class DueWords:
    """How one language speaks of due times."""

    # Days and months by name. A mark says what the form itself says: "reedeks" is "by friday".
    weekdays: Mapping[Mark | None, Sequence[str]]
    short_weekdays: Sequence[str] = ()  # mean a day beside "on", a clock time or a date: "sun", "man"
    doubtful_weekdays: Sequence[str] = ()  # mean a day beside a date, else they are asked about: "søn", "R"
    months: Mapping[Mark | None, Sequence[str]]
    which: Mapping[Which, str]
    days_ahead: Mapping[int, str]
    weeks: Mapping[Mark | None, str]  # before a number, or after its ordinal
    weeks_ahead: Mapping[int, str]  # beside a weekday
    ends: Mapping[tuple[Period, int], str]  # of this one (0), of the next (1)
    month_ends: str = ""  # with {} for the month's name
    unclear_months: str = ""  # likewise: "mid {}"

    # Numeric dates and clock times.
    slash_is_day_first: bool = True  # else 3/4 is asked about
    month_may_lead: bool = False  # "November 27"
    dot_is_clock: bool = True  # 15.30 without "at"
    ordinals: str = ""  # behind the number of a day: "th"
    cases: Mapping[Mark | None, str] = field(default_factory=dict)  # behind a number: "15'te", "15-ks"
    month_day_openers: str = ""  # "the" 27th, "den" 27.
    month_day_closers: str = ""  # 27. "kuupäevaks"
    month_day_cases: str = ""  # ayın 27"sinde"
    year_words: str = ""  # 2026 "aastal"

    # The words around.
    openers: Mapping[Mark, str]
    closers: Mapping[Mark, str] = field(default_factory=dict)
    lead_ins: str = ""  # in front of a text that is nothing but a due time: move it "to" friday
    links: str = ""  # between two pieces: "den", "of"
    governors: str  # before a phrase: it belongs to the sentence ("move it to friday", "the friday")
    numbered: str  # what has numbers that look like dates: "version 3.11", "step 3/4"
    governing_endings: tuple[str, ...] = ()  # of a word before "2 saat sonra": "toplantıdan"
    followers: str  # after a phrase: it belongs to the sentence ("tomorrow is a holiday")
    verb_comes_last: bool = False  # so that a due time stands before the last word: "cuma günü gönder"
    movers: str  # verbs that move things in time: only a plain deadline counts beside them
    courtesies: str = ""  # behind everything: "please"
    conjunctions: str

    # Lapses.
    lapse_openers: str
    lapse_closers: str
    units: Mapping[Unit, str]
    counted_units: Mapping[Unit, str] = field(default_factory=dict)  # "tundi": with "pärast" only where nothing follows
    unit_alone: Mapping[Unit, str] = field(default_factory=dict)  # "tunni pärast": no number needed
    numbers: Mapping[int, str]
    articles: str = ""  # one, of a lapse only: "a", "an"
    marked_numbers: Mapping[int, str] = field(default_factory=dict)  # hours in a case of their own: "kolmeks", "üçte"
    hour_parts: Mapping[int, str]  # minutes: "half an", "halvanden"
    half_more: str = ""  # 2 "buçuk" saat
    joiners: str

    # Hours.
    meridiems: Mapping[Daypart, str] = field(default_factory=dict)
    hour_words: str = ""  # "o'clock"
    before_hour: Mapping[int, str] = field(default_factory=dict)  # minutes: "half past", "halv"
    after_hour: Mapping[int, str] = field(default_factory=dict)  # minutes: "buçuk"
    unclear_before_hour: str = ""  # "half three"
    dayparts: Mapping[Daypart, str]
    dayparts_of_today: Mapping[Daypart, str] = field(default_factory=dict)  # "tonight"
    idioms: str = ""  # don't mean what they say: "om 8 dage" is a week
    unclear: str  # speaks of time and doesn't say when


def weekday_names(language: str) -> list[str]:
    """Return the names of Monday to Sunday."""
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return [str(names[number]) for number in range(7)]


def month_names(language: str) -> list[str]:
    """Return the names of January to December."""
    names = Locale.parse(language).months["stand-alone"]["wide"]
    return [str(names[number]) for number in range(1, 13)]


def with_endings(stems: Sequence[str], endings: str) -> list[str]:
    """Return, for each stem, its forms with each of the endings."""
    return [", ".join(stem + ending.strip() for ending in endings.split(",")) for stem in stems]


def also(forms: Sequence[str], more: Sequence[str]) -> list[str]:
    """Return, for each meaning, both lists of forms."""
    return [f"{first}, {second}" if second else first for first, second in zip(forms, more, strict=True)]


def misspelt(names: Sequence[str]) -> list[str]:
    """Return how each long name comes out in haste: a letter inside left out, or two swapped; short ones are words."""
    made = [_slips(name) if len(name) >= _LONG_NAME else set() for name in names]
    return [", ".join(sorted(slips - set().union(*made[:n], *made[n + 1 :]))) for n, slips in enumerate(made)]


def _slips(name: str) -> set[str]:
    inside = range(1, len(name) - 1)
    left_out = {name[:i] + name[i + 1 :] for i in inside}
    return left_out | {name[:i] + name[i + 1] + name[i] + name[i + 2 :] for i in inside}


@cache
def all_words() -> Mapping[str, DueWords]:
    """Return every language's words."""
    words = {}
    for module in iter_modules(__path__):
        value = import_module(f"{__name__}.{module.name}").WORDS
        if not isinstance(value, DueWords):
            raise TypeError(f"{module.name}: WORDS is no DueWords")
        words[module.name] = value
    return words
