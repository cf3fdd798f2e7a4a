"""Clock times: "15:00", "3 pm", "kl. 15.30", "halv fire", "saat üç buçukta"."""

from dataclasses import replace

from handlers.parsing.due_lexicon import Match
from handlers.parsing.due_line import Context, Line
from handlers.parsing.due_values import (
    Clock,
    Date,
    DayHour,
    DaysAhead,
    Firmness,
    Mark,
    MonthDay,
    Piece,
    Unclear,
    Weekday,
)

_AFTERNOON_HOURS = range(1, 8)


def _clock(hour: int, minute: int, written: str) -> Clock:
    return Clock(hour, minute, is_bare=hour in _AFTERNOON_HOURS and not written.startswith("0"))


def _with_part(line: Line, clock: Clock, i: int) -> Match[Piece]:
    """Add am or pm, "o'clock" and a case ending, in any order that people write."""
    case = line.glued_case(i)
    if case is not None:
        return Match(clock, case.end, case.mark)
    word = line.lexicon.hour_words.at(line.words, i)
    i = word.end if word else i
    meridiem = line.lexicon.meridiems.at(line.words, i)
    if meridiem is None:
        return Match(clock, i)
    return Match(Clock(clock.hour, clock.minute, False, meridiem.value), meridiem.end)


def read_clock(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "15:00", "3 pm"; a mere number is one beside "at", a case ending, am or pm, or behind a day."""
    hour = line.number(i)
    if hour is None:
        return _four_digits(line, i, context)
    written = line.tokens[i].text
    minute = line.glued_number(i + 2, digits=(2,)) if line.is_sign(i + 1, ":.") else None
    if minute is None:
        return _hour_only(line, i, context)
    if line.continues_number(i + 3):
        return None
    clock = _clock(hour, minute, written)
    found = _with_part(line, clock, i + 3)
    is_sure = line.tokens[i + 1].text == ":" or Mark.AT in context.pending or context.has_day
    if is_sure or line.lexicon.words.dot_is_clock or found.end > i + 3:
        return found
    return Match(Unclear(Firmness.LOOSE), found.end)


def _four_digits(line: Line, i: int, context: Context) -> Match[Piece] | None:
    number = line.number(i, digits=(4,))
    if number is None or Mark.AT not in context.pending or line.continues_number(i + 1):
        return None
    return _with_part(line, _clock(number // 100, number % 100, line.tokens[i].text), i + 1)


def _hour_only(line: Line, i: int, context: Context) -> Match[Piece] | None:
    if line.continues_number(i + 1):
        return None
    hour, after = line.tokens[i].number, i + 1
    quarters = line.lexicon.after_hour.at(line.words, after) or line.lexicon.after_hour.at(line.words, after + 1)
    if quarters and (quarters.end == after + 1 or line.tokens[after].glued or not line.tokens[after].is_word):
        return Match(_shifted(hour, quarters.value), quarters.end, Mark.AT)
    clock = _clock(hour, 0, line.tokens[i].text)
    found = _with_part(line, clock, after)
    if Mark.AT in context.pending or (context.has_day and found.end > after):
        return found
    if case := line.glued_case(after):
        return None if case.mark else Match(replace(clock, firmness=Firmness.ASK), case.end)
    if found.end > after:
        return found
    piece = line.lexicon.whole_pieces.at(line.words, after)
    if piece and isinstance(piece.value, DayHour):
        return found
    return _behind_day(line, clock, after, context)


def _behind_day(line: Line, clock: Clock, after: int, context: Context) -> Match[Piece] | None:
    """Read the 15 of "friday 15" at the end of a line; 25 to 31 can only be days of the month."""
    if after < len(line.tokens) and not line.lexicon.closers.at(line.words, after):
        return None
    if not context.phrase.has(Weekday, DaysAhead, Date, DayHour) or context.phrase.has(Clock):
        return None
    if clock.hour > 24:
        return Match(MonthDay(clock.hour), after)
    return Match(Clock(clock.hour, 0, clock.is_bare, is_number_only=True), after)


def read_clock_in_words(line: Line, i: int, context: Context) -> Match[Piece] | None:
    """Read "half past three", "halv fire", "üç buçukta", "kell kolm"."""
    if shift := line.lexicon.before_hour.at(line.words, i):
        return _hour_in_words(line, shift.end, shift.value)
    if unclear := line.lexicon.unclear_before_hour.at(line.words, i):
        hour = _hour_in_words(line, unclear.end, 0)
        return Match(Unclear(), hour.end, Mark.AT) if hour else None
    hours = line.lexicon.hours.at(line.words, i)
    if hours is None:
        return None
    if quarters := line.lexicon.after_hour.at(line.words, hours.end):
        return Match(_shifted(hours.value, quarters.value), quarters.end, Mark.AT)
    clock = Clock(hours.value, 0, hours.value in _AFTERNOON_HOURS)
    found = _with_part(line, clock, hours.end)
    if Mark.AT in context.pending or found.end > hours.end or _ends_phrase_of_day(line, hours.end, context):
        return Match(found.value, found.end, Mark.AT)
    return None


def _ends_phrase_of_day(line: Line, i: int, context: Context) -> bool:
    return i == len(line.tokens) and (context.has_day or context.phrase.has(DayHour))


def _hour_in_words(line: Line, i: int, shift: int) -> Match[Piece] | None:
    hour = line.number(i)
    if hour is not None:
        if line.continues_number(i + 1):
            return None
        return _with_part(line, _shifted(hour, shift), i + 1)._replace(mark=Mark.AT)
    hours = line.lexicon.hours.at(line.words, i)
    if hours is None:
        return None
    return _with_part(line, _shifted(hours.value, shift), hours.end)._replace(mark=Mark.AT)


def _shifted(hour: int, minutes: int) -> Clock:
    total = hour * 60 + minutes
    return Clock(total // 60, total % 60, is_bare=total // 60 in _AFTERNOON_HOURS or hour in _AFTERNOON_HOURS)
