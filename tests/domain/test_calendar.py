from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from bot.domain.calendar import LONGEST_CLOSURE, Calendar, WeeklyHours

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LONDON = ZoneInfo("Europe/London")
OFFICE = "mon-fri 09:00-17:00"
WITH_LUNCH = "mon-thu 08:00-12:00,13:00-16:30; fri 08:00-15:00"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = timedelta(0)


def calendar(
    hours: str = OFFICE,
    zone: ZoneInfo = COPENHAGEN,
    holidays: Container[date] = frozenset(),
    absences: tuple[tuple[date, date], ...] = (),
) -> Calendar:
    return Calendar(WeeklyHours.parse(hours), zone, holidays, absences)


# --- wall clocks ---


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cph(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        (COPENHAGEN, "2026-11-02 10:00", "2026-11-02 09:00"),
        (COPENHAGEN, "2026-03-29 01:59", "2026-03-29 00:59"),
        (COPENHAGEN, "2026-03-29 02:30", "2026-03-29 01:30"),  # a gap: 03:30 on the clock
        (COPENHAGEN, "2026-03-29 03:30", "2026-03-29 01:30"),
        (COPENHAGEN, "2026-10-25 02:30", "2026-10-25 00:30"),  # a fold: the first
        (COPENHAGEN, "2026-10-25 03:00", "2026-10-25 02:00"),
        (LONDON, "2026-03-29 01:30", "2026-03-29 01:30"),
        (LONDON, "2026-10-25 01:30", "2026-10-25 00:30"),
        (ZoneInfo("Pacific/Apia"), "2011-12-30 12:00", "2011-12-30 22:00"),  # a day that never was
    ],
)
def test_a_gap_maps_forward_and_a_fold_takes_the_first(zone: ZoneInfo, wall: str, instant: str) -> None:
    for fold in (0, 1):
        assert calendar(zone=zone).instant(datetime.fromisoformat(wall).replace(fold=fold)) == utc(instant)


def test_local_is_the_same_instant_on_the_wall_clock() -> None:
    at = utc("2026-10-25 01:30")
    local = calendar().local(at)
    assert (local.isoformat(), local.fold) == ("2026-10-25T02:30:00+01:00", 1)
    assert local.astimezone(UTC) == at


def test_an_instant_needs_a_zone_and_a_wall_time_has_none() -> None:
    naive, office = datetime(2026, 11, 2, 10), calendar()
    for ask in (office.local, office.is_open, office.next_opening, office.last_closing, office.quiet_until):
        with pytest.raises(ValueError, match="without a zone"):
            ask(naive)
    with pytest.raises(ValueError, match="without a zone"):
        office.add(naive, HOUR)
    with pytest.raises(ValueError, match="with a zone"):
        office.instant(utc("2026-11-02 10:00"))


@pytest.mark.parametrize(
    ("hours", "day", "opens", "closes"),
    [
        # An edge inside the gap is the jump, at 01:00 UTC; one inside the fold is the first of the two.
        ("sun 02:30-05:00", "2026-03-29", "2026-03-29 01:00", "2026-03-29 03:00"),
        ("sun 01:00-02:30", "2026-03-29", "2026-03-29 00:00", "2026-03-29 01:00"),
        ("sun 01:00-04:00", "2026-03-29", "2026-03-29 00:00", "2026-03-29 02:00"),
        ("sun 02:30-05:00", "2026-10-25", "2026-10-25 00:30", "2026-10-25 04:00"),
        ("sun 01:00-02:30", "2026-10-25", "2026-10-24 23:00", "2026-10-25 00:30"),
        ("sun 01:00-04:00", "2026-10-25", "2026-10-24 23:00", "2026-10-25 03:00"),
    ],
)
def test_openings_on_the_days_the_clocks_change(hours: str, day: str, opens: str, closes: str) -> None:
    night, midnight = calendar(hours), cph(day)
    assert night.next_opening(midnight) == utc(opens)
    assert night.last_closing(midnight + DAY) == utc(closes)
    assert night.between(midnight, midnight + DAY) == utc(closes) - utc(opens)
    assert night.end_of_day(date.fromisoformat(day)) == utc(closes)


