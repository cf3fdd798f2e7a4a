"""Business time: when somebody's working hours are, and how to count in them.

Every method takes aware datetimes of any zone and answers in UTC, except `local`. Business time is
a plain timedelta of open seconds. A naive datetime where an instant is asked for raises ValueError,
one past the year 9999 OverflowError.

Clocks that jump: a person's wall time inside a gap moves forward by the length of the gap (02:30
becomes 03:30), and in a fold it is the first of the two. An opening or closing inside a gap is the
jump itself, which keeps openings in order and counts no second twice.

Nobody is off for ever: after LONGEST_CLOSURE days in a row without an opening a search gives up,
and what is left of it is counted by the plain clock, as if the place were always open from there.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.hours import MINUTES_IN_A_DAY, BadHours, Span, WeeklyHours

__all__ = ["LONGEST_CLOSURE", "BadHours", "Calendar", "WeeklyHours"]

LONGEST_CLOSURE = timedelta(days=400)

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_MOST_REMEMBERED = 1000

Opening = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Count business time by weekly hours in a zone, less holidays and absences.

    `holidays` may be any container, such as the holidays package's mapping that grows as it is
    asked; `absences` are (first, last) days off, both included. An opening holds its first
    instant and not its last.
    """

    hours: WeeklyHours
    zone: ZoneInfo
    holidays: Container[date] = frozenset()
    absences: tuple[tuple[date, date], ...] = ()
    _known: dict[date, list[Opening]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _quiet: dict[tuple[datetime, timedelta], datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def instant(self, wall: datetime) -> datetime:
        """Return the UTC instant a naive wall time of this zone means; a gap maps forward, a fold takes the first."""
        if wall.tzinfo is not None:
            raise ValueError(f"wall time with a zone: {wall!r}")
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """Return the same instant on this zone's wall clock.

        Python subtracts and compares two such values by their wall time: count in UTC instead.
        """
        return _utc(at).astimezone(self.zone)

    def is_business_day(self, day: date) -> bool:
        """Say whether the day has working hours and is neither a holiday nor an absence."""
        return bool(self._spans(day))

    def is_open(self, at: datetime) -> bool:
        """Say whether the instant is inside working hours: the opening instant is, the closing one isn't."""
        at = _utc(at)
        today = self.local(at).date()
        # Where clocks go back over midnight, tomorrow's hours may begin while it is today once more.
        return any(start <= at < end for day in (today, today + _DAY) for start, end in self._openings(day))

    def is_worked(self, wall: datetime) -> bool:
        """Say whether the wall time is inside the working hours of its day: opening and closing time both are."""
        minute = wall.hour * 60 + wall.minute
        return any(start <= minute <= end for start, end in self._spans(wall.date()))

    def next_opening(self, at: datetime) -> datetime:
        """Return the first open instant at or after `at`: `at` itself if open, or if no opening ever comes."""
        at = _utc(at)
        return next((max(start, at) for start, end in self._openings_after(at) if end > at), at)

    def last_closing(self, at: datetime) -> datetime | None:
        """Return the most recent closing at or before `at`.

        None where there is none within LONGEST_CLOSURE, as with "always": an end that is the next
        day's opening is no closing.
        """
        at = _utc(at)
        reopened_at = None
        for start, end in self._openings_before(at):
            if end <= at and end != reopened_at:
                return end
            if at - start > LONGEST_CLOSURE:
                break
            reopened_at = start
        return None

    def end_of_day(self, day: date) -> datetime:
        """Return the instant when the day's working hours end.

        A day off takes its weekday's usual end, a weekday without hours the latest end of the week.
        Hours until midnight end at 23:59, so that the answer is still on the same date.
        """
        spans = self.hours.days[day.weekday()]
        end = spans[-1][1] if spans else max(spans[-1][1] for spans in self.hours.days if spans)
        return self._edge(day, min(end, MINUTES_IN_A_DAY - 1))

    def add(self, at: datetime, business: timedelta) -> datetime:
        """Return the earliest instant with that much open time after `at`, so a closing rather than the next opening.

        Adding nothing while closed gives the next opening. A negative amount is subtracted.
        """
        if business < _NOTHING:
            return self.subtract(at, -business)
        at = _utc(at)
        for start, end in self._openings_after(at):
            if end < at:
                continue
            at = max(start, at)
            if at + business <= end:
                return at + business
            business -= end - at
            at = end
        return at + business

    def subtract(self, at: datetime, business: timedelta) -> datetime:
        """Return the latest instant with that much open time before `at`: the mirror of `add`.

        Subtracting nothing while closed gives the last closing. A negative amount is added.
        """
        if business < _NOTHING:
            return self.add(at, -business)
        at = _utc(at)
        for start, end in self._openings_before(at):
            if start > at:
                continue
            at = min(end, at)
            if at - business >= start:
                return at - business
            business -= at - start
            at = start
        return at - business

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` to `end`, negative if `end` is the earlier one."""
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.between(end, start)
        day, last = self.local(start).date(), self.local(end).date() + _DAY
        total = _NOTHING
        while day <= last:
            for opening, closing in self._openings(day):
                total += max(min(closing, end) - max(opening, start), _NOTHING)
            day += _DAY
        return total

    def add_days(self, at: datetime, days: int) -> datetime:
        """Return the same wall clock on the n-th business day after `at`, or before it if `days` is negative.

        The day of `at` itself isn't counted, open or not; the wall clock may be outside the hours.
        """
        if days == 0:
            return _utc(at)
        wall = self.local(at)
        business_days = self._business_days(wall.date(), _DAY if days > 0 else -_DAY)
        for _ in range(abs(days) - 1):
            next(business_days)
        return self.instant(datetime.combine(next(business_days), wall.time()))

    def business_days_between(self, start: datetime, end: datetime) -> float:
        """Return how many business days `end` is ahead of `start`, negative if behind.

        It is the measure of `add_days`: ahead, the answer is above n exactly if `end` is after
        add_days(start, n). In between it grows with the clock, weekends included.
        """
        start, end = _utc(start), _utc(end)
        if end < start:
            return -self.business_days_between(end, start)
        wall = self.local(start)
        business_days = self._business_days(wall.date(), _DAY)
        whole_days, mark, next_mark = -1, start, start
        while next_mark <= end:
            whole_days, mark = whole_days + 1, next_mark
            next_mark = self.instant(datetime.combine(next(business_days), wall.time()))
        return whole_days + (end - mark) / (next_mark - mark)

    def quiet_until(self, at: datetime, *, grace: timedelta = timedelta(minutes=15)) -> datetime:
        """Return when a notice due at `at` may be sent: then, if open or within `grace` after a closing.

        Otherwise at the next opening. The last answer is remembered: a sweep asks about one instant over and over.
        """
        asked = (_utc(at), grace)
        until = self._quiet.get(asked)
        if until is None:
            self._quiet.clear()
            until = self._quiet[asked] = self._quiet_until(*asked)
        return until

    def _quiet_until(self, at: datetime, grace: timedelta) -> datetime:
        if self.is_open(at):
            return at
        closed_at = self.last_closing(at)
        if closed_at is not None and at - closed_at <= grace:
            return at
        return self.next_opening(at)

    def _spans(self, day: date) -> tuple[Span, ...]:
        spans = self.hours.days[day.weekday()]
        if not spans or day in self.holidays or any(first <= day <= last for first, last in self.absences):
            return ()
        return spans

    def _openings(self, day: date) -> list[Opening]:
        openings = self._known.get(day)
        if openings is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            openings = self._known[day] = self._openings_of(day)
        return openings

    def _openings_of(self, day: date) -> list[Opening]:
        openings = [(self._edge(day, start), self._edge(day, end)) for start, end in self._spans(day)]
        return [(start, end) for start, end in openings if start < end]  # a gap may swallow one

    def _openings_after(self, at: datetime) -> Iterator[Opening]:
        """Yield openings in order, the first of them over by `at`, until the closure that is too long."""
        day = self.local(at).date() - _DAY
        given_up_on = day + LONGEST_CLOSURE
        while day < given_up_on:
            openings = self._openings(day)
            if openings:
                yield from openings
                given_up_on = day + LONGEST_CLOSURE
            day += _DAY

    def _openings_before(self, at: datetime) -> Iterator[Opening]:
        """Yield openings backwards, the first of them still ahead of `at`, until the closure that is too long."""
        day = self.local(at).date() + _DAY
        given_up_on = day - LONGEST_CLOSURE
        while day > given_up_on:
            openings = self._openings(day)
            if openings:
                yield from reversed(openings)
                given_up_on = day - LONGEST_CLOSURE
            day -= _DAY

    def _business_days(self, day: date, step: timedelta) -> Iterator[date]:
        """Yield business days after `day`; past a closure that is too long every date counts, from its beginning."""
        last = day
        while abs(day - last) < LONGEST_CLOSURE:
            day += step
            if self.is_business_day(day):
                yield day
                last = day
        while True:
            last += step
            yield last

    def _edge(self, day: date, minute: int) -> datetime:
        """Return the UTC instant of a minute of the day; inside a gap, the jump."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        at = self.instant(wall)
        if at.astimezone(self.zone).replace(tzinfo=None) == wall:
            return at
        before = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        while at - before > timedelta(seconds=1):
            middle = before + (at - before) // timedelta(seconds=2) * timedelta(seconds=1)
            if middle.astimezone(self.zone).replace(tzinfo=None) < wall:
                before = middle
            else:
                at = middle
        return at


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"instant without a zone: {at!r}")
    return at.astimezone(UTC)
