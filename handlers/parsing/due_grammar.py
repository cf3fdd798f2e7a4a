"""The grammar of due times: small readers over tokens, the same for every language.

A reader looks at one place of a line and answers with a piece and the token after it, or with None. A phrase is as
many pieces as follow each other; whether together they say when, and when that is, `due_resolve` decides. So the
grammar reads "31 february" and "25:00" too: what is recognised and makes no sense is a problem, not a guess.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from handlers.parsing.due_dates import (
    read_day_and_month,
    read_day_of_month,
    read_iso_week,
    read_month_and_day,
    read_numeric_date,
    read_opened_day_of_month,
    read_ordinal_week,
    read_week,
)
from handlers.parsing.due_hours import read_clock, read_clock_in_words
from handlers.parsing.due_lapses import read_lapse
from handlers.parsing.due_lexicon import Lexicon, Match
from handlers.parsing.due_line import Context, Line
from handlers.parsing.due_values import DayHour, DaysAhead, Mark, Phrase, Piece, Unclear, Weekday

MOST_TOKENS = 24  # no due time has more
_MOST_OPENERS = 3

Reader = Callable[[Line, int, Context], "Match[Piece] | None"]


def read_phrase(line: Line, start: int) -> Phrase | None:
    """Read the longest phrase that begins at token `start`."""
    phrase = Phrase(start, start)
    pending: list[Mark] = []
    i = start
    while i < len(line.tokens) and i < start + MOST_TOKENS:
        if phrase.pieces and (closer := line.lexicon.closers.at(line.words, i)):
            phrase.marks.add(closer.value)
            phrase.end = i = closer.end
        elif piece := _read_piece(line, i, Context(phrase, pending)):
            phrase.add(piece.value, piece.end)
            phrase.marks.update(pending, [piece.mark] if piece.mark else [])
            pending, i = [], piece.end
        elif part := line.lexicon.today_parts.at(line.words, i):
            phrase.add(DaysAhead(0), part.end)
            phrase.add(DayHour(part.value), part.end)
            phrase.marks.update(pending)
            pending, i = [], part.end
        elif len(pending) < _MOST_OPENERS and (opener := line.lexicon.openers.at(line.words, i)):
            pending.append(opener.value)
            i = line.skip(opener.end, ":")
        elif (after := _link(line, i)) and phrase.pieces:
            i = after
        else:
            break
    return phrase if phrase.pieces else None


def _link(line: Line, i: int) -> int | None:
    if line.tokens[i].text == ",":
        return i + 1
    found = line.lexicon.links.at(line.words, i)
    return found.end if found else None


def _read_piece(line: Line, i: int, context: Context) -> Match[Piece] | None:
    readers = _NUMBER_READERS if line.tokens[i].number >= 0 else _word_readers(line.lexicon).get(line.words[i], ())
    for reader in readers:
        found = reader(line, i, context)
        if found is not None:
            return found
    return None


def _read_weekday(line: Line, i: int, context: Context) -> Match[Piece] | None:
    which = line.lexicon.which.at(line.words, i)
    found = line.lexicon.weekdays.at(line.words, which.end if which else i)
    if found is None:
        return None
    day = found.value
    end = found.end + 1 if line.is_sign(found.end, ".") and found.end + 1 < len(line.tokens) else found.end
    return Match(Weekday(day.number, which.value if which else None, day.firmness), end, found.mark)


def _read_whole_piece(line: Line, i: int, context: Context) -> Match[Piece] | None:
    return line.lexicon.whole_pieces.at(line.words, i)


def _read_idiom(line: Line, i: int, context: Context) -> Match[Piece] | None:
    found = line.lexicon.idioms.at(line.words, i)
    return Match(Unclear(), found.end) if found else None


_NUMBER_READERS: Sequence[Reader] = (
    _read_idiom,
    read_lapse,
    read_iso_week,
    read_numeric_date,
    read_day_and_month,
    read_day_of_month,
    read_ordinal_week,
    read_clock,
    _read_whole_piece,
)


@cache
def _word_readers(lexicon: Lexicon) -> Mapping[str, Sequence[Reader]]:
    """Return, for each word that a piece may begin with, the readers to try, in this order."""
    counts = (lexicon.numbers, lexicon.articles, lexicon.hour_parts)
    beginnings: Sequence[tuple[Reader, Sequence[Iterable[str]]]] = (
        (_read_idiom, [lexicon.idioms]),
        (read_lapse, [lexicon.lapse_openers, lexicon.unit_alone, *counts]),
        (read_month_and_day, [lexicon.months]),
        (read_opened_day_of_month, [lexicon.month_day_openers]),
        (read_week, [lexicon.weeks]),
        (read_clock_in_words, [lexicon.before_hour, lexicon.unclear_before_hour, lexicon.hours]),
        (_read_weekday, [lexicon.which, lexicon.weekdays]),
        (_read_whole_piece, [lexicon.whole_pieces]),
    )
    readers: dict[str, list[Reader]] = defaultdict(list)
    for reader, tables in beginnings:
        for word in {word for table in tables for word in table}:
            readers[word].append(reader)
    return dict(readers)
