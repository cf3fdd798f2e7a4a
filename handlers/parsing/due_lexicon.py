"""One language's words, made ready for finding them in a line of tokens."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from handlers.parsing.due_tokens import tokenise
from handlers.parsing.due_values import (
    DayHour,
    DaysAhead,
    EndOf,
    Firmness,
    Mark,
    Period,
    Piece,
    Unclear,
    Weekday,
    WeeksAhead,
)
from handlers.parsing.due_words import ZONES, DueWords, all_words

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A form found: what it means, the token after it, and what the form itself says."""

    value: T
    end: int
    mark: Mark | None = None


class Table(Generic[T]):
    """Forms of one or more words, and what each means; the longest form wins."""

    __slots__ = ("_by_first_word", "last_words")

    def __init__(self, meanings: Iterable[tuple[T, str, Mark | None]]) -> None:
        by_first_word: dict[str, dict[int, dict[tuple[str, ...], tuple[T, Mark | None]]]] = {}
        for value, forms, mark in meanings:
            for words in _split(forms):
                of_this_length = by_first_word.setdefault(words[0], {}).setdefault(len(words), {})
                of_this_length.setdefault(words[1:], (value, mark))
        self._by_first_word = {
            first: sorted(by_length.items(), reverse=True) for first, by_length in by_first_word.items()
        }
        self.last_words = frozenset(
            (first, *rest)[-1]
            for first, by_length in by_first_word.items()
            for rests in by_length.values()
            for rest in rests
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_first_word)

    def at(self, words: tuple[str, ...], i: int) -> Match[T] | None:
        """Return the longest form that begins at word i."""
        if i < len(words):
            for length, rests in self._by_first_word.get(words[i], ()):
                if found := rests.get(words[i + 1 : i + length]):
                    return Match(found[0], i + length, found[1])
        return None

    def ends_at(self, words: tuple[str, ...], end: int) -> Match[T] | None:
        """Return a form of up to three words whose last word is the one before `end`."""
        if end and words[end - 1] in self.last_words:
            for start in range(max(0, end - 3), end):
                for length, rests in self._by_first_word.get(words[start], ()):
                    if length == end - start and (found := rests.get(words[start + 1 : end])):
                        return Match(found[0], end, found[1])
        return None

    def has_any(self, words: tuple[str, ...]) -> bool:
        """Say whether one of the forms is among the words."""
        return not self._by_first_word.keys().isdisjoint(words) and any(self.at(words, i) for i in range(len(words)))


def _split(forms: str) -> Iterator[tuple[str, ...]]:
    for form in forms.split(","):
        words = tuple(token.text for token in tokenise(form))
        if words:
            yield words


def _table(meanings: Mapping[T, str]) -> Table[T]:
    return Table((value, forms, None) for value, forms in meanings.items())


def _words(forms: str) -> Table[bool]:
    return Table([(True, forms, None)])


