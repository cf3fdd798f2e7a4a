from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Calendar, WeeklyHours
from bot.domain.delays import Decision, Promise, Step, heads_up_at, is_heads_up_useless, next_step

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
OFFICE = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), COPENHAGEN, holidays={date(2026, 12, 25)})
ALWAYS = Calendar(WeeklyHours.parse("always"), COPENHAGEN)
CLOSED = replace(OFFICE, absences=((date.min, date.max),))
MINUTE = timedelta(minutes=1)
BOTH = frozenset(Step)


def cph(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=COPENHAGEN).astimezone(UTC)


@pytest.mark.parametrize(
    ("calendar", "given_at", "due_at", "expected"),
    [
        # more than two business days ahead: one business day ahead
        (OFFICE, "2026-11-02 10:00", "2026-11-06 15:00", "2026-11-05 15:00"),
        (OFFICE, "2026-11-02 10:00", "2026-11-04 10:01", "2026-11-03 10:01"),
        (OFFICE, "2026-11-02 10:00", "2026-11-09 09:00", "2026-11-06 09:00"),
        (OFFICE, "2026-11-02 10:00", "2026-11-15 12:00", "2026-11-13 12:00"),
        (OFFICE, "2026-11-07 10:00", "2026-11-12 12:00", "2026-11-11 12:00"),
        (OFFICE, "2026-12-21 10:00", "2026-12-28 10:00", "2026-12-24 10:00"),
        (ALWAYS, "2026-11-06 10:00", "2026-11-08 10:01", "2026-11-07 10:01"),
        (ALWAYS, "2026-03-26 10:00", "2026-03-30 01:30", "2026-03-29 01:30"),
        (ALWAYS, "2026-03-26 10:00", "2026-03-30 02:30", "2026-03-29 03:30"),
        # up to two business days ahead: three quarters of the business time
        (OFFICE, "2026-11-02 10:00", "2026-11-04 10:00", "2026-11-03 14:00"),
        (OFFICE, "2026-11-06 15:00", "2026-11-09 11:00", "2026-11-09 10:00"),
        (OFFICE, "2026-11-06 20:00", "2026-11-09 13:00", "2026-11-09 12:00"),
        (OFFICE, "2026-11-02 10:00", "2026-11-02 14:00", "2026-11-02 13:00"),
        (OFFICE, "2026-11-02 10:00", "2026-11-02 10:40", "2026-11-02 10:30"),
        (OFFICE, "2026-11-02 16:00", "2026-11-02 23:00", "2026-11-02 16:45"),
        # no business time between: three quarters of the plain time
        (OFFICE, "2026-11-02 20:00", "2026-11-02 22:00", "2026-11-02 21:30"),
        (OFFICE, "2026-11-06 18:00", "2026-11-08 18:00", "2026-11-08 06:00"),
        (CLOSED, "2026-11-02 10:00", "2026-11-02 14:00", "2026-11-02 13:00"),
        (CLOSED, "2026-11-02 10:00", "2026-11-12 14:00", "2026-11-11 14:00"),
        # no time at all
        (OFFICE, "2026-11-02 10:00", "2026-11-02 10:00", "2026-11-02 10:00"),
        (OFFICE, "2026-11-02 10:00", "2026-11-01 10:00", "2026-11-02 10:00"),
    ],
)
def test_when_the_heads_up_is_due(calendar: Calendar, given_at: str, due_at: str, expected: str) -> None:
    assert heads_up_at(cph(given_at), cph(due_at), calendar) == cph(expected)


def test_the_heads_up_does_not_depend_on_the_zone_times_are_written_in() -> None:
    given_at, due_at = cph("2026-03-28 20:00"), cph("2026-03-29 08:00")
    local = heads_up_at(given_at.astimezone(COPENHAGEN), due_at.astimezone(COPENHAGEN), OFFICE)
    assert local == heads_up_at(given_at, due_at, OFFICE) == cph("2026-03-29 05:15")