def test_hours_that_fall_into_the_gap_are_no_hours() -> None:
    night = calendar("sun 02:00-03:00")
    assert night.next_opening(cph("2026-03-28 12:00")) == cph("2026-04-05 02:00")
    assert night.between(cph("2026-03-29 00:00"), cph("2026-03-30 00:00")) == NOTHING


def test_hours_that_begin_before_the_clock_goes_back_over_midnight_go_on() -> None:
    # At 00:01 on Sunday it was 23:01 on Saturday again.
    night = calendar("sun 00:00-06:00", ZoneInfo("America/St_Johns"))
    opens, saturday_again, closes = utc("2010-11-07 02:30"), utc("2010-11-07 03:00"), utc("2010-11-07 09:30")
    assert night.local(saturday_again).isoformat() == "2010-11-06T23:30:00-03:30"
    assert night.next_opening(opens - HOUR) == opens
    assert night.is_open(saturday_again)
    assert night.between(opens - HOUR, saturday_again) == saturday_again - opens
    assert night.add(saturday_again, HOUR) == saturday_again + HOUR
    assert night.subtract(saturday_again, HOUR / 2) == opens
    assert night.last_closing(closes) == closes


def test_answers_are_in_utc_and_counted_in_it_whatever_zone_was_asked_in() -> None:
    office, always = calendar(), calendar("always")
    start = datetime(2026, 3, 28, 20, tzinfo=COPENHAGEN)
    end = datetime(2026, 3, 29, 20, tzinfo=COPENHAGEN)
    assert always.between(start, end) == 23 * HOUR
    assert always.add(start, 23 * HOUR) == end
    answers = [office.instant(datetime(2026, 3, 28)), office.end_of_day(date(2026, 3, 28)), office.last_closing(start)]
    for at in (start, start - 10 * HOUR, start - DAY - 10 * HOUR):
        answers += [office.next_opening(at), office.quiet_until(at), office.add(at, HOUR), office.subtract(at, HOUR)]
        answers += [office.add_days(at, 1), office.add_days(at, 0)]
    assert {answer and answer.tzinfo for answer in answers} == {UTC}


# --- open and closed ---


@pytest.mark.parametrize(
    ("at", "is_open", "next_opening", "last_closing"),
    [
        ("2026-11-02 08:59:59", False, "2026-11-02 09:00", "2026-10-30 17:00"),
        ("2026-11-02 09:00", True, "2026-11-02 09:00", "2026-10-30 17:00"),
        ("2026-11-02 16:59:59", True, "2026-11-02 16:59:59", "2026-10-30 17:00"),
        ("2026-11-02 17:00", False, "2026-11-03 09:00", "2026-11-02 17:00"),
        ("2026-11-06 17:00", False, "2026-11-09 09:00", "2026-11-06 17:00"),
        ("2026-12-24 12:00", True, "2026-12-24 12:00", "2026-12-23 17:00"),
        ("2026-12-25 12:00", False, "2026-12-28 09:00", "2026-12-24 17:00"),  # a holiday, then a weekend
        ("2026-11-18 12:00", False, "2026-11-23 09:00", "2026-11-17 17:00"),  # away until Friday included
    ],
)
def test_the_opening_instant_is_open_and_the_closing_one_is_not(
    at: str, is_open: bool, next_opening: str, last_closing: str
) -> None:
    office = calendar(holidays={date(2026, 12, 25)}, absences=((date(2026, 11, 18), date(2026, 11, 20)),))
    assert office.is_open(cph(at)) is is_open
    assert office.next_opening(cph(at)) == cph(next_opening)
    assert office.last_closing(cph(at)) == cph(last_closing)


