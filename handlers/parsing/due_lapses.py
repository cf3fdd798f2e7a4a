"""Lapses: "in 2 hours", "3 tööpäeva pärast", "yarım saat sonra"."""

from typing import NamedTuple

from handlers.parsing.due_lexicon import Match
from handlers.parsing.due_line import Context, Line
from handlers.parsing.due_values import Firmness, Lapse, Mark, Piece, Unclear, Unit

_HALF_AN_HOUR = 30
_HOURS_OF_A_DAY = range(8, 24)


class _Amount(NamedTuple):
    units: int
    minutes: int  # besides
    unit: Unit
    end: int
    is_counted: bool = False  # in the case that counts things, not in the one that "pärast" wants


def read_lapse(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "in 1 hour and 30 minutes"; without a word that says "from now" it is loose."""
    opener = line.lexicon.lapse_openers.at(line.words, i)
    first = _amount(line, opener.end if opener else i)
    if first is None:
        return None
    amounts = [first]
    while following := _amount(line, _after_joiner(line, amounts[-1].end)):
        amounts.append(following)
    end = amounts[-1].end
    closer = line.lexicon.lapse_closers.at(line.words, end)
    if closer and amounts[-1].is_counted and _is_followed(line, closer.end):
        closer = None  # "2 päeva pärast koosolekut" is after the meeting
    if closer is None and opener is None:
        if _is_wordless(line, i, end) or line.number(end) is not None:
            return None  # "5.1 saat 9" is the fifth of January
        is_hour_of_day = first.unit is Unit.HOUR and first.units in _HOURS_OF_A_DAY  # "15h" may be three o'clock
        return Match(Unclear(Firmness.LOOSE) if is_hour_of_day else _lapse(amounts, Firmness.LOOSE), end)
    return Match(_lapse(amounts, Firmness.FIRM), closer.end if closer else end, Mark.IN)


def _is_followed(line: Line, i: int) -> bool:
    return i < len(line.tokens) and line.tokens[i].is_word and line.tokens[i].text not in line.lexicon.starts


def _is_wordless(line: Line, i: int, end: int) -> bool:
    return line.lexicon.unit_alone.at(line.words, i) is not None and end == i + 1


def _lapse(amounts: list[_Amount], firmness: Firmness) -> Piece:
    business = {len(amount.unit.value) > 3 for amount in amounts}
    if len(business) > 1 or any(amount.minutes and amount.unit.value[0] != 60 for amount in amounts):
        return Unclear(firmness)
    return Lapse(
        minutes=sum(amount.units * amount.unit.value[0] + amount.minutes for amount in amounts),
        days=sum(amount.units * amount.unit.value[1] for amount in amounts),
        months=sum(amount.units * amount.unit.value[2] for amount in amounts),
        is_business=business == {True},
        firmness=firmness,
    )


def _after_joiner(line: Line, i: int) -> int:
    joiner = line.lexicon.joiners.at(line.words, i)
    return joiner.end if joiner else i


def _amount(line: Line, i: int) -> _Amount | None:
    """Read "2 hours", "an hour", "half an hour", "1.5 hours", "2 buçuk saat"."""
    if part := line.lexicon.hour_parts.at(line.words, i):
        unit = line.lexicon.units.at(line.words, part.end)
        return _Amount(0, part.value, unit.value, unit.end, unit.mark is not None) if unit else None
    if alone := line.lexicon.unit_alone.at(line.words, i):
        return _Amount(1, 0, alone.value, alone.end)
    counted = _count(line, i)
    if counted is None:
        return None
    count, minutes, end = counted
    unit = line.lexicon.units.at(line.words, end)
    return _Amount(count, minutes, unit.value, unit.end, unit.mark is not None) if unit else None


def _count(line: Line, i: int) -> tuple[int, int, int] | None:
    """Return whole units, minutes besides, and the token after."""
    count = line.number(i, digits=range(1, 4000))
    if count is None:
        word = line.lexicon.numbers.at(line.words, i) or line.lexicon.articles.at(line.words, i)
        if word is None:
            return None
        count, end = int(word.value), word.end
    else:
        end = i + 1
        tenths = line.glued_number(end + 1, digits=(1,)) if line.is_sign(end, ".,") else None
        if tenths is not None:
            return count, tenths * 6, end + 2
    half = line.lexicon.half_more.at(line.words, end)
    return (count, _HALF_AN_HOUR, half.end) if half else (count, 0, end)