GIVEN_AT, HEADS_UP_AT, DUE_AT = cph("2026-11-02 10:00"), cph("2026-11-05 15:00"), cph("2026-11-06 15:00")
SNOOZED_UNTIL = cph("2026-11-06 09:00")
FRESH = Promise(GIVEN_AT, DUE_AT)
WARNED = replace(FRESH, told=frozenset({Step.HEADS_UP}))
SNOOZED = replace(FRESH, snoozed_until=SNOOZED_UNTIL)


@pytest.mark.parametrize(
    ("promise", "now", "step", "next_check_at"),
    [
        (FRESH, GIVEN_AT, None, HEADS_UP_AT),
        (FRESH, HEADS_UP_AT - MINUTE, None, HEADS_UP_AT),
        (FRESH, HEADS_UP_AT, Step.HEADS_UP, DUE_AT),
        (FRESH, DUE_AT - MINUTE, Step.HEADS_UP, DUE_AT),
        (FRESH, DUE_AT, Step.LATE, None),  # down over the heads-up: only late is told
        (FRESH, DUE_AT + 1000 * MINUTE, Step.LATE, None),
        (WARNED, HEADS_UP_AT, None, DUE_AT),
        (WARNED, GIVEN_AT, None, DUE_AT),
        (WARNED, DUE_AT, Step.LATE, None),
        (replace(FRESH, told=BOTH), DUE_AT, None, None),
        (replace(FRESH, told=frozenset({Step.LATE})), DUE_AT, None, None),
        # the clock was set back after late was told
        (replace(FRESH, told=frozenset({Step.LATE})), HEADS_UP_AT, None, None),
        (SNOOZED, HEADS_UP_AT, None, SNOOZED_UNTIL),
        (SNOOZED, SNOOZED_UNTIL, Step.HEADS_UP, DUE_AT),
        (SNOOZED, DUE_AT, Step.LATE, None),
        (replace(FRESH, snoozed_until=DUE_AT), HEADS_UP_AT, None, DUE_AT),
        (replace(FRESH, snoozed_until=DUE_AT + MINUTE), HEADS_UP_AT, None, DUE_AT),
        (replace(FRESH, snoozed_until=DUE_AT + MINUTE), DUE_AT, Step.LATE, None),
        (replace(FRESH, snoozed_until=DUE_AT + MINUTE, told=frozenset({Step.LATE})), DUE_AT + MINUTE, None, None),
        (replace(FRESH, answered=True), HEADS_UP_AT, None, DUE_AT),
        (replace(WARNED, answered=True), DUE_AT, Step.LATE, None),
        (Promise(GIVEN_AT, GIVEN_AT), GIVEN_AT, Step.LATE, None),
    ],
)
def test_what_to_tell_now_and_when_to_look_again(
    promise: Promise, now: datetime, step: Step | None, next_check_at: datetime | None
) -> None:
    assert next_step(promise, OFFICE, now) == Decision(step, next_check_at)


def test_a_moved_promise_starts_a_new_ladder() -> None:
    moved = Promise(DUE_AT, cph("2026-11-13 15:00"))
    assert next_step(moved, OFFICE, DUE_AT) == Decision(None, cph("2026-11-12 15:00"))


@pytest.mark.parametrize(
    ("due_at", "now", "is_useless"),
    [
        ("2026-11-03 08:30", "2026-11-02 20:00", True),
        ("2026-11-03 09:00", "2026-11-02 20:00", True),
        ("2026-11-03 09:01", "2026-11-02 20:00", False),
        ("2026-11-02 18:00", "2026-11-02 17:10", False),
        ("2026-11-02 18:00", "2026-11-02 17:20", True),
        ("2026-11-02 12:00", "2026-11-02 11:59", False),
        ("2026-11-02 12:00", "2026-11-02 12:00", True),
    ],
)
def test_a_heads_up_held_until_the_due_time_is_of_no_use(due_at: str, now: str, is_useless: bool) -> None:
    assert is_heads_up_useless(cph(due_at), OFFICE, cph(now)) is is_useless


def test_the_values_of_steps_are_a_contract() -> None:
    assert [step.value for step in Step] == ["heads_up", "late"]


# --- properties ---