class Lexicon:
    """The tables of one language."""

    def __init__(self, words: DueWords) -> None:
        self.words = words
        self.weekdays = Table(_weekdays(words))
        self.months = Table(
            (number, forms, mark) for mark, names in words.months.items() for number, forms in enumerate(names, 1)
        )
        self.which = _table(words.which)
        self.whole_pieces = Table(_whole_pieces(words))
        self.today_parts = _table(words.dayparts_of_today)
        self.weeks = Table((True, forms, mark) for mark, forms in words.weeks.items())
        self.openers = Table((mark, forms, mark) for mark, forms in words.openers.items())
        self.closers = Table((mark, forms, mark) for mark, forms in words.closers.items())
        self.lead_ins = _words(words.lead_ins)
        self.links = _words(words.links)
        self.courtesies = _words(words.courtesies)
        self.conjunctions = _words(words.conjunctions)
        self._numbers_of(words)
        self._hours_of(words)
        self.governors = _words(words.governors)
        self.numbered = _words(words.numbered)
        self.followers = _words(f"{words.followers}, {ZONES}")
        self.movers = _words(words.movers)
        self.starts = self._first_words()
        self.ends = frozenset().union(*(table.last_words for table in vars(self).values() if isinstance(table, Table)))

    def _numbers_of(self, words: DueWords) -> None:
        self.numbers = _table(words.numbers)
        self.articles = _words(words.articles)
        self.hour_parts = _table(words.hour_parts)
        self.half_more = _words(words.half_more)
        self.units = Table(
            [(unit, forms, None) for unit, forms in words.units.items()]
            + [(unit, forms, Mark.ON) for unit, forms in words.counted_units.items()]
        )
        self.unit_alone = _table(words.unit_alone)
        self.joiners = _words(words.joiners)
        self.lapse_openers = _words(words.lapse_openers)
        self.lapse_closers = _words(words.lapse_closers)
        self.ordinals = _words(words.ordinals)
        self.cases = Table((True, forms, mark) for mark, forms in words.cases.items())
        self.year_words = _words(words.year_words)
        self.month_day_openers = _words(words.month_day_openers)
        self.month_day_closers = _words(words.month_day_closers)
        self.month_day_cases = _words(words.month_day_cases)

    def _hours_of(self, words: DueWords) -> None:
        self.hours = Table(
            [(hour, words.marked_numbers.get(hour, ""), Mark.AT) for hour in words.marked_numbers]
            + [(number, forms, None) for number, forms in words.numbers.items() if number <= 24]
        )
        self.hour_words = _words(words.hour_words)
        self.meridiems = _table(words.meridiems)
        self.before_hour = _table(words.before_hour)
        self.after_hour = _table(words.after_hour)
        self.idioms = _words(words.idioms)
        self.unclear_before_hour = _words(words.unclear_before_hour)

    def _first_words(self) -> frozenset[str]:
        tables: Sequence[Iterable[str]] = (
            self.weekdays, self.months, self.which, self.whole_pieces, self.today_parts, self.weeks, self.openers,
            self.hours, self.numbers, self.articles, self.hour_parts, self.unit_alone, self.lapse_openers,
            self.month_day_openers, self.before_hour, self.unclear_before_hour, self.idioms,
        )  # fmt: skip
        return frozenset(word for table in tables for word in table)


def _weekdays(words: DueWords) -> Iterator[tuple[Weekday, str, Mark | None]]:
    for mark, names in words.weekdays.items():
        for number, forms in enumerate(names):
            yield Weekday(number, None), forms, mark
    for firmness, names in ((Firmness.LOOSE, words.short_weekdays), (Firmness.DOUBTFUL, words.doubtful_weekdays)):
        for number, forms in enumerate(names):
            yield Weekday(number, None, firmness), forms, None


def _whole_pieces(words: DueWords) -> Iterator[tuple[Piece, str, Mark | None]]:
    for days, forms in words.days_ahead.items():
        yield DaysAhead(days), forms, None
    for weeks, forms in words.weeks_ahead.items():
        yield WeeksAhead(weeks), forms, None
    for (period, ahead), forms in words.ends.items():
        yield EndOf(period, ahead), forms, None
    for month, names in enumerate(words.months[None], 1):
        for template in words.month_ends.split(",") if words.month_ends else ():
            forms = ", ".join(template.format(name) for name in names.split(","))
            yield EndOf(Period.MONTH, 0, month), forms, None
        for template in words.unclear_months.split(",") if words.unclear_months else ():
            yield Unclear(), ", ".join(template.format(name) for name in names.split(",")), None
    for part, forms in words.dayparts.items():
        yield DayHour(part), forms, None
    yield Unclear(), words.unclear, None


@cache
def all_lexicons() -> Mapping[str, Lexicon]:
    """Return every language's tables."""
    return {language: Lexicon(words) for language, words in all_words().items()}
