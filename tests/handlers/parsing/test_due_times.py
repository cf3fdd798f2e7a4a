"""Due times: the tables of four languages, the rules one by one, and what must hold for any text."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date, format_datetime
from hypothesis import given
from hypothesis import strategies as st

from handlers.parsing.due_times import Assumption, DueProblem, DueReading, Trouble, find_due, read_due
from tests.handlers.parsing.due_phrases import TYPED_AT, ZONES, calendar_of, in_all_languages, phrases, told

Answer = DueReading | DueProblem | None


def read(text: str, language: str = "en", now: datetime = TYPED_AT, hours: str = "mon-fri 09:00-17:00") -> Answer:
    calendar = calendar_of(language, hours)
    return read_due(text, now=calendar.instant(now), calendar=calendar, languages=[language, "en"])


def find(text: str, language: str = "en") -> Answer:
    calendar = calendar_of(language)
    return find_due(text, now=calendar.instant(TYPED_AT), calendar=calendar, languages=[language, "en"])


def said(text: str, language: str = "en", **how: object) -> str:
    return told(read(text, language, **how), calendar_of(language))  # type: ignore[arg-type]


# The tables.


@pytest.mark.parametrize(("language", "phrase", "expected"), in_all_languages("read"))
def test_a_due_time_is_read(language: str, phrase: str, expected: str) -> None:
    assert said(phrase, language) == expected


@pytest.mark.parametrize(("language", "phrase"), in_all_languages("asked"))
def test_what_is_not_understood_completely_is_asked_about(language: str, phrase: str) -> None:
    assert said(phrase, language) == Trouble.UNREADABLE


@pytest.mark.parametrize(("language", "phrase"), in_all_languages("past"))
def test_a_dated_time_in_the_past_is_not_taken(language: str, phrase: str) -> None:
    assert said(phrase, language) == Trouble.PAST


@pytest.mark.parametrize(("language", "line", "title", "expected"), in_all_languages("found"))
def test_a_due_time_is_taken_out_of_a_line(language: str, line: str, title: str, expected: str) -> None:
    answer = find(line, language)
    assert told(answer, calendar_of(language)) == expected
    assert answer is not None
    start, end = answer.span
    assert " ".join(f"{line[:start]} {line[end:]}".split()) == title


@pytest.mark.parametrize(("language", "line"), in_all_languages("asked in a line"))
def test_what_looks_like_a_due_time_in_a_line_is_asked_about(language: str, line: str) -> None:
    assert isinstance(find(line, language), DueProblem)


@pytest.mark.parametrize(("language", "line"), in_all_languages("nothing"))
def test_an_ordinary_title_has_no_due_time(language: str, line: str) -> None:
    assert find(line, language) is None


@pytest.mark.parametrize("language", ZONES)
def test_the_tables_are_as_long_as_promised(language: str) -> None:
    assert len(list(phrases(language, "read"))) >= 60
    assert len(list(phrases(language, "asked"))) >= 25
    assert len(list(phrases(language, "found"))) >= 15


# The rules.


@pytest.mark.parametrize(
    ("phrase", "assumed"),
    [
        ("9:00", {Assumption.TOMORROW}),
        ("15:00", set()),
        ("at 3", {Assumption.AFTERNOON}),
        ("at 1", {Assumption.AFTERNOON}),
        ("3 pm", set()),
        ("next friday", {Assumption.NEXT_WEEK}),
        ("next monday", set()),
        ("wednesday 9:00", {Assumption.NEXT_WEEK}),
        ("friday", set()),
    ],
)
def test_what_was_guessed_is_said(phrase: str, assumed: set[Assumption]) -> None:
    answer = read(phrase)
    assert isinstance(answer, DueReading)
    assert answer.assumed == assumed


def test_a_bare_hour_that_passed_in_the_afternoon_is_guessed_twice() -> None:
    answer = read("at 3", now=datetime(2026, 11, 18, 16, 0))
    assert isinstance(answer, DueReading)
    assert answer.wall == datetime(2026, 11, 19, 15, 0)
    assert answer.assumed == {Assumption.AFTERNOON, Assumption.TOMORROW}


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("mon-fri 09:00-17:00", Trouble.UNREADABLE),
        ("mon-fri 06:00-14:00", "11-19 07:00"),
        ("mon-fri 12:00-20:00", "11-18 19:00"),
        ("always", "11-18 19:00"),
    ],
)
def test_a_bare_hour_is_looked_for_in_the_working_hours(hours: str, expected: str) -> None:
    assert said("at 7", hours=hours) == expected


@pytest.mark.parametrize(
    ("phrase", "now", "expected"),
    [
        ("friday", "2026-11-20 16:59", "11-20 eod"),
        ("friday", "2026-11-20 17:00", "11-27 eod"),
        ("friday 15:00", "2026-11-20 14:59", "11-20 15:00"),
        ("friday 15:00", "2026-11-20 15:00", "11-27 15:00"),
        ("this friday", "2026-11-21 10:00", Trouble.PAST),
        ("next friday", "2026-11-20 10:00", "11-27 eod"),
        ("coming friday", "2026-11-20 10:00", "11-27 eod"),
        ("today", "2026-11-18 18:00", Trouble.PAST),
        ("eod", "2026-11-18 18:00", Trouble.PAST),
        ("end of week", "2026-11-21 10:00", Trouble.PAST),
        ("today", "2026-11-21 10:00", "11-21 eod"),
        ("3 January", "2026-11-18 10:00", "2027-01-03 eod"),
        ("20 November", "2026-11-22 10:00", Trouble.PAST),
        ("week 1", "2026-12-30 10:00", "2027-01-08 eod"),
        ("week 53", "2026-12-30 10:00", "2027-01-01 eod"),
        ("in a month", "2027-01-31 10:00", "2027-02-28 10:00"),
        ("29 February", "2028-01-10 10:00", "2028-02-29 eod"),
        ("the 31st", "2026-11-18 10:00", "12-31 eod"),
        ("friday 15", "2026-11-18 10:00", "11-20 15:00"),
        ("friday 20", "2026-11-18 10:00", Trouble.UNREADABLE),
        ("in 3 business days", "2026-11-20 18:00", "11-25 eod"),
        ("midnight", "2026-12-31 23:00", "2027-01-01 00:00"),
    ],
)
def test_what_a_day_means_depends_on_when_it_is_said(phrase: str, now: str, expected: str) -> None:
    assert said(phrase, now=datetime.fromisoformat(now)) == expected


def test_hours_count_in_utc_and_days_on_the_wall_clock() -> None:
    before_the_clocks_go_back = datetime(2026, 10, 24, 12, 0)
    assert said("in 24 hours", now=before_the_clocks_go_back) == "10-25 11:00"
    assert said("in 1 day", now=before_the_clocks_go_back) == "10-25 12:00"


def test_a_wall_time_in_a_gap_moves_forward_and_in_a_fold_is_the_first() -> None:
    gap = read("29.3.2027 01:30", now=TYPED_AT)
    assert isinstance(gap, DueReading)
    gap = read("28.3.2027 01:30", now=TYPED_AT)
    assert isinstance(gap, DueReading)
    assert gap.wall == datetime(2027, 3, 28, 1, 30)
    assert gap.at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    fold = read("31.10.2027 01:30", now=TYPED_AT)
    assert isinstance(fold, DueReading)
    assert fold.at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_lapse_of_hours_has_no_wall_time() -> None:
    answer = read("in 2 hours")
    assert isinstance(answer, DueReading)
    assert answer.wall is None


def test_the_week_ends_with_its_last_business_day() -> None:
    calendar = calendar_of("en")
    closed = type(calendar)(calendar.hours, calendar.zone, holidays={date(2026, 11, 27)})
    answer = read_due("week 48", now=calendar.instant(TYPED_AT), calendar=closed, languages=["en"])
    assert told(answer, closed) == "11-26 eod"


def test_the_persons_own_language_comes_first() -> None:
    assert said("3/4", "da") == "2027-04-03 eod"
    assert said("3/4", "en") == Trouble.UNREADABLE


def test_a_language_that_nobody_knows_is_passed_over() -> None:
    calendar = calendar_of("en")
    answer = read_due("friday", now=calendar.instant(TYPED_AT), calendar=calendar, languages=["xx", "en"])
    assert told(answer, calendar) == "11-20 eod"


@pytest.mark.parametrize("text", ["", "   ", "...", "\u200f", "\n", "–", "🎉"])
def test_no_words_are_no_due_time(text: str) -> None:
    assert read(text) is None
    assert find(text) is None


@pytest.mark.parametrize("text", ["by\u00a0friday\u00a015:00", "\u200fby friday 15:00\u200e", " By  FRIDAY,  15:00 . "])
def test_spaces_marks_and_capitals_do_not_matter(text: str) -> None:
    assert said(text) == "11-20 15:00"


def test_a_letter_in_two_parts_is_the_same_letter() -> None:
    assert said("pu\u0308hapa\u0308ev", "et") == "11-22 eod"
    assert said("C\u0327ars\u0327amba", "tr") == "11-18 eod"


# Any text at all.

_WORDS = sorted({word for section in ("read", "asked", "found", "nothing") for row in in_all_languages(section)
                 for word in row[1].split()})  # fmt: skip
_TIMELY = st.lists(st.sampled_from(_WORDS), max_size=9).map(" ".join)
_ANY_TEXT = st.one_of(st.text(max_size=200), _TIMELY, st.text(alphabet="0123456789.:/-'hkl W", max_size=20))


@given(text=_ANY_TEXT, language=st.sampled_from(sorted(ZONES)))
def test_an_answer_lies_in_the_text_and_ahead(text: str, language: str) -> None:
    calendar = calendar_of(language)
    now = calendar.instant(TYPED_AT)
    for answer in (read(text, language), find(text, language)):
        if answer is None:
            continue
        start, end = answer.span
        assert 0 <= start < end <= len(text)
        if isinstance(answer, DueReading):
            assert now < answer.at <= now + timedelta(days=3660)
            assert answer.at.tzinfo is UTC
            assert answer.wall is None or calendar.instant(answer.wall) == answer.at


@given(
    day=st.dates(date(2026, 11, 19), date(2036, 11, 1)),
    language=st.sampled_from(sorted(ZONES)),
    style=st.sampled_from(["medium", "long", "full"]),
)
def test_a_date_as_babel_writes_it_is_read_back(day: date, language: str, style: str) -> None:
    answer = read(format_date(day, style, locale=language), language)
    assert isinstance(answer, DueReading)
    assert answer.wall is not None
    assert answer.wall.date() == day


@given(
    at=st.datetimes(datetime(2026, 11, 19), datetime(2036, 11, 1)).map(lambda at: at.replace(second=0, microsecond=0)),
    language=st.sampled_from(sorted(ZONES)),
)
def test_a_date_and_time_as_babel_writes_them_are_read_back(at: datetime, language: str) -> None:
    patterns = {
        "en": "d MMMM y h:mm a",
        "da": "d. MMMM y 'kl.' HH.mm",
        "et": "d. MMMM y 'kell' HH:mm",
        "tr": "d MMMM y HH:mm",
    }
    answer = read(format_datetime(at, patterns[language], locale=language), language)
    assert isinstance(answer, DueReading)
    assert answer.wall == at


HOSTILE = [
    "a" * 3000, "friday " * 430, "1" * 3000, "1." * 1500, "by " * 1000, "27.11" * 600, "tomorrow, " * 300,
    "\x00" * 3000, "🎉" * 3000, "'" * 3000, "a'" * 1500, "in 1 hour " * 300, "half " * 600, "on on bir " * 300,
    "\u0301" * 3000, "(" * 3000, ":a:" * 1000, "fredag kl. " * 270, "the end of the " * 200, "i i " * 750,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:10]))
@pytest.mark.parametrize("language", ZONES)
def test_three_thousand_characters_take_no_time(text: str, language: str) -> None:
    began = time.process_time()
    find(text, language)
    read(text, language)
    assert time.process_time() - began < 1.0  # 20 to 50 ms when nothing else runs; minutes if it backtracked


@pytest.mark.parametrize("language", ZONES)
def test_a_very_long_message_takes_no_time_and_is_read_at_its_ends(language: str) -> None:
    words = "Send the offer 12 13 14 and the " * 1250
    began = time.process_time()
    assert find(words, language) is None
    assert time.process_time() - began < 2.0  # under 0.1 s when nothing else runs, 6.7 s before
    assert isinstance(find(f"{words} tomorrow 15:00", "en"), DueReading)