@pytest.mark.parametrize(
    ("wall", "is_worked"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 17:00", True),
        ("2026-11-20 17:01", False),
        ("2026-11-21 12:00", False),
    ],
)
def test_a_working_days_hours_are_worked_to_the_closing_time(wall: str, is_worked: bool) -> None:
    office = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), COPENHAGEN)
    assert office.is_worked(datetime.fromisoformat(wall)) is is_worked


def test_midnight_is_no_closing_where_the_next_day_opens_with_it() -> None:
    whole_days = calendar("mon-fri 00:00-24:00")
    assert whole_days.last_closing(cph("2026-11-04 12:00")) == cph("2026-10-31 00:00")
    assert calendar("always").last_closing(cph("2026-11-04 12:00")) is None


def test_the_holidays_package_serves_as_it_is() -> None:
    danish = calendar(holidays=holidays.country_holidays("DK"))
    assert [day for day in range(1, 8) if danish.is_business_day(date(2026, 4, day))] == [1, 7]  # Easter
    assert danish.add(cph("2026-04-01 16:00"), 2 * HOUR) == cph("2026-04-07 10:00")


@pytest.mark.parametrize(
    ("hours", "day", "ends"),
    [
        (WITH_LUNCH, "2026-11-05", "2026-11-05 16:30"),
        (WITH_LUNCH, "2026-11-06", "2026-11-06 15:00"),
        (WITH_LUNCH, "2026-12-25", "2026-12-25 15:00"),  # a holiday on a Friday ends as Fridays do
        (WITH_LUNCH, "2026-11-07", "2026-11-07 16:30"),  # no Saturday is usual: the latest of the week
        ("always", "2026-11-07", "2026-11-07 23:59"),
        ("mon-fri 18:00-24:00", "2026-11-05", "2026-11-05 23:59"),
        ("always", "2026-03-29", "2026-03-29 23:59"),
    ],
)
def test_the_end_of_a_day_is_on_that_day(hours: str, day: str, ends: str) -> None:
    assert calendar(hours, holidays={date(2026, 12, 25)}).end_of_day(date.fromisoformat(day)) == cph(ends)


@pytest.mark.parametrize(
    ("at", "sent_at"),
    [
        ("2026-11-02 12:00", "2026-11-02 12:00"),
        ("2026-11-02 17:00", "2026-11-02 17:00"),
        ("2026-11-02 17:15", "2026-11-02 17:15"),
        ("2026-11-02 17:15:01", "2026-11-03 09:00"),
        ("2026-11-03 03:00", "2026-11-03 09:00"),
        ("2026-11-03 08:59:59", "2026-11-03 09:00"),
        ("2026-11-06 20:00", "2026-11-09 09:00"),
    ],
)
def test_a_notice_goes_out_in_hours_and_a_quarter_past_closing(at: str, sent_at: str) -> None:
    assert calendar().quiet_until(cph(at)) == cph(sent_at)


def test_grace_can_be_chosen() -> None:
    assert calendar().quiet_until(cph("2026-11-02 17:00"), grace=NOTHING) == cph("2026-11-02 17:00")
    assert calendar().quiet_until(cph("2026-11-02 17:01"), grace=NOTHING) == cph("2026-11-03 09:00")
    assert calendar().quiet_until(cph("2026-11-02 19:00"), grace=2 * HOUR) == cph("2026-11-02 19:00")


def test_what_was_asked_before_changes_no_answer() -> None:
    office = calendar()
    assert office.quiet_until(cph("2026-11-02 19:00"), grace=2 * HOUR) == cph("2026-11-02 19:00")
    assert office.quiet_until(cph("2026-11-02 19:00")) == cph("2026-11-03 09:00")
    assert office.quiet_until(cph("2026-11-03 19:00")) == cph("2026-11-04 09:00")
    assert office.quiet_until(cph("2026-11-02 19:00"), grace=2 * HOUR) == cph("2026-11-02 19:00")


