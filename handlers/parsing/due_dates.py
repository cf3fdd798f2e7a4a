"""Dates and weeks: "2026-11-27", "27/11", "27. november", "Kasım'ın 27'si", "week 48"."""

from datetime import date

from handlers.parsing.due_lexicon import Match
from handlers.parsing.due_line import Context, Line
from handlers.parsing.due_values import Date, Firmness, Mark, MonthDay, Piece, Unclear, Week

_YEARS = range(2000, 2100)
_CENTURY = 2000


def read_iso_week(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "2026-W48" and "2026-W48-5"."""
    if line.number(i, digits=(4,)) is None:
        return None
    letter = i + 2 if line.is_sign(i + 1, "-") else i + 1
    number = line.glued_number(letter + 1) if line.is_sign(letter, "w") else None
    if number is None:
        return None
    week = Week(line.tokens[i].number, number, Firmness.FIRM)
    if not line.continues_number(letter + 2):
        return Match(week, letter + 2)
    try:
        on = date.fromisocalendar(line.tokens[i].number, number, line.tokens[letter + 3].number)
    except ValueError:
        return Match(Unclear(), letter + 4)
    return Match(Date(on.year, on.month, on.day), letter + 4)


def read_numeric_date(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "2026-11-27", "27.11.2026", "27/11", "27.11."."""
    if i + 2 >= len(line.tokens) or not line.tokens[i].is_number or not line.is_sign(i + 1, "./-"):
        return None
    sign, second = line.tokens[i + 1].text, line.glued_number(i + 2)
    if second is None or Mark.AT in context.pending:
        return None
    third = line.glued_number(i + 4, digits=(1, 2, 4)) if line.is_sign(i + 3, sign) else None
    if third is not None:
        return None if line.continues_number(i + 5) else _three_numbers(line, i)
    first = line.number(i)
    has_year = sign == "/" and line.is_sign(i + 3, "-")
    if first is None or sign == "-" or (line.continues_number(i + 3) and not has_year):
        return None
    return _slash(line, i) if sign == "/" else _dot(line, i, context)


def _ending(line: Line, i: int, piece: Piece) -> Match[Piece]:
    case = line.glued_case(i)
    return Match(piece, case.end, case.mark) if case else Match(piece, i)


def _three_numbers(line: Line, i: int) -> Match[Piece] | None:
    first, second, third = (line.tokens[i + n] for n in (0, 2, 4))
    end = i + 6 if line.tokens[i + 1].text == "." and line.is_sign(i + 5, ".") else i + 5
    if len(first.text) == 4:
        if len(third.text) == 4:
            return None
        if line.is_sign(end, "t"):
            end += 1
        return _ending(line, end, Date(first.number, second.number, third.number))
    if len(first.text) > 2 or len(third.text) == 1:
        return None
    year = third.number if len(third.text) == 4 else _CENTURY + third.number
    return _ending(line, end, _day_and_month(line, first.number, second.number, year, line.tokens[i + 1].text))


def _day_and_month(line: Line, first: int, second: int, year: int | None, sign: str) -> Date | Unclear:
    """Take the first for the day, unless in this language the other way round is just as likely."""
    if sign == "/" and not line.lexicon.words.slash_is_day_first:
        if first <= 12 < second:
            return Date(year, first, second)
        if first <= 12 and first != second:
            return Unclear()
    return Date(year, second, first)


def _slash(line: Line, i: int) -> Match[Piece]:
    first, second = line.tokens[i], line.tokens[i + 2]
    numbers = {first.number, second.number}
    if min(numbers) < 1 or max(numbers) > 31 or min(numbers) > 12 or (first.number, second.number) == (24, 7):
        return _ending(line, i + 3, Unclear(Firmness.LOOSE))
    year = line.glued_number(i + 4, digits=(2, 4)) if line.is_sign(i + 3, "-") else None
    if year is not None:  # 27/11-2026, as Danes write
        year = year if year > 99 else _CENTURY + year
        return _ending(line, i + 5, _day_and_month(line, first.number, second.number, year, "/"))
    read = _day_and_month(line, first.number, second.number, None, "/")
    if isinstance(read, Date) and max(numbers) <= 12 and not first.text.startswith("0"):
        read = Date(None, read.month, read.day, Firmness.ASK)
    return _ending(line, i + 3, read)


def _dot(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Tell 27.11 from 15.30; what may be either is asked about."""
    first, second = line.tokens[i], line.tokens[i + 2]
    has_dot = line.is_sign(i + 3, ".")
    end = i + 4 if has_dot else i + 3
    may_be_clock = len(second.text) == 2 and first.number <= 24 and second.number <= 59
    # Nobody is due at eleven past ten: 10.11 is in November, 10.10 may be either.
    is_round = second.number % 5 == 0
    may_be_date = 1 <= first.number <= 31 and 1 <= second.number <= 12
    opener = line.lexicon.openers.at(line.words, end)
    has_hour_behind = opener is not None and opener.value is Mark.AT
    is_dot_of_date = has_dot and not (line.is_sentence and end == len(line.tokens))
    is_led = Mark.LEAD in context.pending or has_hour_behind or is_dot_of_date
    doubt = Firmness.ASK if line.lexicon.words.dot_is_clock else Firmness.LOOSE
    if not may_be_date:
        return None if may_be_clock or context.has_day else _ending(line, end, Unclear(Firmness.LOOSE))
    if may_be_clock and context.has_date:
        return None
    if may_be_clock and is_round and not is_led:
        return _ending(line, end, Unclear(doubt))
    firmness = Firmness.FIRM if is_led or (len(second.text) == 2 and not may_be_clock) else doubt
    return _ending(line, end, Date(None, second.number, first.number, firmness))


def read_day_and_month(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "27 November 2026", "27th of Nov"."""
    day = line.number(i)
    if day is None:
        return None
    end = line.skip(_after_ordinal(line, i + 1) or i + 1, ".")
    link = line.lexicon.links.at(line.words, end)
    month = line.lexicon.months.at(line.words, link.end if link else end)
    if month is None:
        return None
    year, end = _year(line, _after_short(line, month.end))
    return Match(Date(year, month.value, day), end, month.mark)


def read_month_and_day(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "November 27", "Kasım'ın 27'si"."""
    month = line.lexicon.months.at(line.words, i)
    if month is None:
        return None
    at = _after_short(line, month.end)
    link = line.lexicon.links.at(line.words, at)
    at = link.end if link else at
    day = line.number(at)
    if day is None or line.continues_number(at + 1) or line.lexicon.meridiems.at(line.words, at + 1):
        return None
    case = _glued(line, at + 1) and line.lexicon.month_day_cases.at(line.words, at + 1)
    if case:
        return Match(Date(None, month.value, day), case.end)
    if not line.lexicon.words.month_may_lead:
        return None
    year, end = _year(line, _after_ordinal(line, at + 1) or at + 1)
    return Match(Date(year, month.value, day), end)


def _glued(line: Line, i: int) -> bool:
    return i < len(line.tokens) and line.tokens[i].glued


def _after_ordinal(line: Line, i: int) -> int | None:
    found = line.lexicon.ordinals.at(line.words, i) if _glued(line, i) else None
    return found.end if found else None


def _after_short(line: Line, i: int) -> int:
    return i + 1 if line.is_sign(i, ".") and i + 1 < len(line.tokens) else i


def _year(line: Line, i: int) -> tuple[int | None, int]:
    at = line.skip(i, ",")
    year = line.number(at, digits=(4,))
    if year not in _YEARS or line.continues_number(at + 1):
        return None, i
    end = line.skip(at + 1, ".") if line.lexicon.year_words.at(line.words, line.skip(at + 1, ".")) else at + 1
    word = line.lexicon.year_words.at(line.words, end)
    end = word.end if word else end
    case = line.glued_case(end)
    return year, case.end if case else end


def read_day_of_month(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "27th", "27. kuupäevaks"."""
    day = line.number(i)
    if day is None or line.continues_number(i + 1):
        return None
    ordinal = _after_ordinal(line, i + 1)
    if closer := line.lexicon.month_day_closers.at(line.words, ordinal or _after_dot(line, i + 1)):
        return Match(MonthDay(day), closer.end, closer.mark)
    if ordinal is not None and not line.lexicon.weeks.at(line.words, ordinal):  # "48th week"
        return Match(MonthDay(day), ordinal)
    return None


def read_opened_day_of_month(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "the 27th", "den 27.", "ayın 27'sinde"."""
    opener = line.lexicon.month_day_openers.at(line.words, i)
    if opener is None:
        return None
    behind = opener.end + 1
    day = line.number(opener.end)
    if day is None or line.continues_number(behind):
        return None
    if _glued(line, behind) and (case := line.lexicon.month_day_cases.at(line.words, behind)):
        return Match(MonthDay(day), case.end, Mark.ON)
    if found := read_day_of_month(line, opener.end, context):
        return found
    hour = line.lexicon.openers.at(line.words, behind)
    if hour is not None and hour.value is Mark.AT and not line.lexicon.words.ordinals:
        return Match(MonthDay(day), behind)  # "den 24 kl. 9"
    if line.is_sentence and behind == len(line.tokens) and not line.lexicon.words.ordinals:
        return Match(MonthDay(day), behind)  # "den 1." at the end of a line, where the dot may be the sentence's
    dot = _after_dot(line, behind)
    if dot > behind and not line.lexicon.months.at(line.words, dot):
        return Match(MonthDay(day), dot)
    return None


def _after_dot(line: Line, i: int) -> int:
    return i + 1 if line.is_sign(i, ".") else i


def read_week(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "week 48", "uge 48, 2026"."""
    week = line.lexicon.weeks.at(line.words, i)
    number = line.number(week.end) if week else None
    if week is None or number is None or line.continues_number(week.end + 1):
        return None
    year, end = _year(line, week.end + 1)
    case = line.glued_case(end)
    return Match(Week(year, number), case.end if case else end, week.mark or (case.mark if case else None))


def read_ordinal_week(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "48. hafta", "48th week"."""
    number = line.number(i)
    after = _after_ordinal(line, i + 1) or _after_dot(line, i + 1)
    if number is None or after == i + 1:
        return None
    week = line.lexicon.weeks.at(line.words, after)
    return Match(Week(None, number), week.end, week.mark) if week else None
