"""From a phrase to an instant: which day, which hour, and whether that makes sense."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.calendar import Calendar
from handlers.parsing.due_values import (
    Assumption,
    Clock,
    Date,
    DayHour,
    Daypart,
    DaysAhead,
    DueProblem,
    DueReading,
    EndOf,
    Lapse,
    MonthDay,
    Period,
    Phrase,
    Trouble,
    Unclear,
    Week,
    Weekday,
    WeeksAhead,
    Which,
)

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_LONG_AGO = timedelta(days=182)  # a date without its year that is longer past than this is next year's
_FARTHEST = timedelta(days=3660)
_MOST_BUSINESS_DAYS = 1000
_DAY_KINDS = (Date, MonthDay, DaysAhead, Week, WeeksAhead)


class _NotADueTime(Exception):
    def __init__(self, kind: Trouble = Trouble.UNREADABLE) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class _Resolver:
    phrase: Phrase
    now: datetime
    calendar: Calendar
    wall_now: datetime
    assumed: set[Assumption] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.wall_now.date()

    def read(self) -> tuple[datetime, datetime | None, bool]:
        """Return the instant, the wall time meant, and whether a clock time was named."""
        if self.phrase.contradicts_itself or self.phrase.has(Unclear):
            raise _NotADueTime
        if lapse := self.phrase.get(Lapse):
            return self._after(lapse)
        end = self.phrase.get(EndOf)
        if end and end.period is not Period.DAY:
            return self._on(self._last_day_of(end), others_allowed=())
        if end and self.phrase.has(Clock, DayHour):
            raise _NotADueTime
        if not self.phrase.has(*_DAY_KINDS, Weekday):
            return self._at_end_of(self.today) if end else self._at_clock()
        if self.phrase.has(Weekday) and not self.phrase.has(*_DAY_KINDS):
            return self._on_weekday()
        return self._on(self._named_day(), others_allowed=(*_DAY_KINDS, Weekday))

    def _at_end_of(self, day: date) -> tuple[datetime, datetime, bool]:
        at = self.calendar.end_of_day(day)
        return at, self.calendar.local(at).replace(tzinfo=None), False

    def _at_wall(self, wall: datetime) -> tuple[datetime, datetime, bool]:
        return self.calendar.instant(wall), wall, True

    def _on(self, day: date, *, others_allowed: tuple[type, ...]) -> tuple[datetime, datetime, bool]:
        if any(self.phrase.has(kind) for kind in (*_DAY_KINDS, Weekday) if kind not in others_allowed):
            raise _NotADueTime
        if self._has_hour():
            return self._at_wall(self._wall(day))
        return self._at_end_of(day)

    # Hours.

    def _has_hour(self) -> bool:
        part = self.phrase.get(DayHour)
        if part and not self.phrase.has(Clock) and part.part not in (Daypart.MIDDAY, Daypart.MIDNIGHT):
            raise _NotADueTime  # "friday afternoon"
        return self.phrase.has(Clock, DayHour)

    def _wall(self, day: date) -> datetime:
        """Return the clock time on that day, 24:00 being the next day's first."""
        clock, part = self.phrase.get(Clock), self.phrase.get(DayHour)
        if clock is None:
            return self._noon_or_midnight(day)
        if not (0 <= clock.hour <= 24 and 0 <= clock.minute <= 59) or (clock.hour == 24 and clock.minute):
            raise _NotADueTime
        if clock.part and part and clock.part.hour(clock.hour) != part.part.hour(clock.hour):
            raise _NotADueTime
        said = clock.part or (part.part if part else None)
        hour = said.hour(clock.hour) if said else self._bare_hour(clock, day) if clock.is_bare else clock.hour
        if hour is None:
            raise _NotADueTime
        return datetime.combine(day, time()) + timedelta(hours=hour, minutes=clock.minute)

    def _noon_or_midnight(self, day: date) -> datetime:
        part = self.phrase.get(DayHour)
        if part and part.part is Daypart.MIDDAY:
            return datetime.combine(day, time(12))
        ahead = self.phrase.get(DaysAhead)
        if self.phrase.has(*_DAY_KINDS, Weekday, EndOf) and not (ahead and ahead.days == 0):
            raise _NotADueTime  # "friday midnight": the one before or the one after?
        return datetime.combine(day + _DAY, time())

    def _bare_hour(self, clock: Clock, day: date) -> int:
        """Return the hour inside working hours, the afternoon's first; if neither is, nobody knows."""
        workday = next((each for each in _days_from(day, 14) if self.calendar.is_business_day(each)), day)
        for shift in (12, 0):
            if self.calendar.is_worked(datetime.combine(workday, time(clock.hour + shift, clock.minute))):
                if shift:
                    self.assumed.add(Assumption.AFTERNOON)
                return clock.hour + shift
        raise _NotADueTime

    def _at_clock(self) -> tuple[datetime, datetime, bool]:
        """Return the clock time today, or tomorrow if it has passed."""
        if not self._has_hour():
            raise _NotADueTime
        wall = self._wall(self.today)
        if self.calendar.instant(wall) <= self.now:
            self.assumed = {Assumption.TOMORROW}
            wall = self._wall(self.today + _DAY)
        return self._at_wall(wall)

    # Days.

    def _named_day(self) -> date:
        """Return the day of a date, today, a week …; a weekday beside it must be its own."""
        kinds = [kind for kind in _DAY_KINDS if self.phrase.has(kind)]
        if len(kinds) != 1:
            raise _NotADueTime
        weekday = self.phrase.get(Weekday)
        if weekday and weekday.which is Which.NEXT:
            raise _NotADueTime
        if self.phrase.has(Week, WeeksAhead):
            return self._day_of_week(weekday)
        if found := self.phrase.get(Date):
            day = self._dated(found)
        elif found_day := self.phrase.get(MonthDay):
            day = self._month_day(found_day.day)
        else:
            day = self.today + (self.phrase.get(DaysAhead) or DaysAhead(0)).days * _DAY
            self._refuse_day_number(day)
        if weekday and weekday.number != day.weekday():
            raise _NotADueTime
        return day

    def _dated(self, found: Date) -> date:
        if found.year is not None:
            return date(found.year, found.month, found.day)
        day = date(self.today.year, found.month, found.day)
        if self.today - day > _LONG_AGO:
            return date(self.today.year + 1, found.month, found.day)
        return day

    def _month_day(self, number: int) -> date:
        """Return the next day of that number, not later than two months on."""
        if not 1 <= number <= 31:
            raise _NotADueTime
        return next(day for day in _days_from(self.today, 63) if day.day == number)

    def _day_of_week(self, weekday: Weekday | None) -> date:
        ahead, week = self.phrase.get(WeeksAhead), self.phrase.get(Week)
        if week:
            monday = self._monday_of(week)
        elif ahead and weekday:
            monday = self.today - self.today.weekday() * _DAY + ahead.weeks * _WEEK
        else:
            raise _NotADueTime  # "next week" says no day
        return monday + weekday.number * _DAY if weekday else self._last_business_day(monday, monday + 6 * _DAY)

    def _monday_of(self, week: Week) -> date:
        if week.year is not None:
            return date.fromisocalendar(week.year, week.number, 1)
        year = self.today.isocalendar().year
        monday = date.fromisocalendar(year, week.number, 1)
        return date.fromisocalendar(year + 1, week.number, 1) if self.today - monday > _LONG_AGO else monday

    def _on_weekday(self) -> tuple[datetime, datetime, bool]:
        """Return the coming weekday of that name; today while its time is still ahead."""
        weekday = self.phrase.get(Weekday)
        assert weekday is not None
        monday = self.today - self.today.weekday() * _DAY
        this_weeks = monday + weekday.number * _DAY
        if weekday.which is Which.NEXT:
            if this_weeks > self.today:
                self.assumed.add(Assumption.NEXT_WEEK)
            return self._on(this_weeks + _WEEK, others_allowed=(Weekday,))
        if weekday.which is Which.THIS:
            return self._on(this_weeks, others_allowed=(Weekday,))
        day = this_weeks if this_weeks >= self.today else this_weeks + _WEEK
        if weekday.which is Which.COMING and day == self.today:
            day += _WEEK
        self._refuse_day_number(day)
        found = self._on(day, others_allowed=(Weekday,))
        if found[0] <= self.now:
            self.assumed = {Assumption.NEXT_WEEK}
            return self._on(day + _WEEK, others_allowed=(Weekday,))
        return found

    def _refuse_day_number(self, day: date) -> None:
        """Refuse "friday 20" where one of the next Fridays is the 20th: the hour, or the day?"""
        clock = self.phrase.get(Clock)
        if clock and clock.is_number_only:
            weeks = range(5 if self.phrase.has(Weekday) else 1)
            if any((day + n * _WEEK).day == clock.hour for n in weeks):
                raise _NotADueTime

    # Ends and lapses.

    def _last_day_of(self, end: EndOf) -> date:
        if end.period is Period.WEEK:
            monday = self.today - self.today.weekday() * _DAY + end.ahead * _WEEK
            return self._last_business_day(monday, monday + 6 * _DAY)
        if end.month is not None:
            month = self.today.year * 12 + end.month - 1
            if (self.today.year * 12 + self.today.month - 1) - month > 6:
                month += 12
        else:
            size = end.period.value
            month = ((self.today.year * 12 + self.today.month - 1) // size + 1 + end.ahead) * size - 1
        first = date(month // 12, month % 12 + 1, 1)
        return self._last_business_day(first, first.replace(day=monthrange(first.year, first.month)[1]))

    def _last_business_day(self, first: date, last: date) -> date:
        days = (last - n * _DAY for n in range((last - first).days + 1))
        return next((day for day in days if self.calendar.is_business_day(day)), last)

    def _after(self, lapse: Lapse) -> tuple[datetime, datetime | None, bool]:
        if self.phrase.has(*_DAY_KINDS, Weekday, EndOf):
            raise _NotADueTime
        if lapse.minutes:
            if lapse.days or lapse.months or self._has_hour():
                raise _NotADueTime
            return self._plus(lapse), None, True
        if not (lapse.days or lapse.months) or (lapse.is_business and lapse.days > _MOST_BUSINESS_DAYS):
            raise _NotADueTime
        if lapse.is_business:
            day = self.calendar.local(self.calendar.add_days(self.now, lapse.days)).date()
            return self._on(day, others_allowed=())
        day = _months_on(self.today, lapse.months) + lapse.days * _DAY
        if self._has_hour():
            return self._at_wall(self._wall(day))
        return self._at_wall(datetime.combine(day, self.wall_now.time()))

    def _plus(self, lapse: Lapse) -> datetime:
        length = timedelta(minutes=lapse.minutes)
        if length > _FARTHEST:
            raise _NotADueTime
        return self.calendar.add(self.now, length) if lapse.is_business else self.now.astimezone(UTC) + length


def resolve(phrase: Phrase, span: tuple[int, int], *, now: datetime, calendar: Calendar) -> DueReading | DueProblem:
    """Return when the phrase is, or why it is no due time."""
    resolver = _Resolver(phrase, now, calendar, calendar.local(now).replace(tzinfo=None))
    try:
        at, wall, has_clock = resolver.read()
        if at <= now:
            raise _NotADueTime(Trouble.PAST)
        if at - now > _FARTHEST:
            raise _NotADueTime
    except _NotADueTime as problem:
        return DueProblem(span, problem.kind)
    except (ValueError, OverflowError):  # no such date
        return DueProblem(span, Trouble.UNREADABLE)
    return DueReading(at, wall, has_clock, span, frozenset(resolver.assumed))


def _days_from(day: date, count: int) -> Iterator[date]:
    return (day + n * _DAY for n in range(count))


def _months_on(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last."""
    month = day.year * 12 + day.month - 1 + months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