# --- counting ---


@pytest.mark.parametrize(
    ("hours", "start", "business", "end"),
    [
        (OFFICE, "2026-11-02 10:00", 2 * HOUR, "2026-11-02 12:00"),
        (OFFICE, "2026-11-02 10:00", 7 * HOUR, "2026-11-02 17:00"),
        (OFFICE, "2026-11-02 10:00", 8 * HOUR, "2026-11-03 10:00"),
        (OFFICE, "2026-11-06 16:30", HOUR, "2026-11-09 09:30"),
        (OFFICE, "2026-11-02 10:00", 40 * HOUR, "2026-11-09 10:00"),
        (WITH_LUNCH, "2026-11-05 11:00", 2 * HOUR, "2026-11-05 14:00"),
        (WITH_LUNCH, "2026-11-06 14:00", 2 * HOUR, "2026-11-09 09:00"),
        ("always", "2026-03-28 12:00", 24 * HOUR, "2026-03-29 13:00"),
        ("always", "2026-10-24 12:00", 24 * HOUR, "2026-10-25 11:00"),
        ("mon-sun 00:00-04:00", "2026-03-29 00:00", 4 * HOUR, "2026-03-30 01:00"),
        ("mon-sun 00:00-04:00", "2026-10-25 00:00", 5 * HOUR, "2026-10-25 04:00"),
    ],
)
def test_business_time_is_counted_in_open_hours(hours: str, start: str, business: timedelta, end: str) -> None:
    counted = calendar(hours)
    assert counted.add(cph(start), business) == cph(end)
    assert counted.subtract(cph(end), business) == cph(start)
    assert counted.between(cph(start), cph(end)) == business
    assert counted.between(cph(end), cph(start)) == -business


def test_closed_time_counts_for_nothing() -> None:
    office = calendar()
    saturday, sunday = cph("2026-11-07 11:00"), cph("2026-11-08 23:00")
    assert office.between(saturday, sunday) == NOTHING
    assert office.add(saturday, NOTHING) == cph("2026-11-09 09:00")
    assert office.add(saturday, HOUR) == office.add(sunday, HOUR) == cph("2026-11-09 10:00")
    assert office.subtract(saturday, NOTHING) == cph("2026-11-06 17:00")
    assert office.subtract(saturday, HOUR) == office.subtract(sunday, HOUR) == cph("2026-11-06 16:00")


def test_adding_nothing_at_a_closing_stays_there() -> None:
    whole_days = calendar("mon-fri 00:00-24:00")
    assert whole_days.add(cph("2026-11-07 00:00"), NOTHING) == cph("2026-11-07 00:00")
    assert whole_days.subtract(cph("2026-11-07 00:00"), NOTHING) == cph("2026-11-07 00:00")
    assert whole_days.subtract(cph("2026-11-09 00:00"), NOTHING) == cph("2026-11-09 00:00")


def test_years_are_counted_as_days_are() -> None:
    office = calendar()
    monday, weeks = cph("2023-01-02 09:00"), 52 * 4
    assert office.add(monday, 40 * HOUR * weeks - HOUR) == cph("2026-12-25 16:00")
    assert office.subtract(cph("2026-12-25 16:00"), 40 * HOUR * weeks - HOUR) == monday
    assert office.between(monday, cph("2026-12-25 16:00")) == 40 * HOUR * weeks - HOUR