calendars = st.sampled_from(
    [
        OFFICE,
        ALWAYS,
        CLOSED,
        Calendar(WeeklyHours.parse("mon-thu 08:00-12:00,13:00-16:30; fri 08:00-15:00"), ZoneInfo("Europe/London")),
        Calendar(WeeklyHours.parse("sat-sun 01:00-03:30"), COPENHAGEN),
    ]
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
lengths = st.one_of(
    st.timedeltas(timedelta(microseconds=1), timedelta(minutes=1)),
    st.timedeltas(MINUTE, timedelta(days=2)),
    st.timedeltas(timedelta(days=2), timedelta(days=40)),
)
promises = st.builds(lambda given_at, length: Promise(given_at, given_at + length), instants, lengths)
quick = settings(deadline=None, max_examples=80)


def tell(promise: Promise, step: Step) -> Promise:
    return replace(promise, told=promise.told | {step})


@quick
@given(promises, calendars)
def test_the_heads_up_is_between_giving_and_due(promise: Promise, calendar: Calendar) -> None:
    at = heads_up_at(promise.given_at, promise.due_at, calendar)
    assert promise.given_at <= at < promise.due_at


@quick
@given(promises, calendars)
def test_waking_when_told_to_tells_every_step_at_its_moment(promise: Promise, calendar: Calendar) -> None:
    heads_up = heads_up_at(promise.given_at, promise.due_at, calendar)
    now: datetime | None = promise.given_at
    told = []
    while now is not None:
        decision = next_step(promise, calendar, now)
        if decision.step:
            told.append((decision.step, now))
            promise = tell(promise, decision.step)
        assert decision.next_check_at is None or decision.next_check_at > now
        now = decision.next_check_at
    assert told == [(Step.HEADS_UP, heads_up), (Step.LATE, promise.due_at)]


@quick
@given(promises, calendars, st.lists(st.floats(0, 1.5), max_size=12))
def test_however_time_passes_each_step_is_told_once_and_in_order(
    promise: Promise, calendar: Calendar, parts: list[float]
) -> None:
    length = promise.due_at - promise.given_at
    moments = [*sorted(promise.given_at + length * part for part in parts), promise.due_at + 2 * length]
    told = []
    for now in moments:
        step = next_step(promise, calendar, now).step
        if step:
            told.append(step)
            promise = tell(promise, step)
            assert next_step(promise, calendar, now).step is None
    assert told in ([Step.HEADS_UP, Step.LATE], [Step.LATE])


@quick
@given(promises, calendars, st.floats(0, 1.5), st.floats(0, 1.5))
def test_looking_earlier_than_asked_changes_nothing(
    promise: Promise, calendar: Calendar, one: float, other: float
) -> None:
    length = promise.due_at - promise.given_at
    early, late = sorted((promise.given_at + length * one, promise.given_at + length * other))
    first, second = next_step(promise, calendar, early), next_step(promise, calendar, late)
    if first.next_check_at is None or late < first.next_check_at:
        assert first == second
    else:
        assert second.step is Step.LATE or first.step is None


actions = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 0.6)),
        st.tuples(st.just("snooze"), st.floats(0, 1.2)),
        st.tuples(st.just("on track"), st.just(0.0)),
    ),
    max_size=10,
)


@quick
@given(promises, calendars, actions)
def test_whatever_people_press_late_is_told_once_in_its_time(
    promise: Promise, calendar: Calendar, pressed: list[tuple[str, float]]
) -> None:
    length, now = promise.due_at - promise.given_at, promise.given_at
    told, snoozes = [], 0
    for action, part in [*pressed, ("wait", 3.0)]:
        if action == "wait":
            now += length * part
        elif action == "snooze":
            promise = replace(promise, snoozed_until=now + length * part, told=promise.told - {Step.HEADS_UP})
            snoozes += 1
        else:
            promise = replace(promise, answered=True, snoozed_until=None)
        decision = next_step(promise, calendar, now)
        if decision.step:
            assert not (promise.answered and decision.step is Step.HEADS_UP)
            assert (decision.step is Step.LATE) is (now >= promise.due_at)
            told.append(decision.step)
            promise = tell(promise, decision.step)
        assert decision.next_check_at is None or now < decision.next_check_at <= promise.due_at
    assert told.count(Step.LATE) == 1
    assert told[-1] is Step.LATE
    assert told.count(Step.HEADS_UP) <= 1 + snoozes