@pytest.mark.parametrize(
    ("hours", "start", "days", "end"),
    [
        (OFFICE, "2026-11-02 10:00", 2, "2026-11-04 10:00"),
        (OFFICE, "2026-11-06 10:00", 1, "2026-11-09 10:00"),
        (OFFICE, "2026-11-07 20:00", 1, "2026-11-09 20:00"),
        (OFFICE, "2026-11-09 10:00", -1, "2026-11-06 10:00"),
        (OFFICE, "2026-11-08 10:00", -2, "2026-11-05 10:00"),
        (OFFICE, "2026-12-23 10:00", 2, "2026-12-28 10:00"),
        (OFFICE, "2026-11-02 10:00", 0, "2026-11-02 10:00"),
        ("always", "2026-11-06 10:00", 1, "2026-11-07 10:00"),
        ("always", "2026-03-28 02:30", 1, "2026-03-29 03:30"),
        ("always", "2026-03-28 12:00", 1, "2026-03-29 12:00"),
        ("always", "2026-10-24 12:00", 1, "2026-10-25 12:00"),
    ],
)
def test_days_are_added_on_the_wall_clock(hours: str, start: str, days: int, end: str) -> None:
    assert calendar(hours, holidays={date(2026, 12, 25)}).add_days(cph(start), days) == cph(end)


def test_business_days_ahead_are_measured_by_the_same_marks() -> None:
    office = calendar()
    monday = cph("2026-11-02 10:00")
    assert office.business_days_between(monday, cph("2026-11-04 10:00")) == 2.0
    assert office.business_days_between(monday, cph("2026-11-04 22:00")) == 2.5
    assert office.business_days_between(monday, cph("2026-11-09 10:00")) == 5.0
    assert office.business_days_between(cph("2026-11-09 10:00"), monday) == -5.0
    assert office.business_days_between(monday, monday) == 0.0


# --- bounds ---


class CountingDaysOff:
    """Count how often somebody asks whether a day is off."""

    def __init__(self, *, all_off: bool) -> None:
        self.all_off = all_off
        self.asked = 0

    def __contains__(self, day: object) -> bool:
        self.asked += 1
        return self.all_off


def test_where_nobody_ever_works_the_plain_clock_counts() -> None:
    off = CountingDaysOff(all_off=True)
    closed, at = calendar(holidays=off), cph("2026-11-02 10:00")
    assert not closed.is_open(at)
    assert closed.next_opening(at) == closed.quiet_until(at) == at
    assert closed.last_closing(at) is None
    assert closed.add(at, 9 * HOUR) == at + 9 * HOUR
    assert closed.subtract(at, 9 * HOUR) == at - 9 * HOUR
    assert closed.between(at, at + 9 * HOUR) == NOTHING
    assert closed.add_days(at, 3) == at + 3 * DAY
    assert closed.add_days(at, -3) == at - 3 * DAY
    assert closed.business_days_between(at, at + 3 * DAY) == 3.0
    assert closed.end_of_day(date(2026, 11, 2)) == cph("2026-11-02 17:00")
    assert off.asked < 10 * LONGEST_CLOSURE.days


def test_what_lies_beyond_the_last_opening_is_counted_by_the_plain_clock_from_there() -> None:
    gone = calendar(absences=((date(2026, 11, 4), date.max),))
    assert gone.add(cph("2026-11-03 16:00"), 3 * HOUR) == cph("2026-11-03 19:00")
    assert gone.add_days(cph("2026-11-02 10:00"), 3) == cph("2026-11-05 10:00")


def test_a_long_closure_within_bounds_is_waited_for() -> None:
    leave = calendar(absences=((date(2026, 1, 1), date(2026, 12, 31)),))
    assert leave.next_opening(cph("2026-01-01 12:00")) == cph("2027-01-01 09:00")
    assert leave.last_closing(cph("2026-12-31 12:00")) == cph("2025-12-31 17:00")
    assert leave.add_days(cph("2025-12-31 12:00"), 1) == cph("2027-01-01 12:00")


def test_days_are_walked_and_nothing_finer() -> None:
    off = CountingDaysOff(all_off=False)
    always, at = calendar("always", holidays=off), cph("2026-11-02 10:00")
    end = at + 3650 * DAY
    assert always.between(at, end) == 3650 * DAY
    assert always.add(at, 3650 * DAY) == end
    assert always.subtract(end, 3650 * DAY) == at
    assert off.asked <= 3 * 3660
