"""The ladder of delay warnings: which step of a promise to tell now, and when to look again.

All times are aware UTC. Quiet time is no part of the ladder: a step becomes due here, in the middle
of the night if need be, and delivery holds it until `Calendar.quiet_until` of its reader, so that
what was held is counted once and never lost. Only a heads-up can be held too long to be of use:
`is_heads_up_useless` tells delivery when to let it expire.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar

FAR_AHEAD = 2
"""Business days: a promise given further ahead than this gets its heads-up one business day ahead."""

_INSTANT = timedelta(microseconds=1)


class Step(StrEnum):
    """Name the steps of the ladder, from the lowest up. The values are stored and part of dedupe keys."""

    HEADS_UP = "heads_up"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Promise:
    """Hold what the ladder needs to know of a promise that is still open.

    `told` and `snoozed_until` belong to this `due_at`: a moved promise starts with neither.
    A snooze moves the heads-up to `snoozed_until`; one told before is taken out of `told`, to be
    told again then. Past the due time it isn't told at all, and *late* still comes in its own time.
    `answered` means that the assignee said it is on track: no heads-up is needed any more.
    """

    given_at: datetime
    due_at: datetime
    told: frozenset[Step] = frozenset()
    snoozed_until: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Say which step to tell now, if any, and when the one after it becomes due; None means nothing more."""

    step: Step | None
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """Say what a look leaves behind at the task of this number: what was told by now, and when to look next."""

    task: int
    told: frozenset[Step]
    next_check_at: datetime | None


def heads_up_at(given_at: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    """Return when the heads-up becomes due: from `given_at` on, and before `due_at`.

    One business day ahead of a promise given more than two ahead; else at three quarters of the
    business time given, or of the plain time if no business time was. A promise due at once or in
    the past has no room for it: then it is `given_at`, and *late* comes first.
    """
    given_at, due_at = given_at.astimezone(UTC), due_at.astimezone(UTC)
    if due_at > calendar.add_days(given_at, FAR_AHEAD):
        at = calendar.add_days(due_at, -1)
    elif business := calendar.between(given_at, due_at):
        at = calendar.add(given_at, business * 3 / 4)
    else:
        at = given_at + (due_at - given_at) * 3 / 4
    return max(given_at, min(at, due_at - _INSTANT))


def next_step(promise: Promise, calendar: Calendar, now: datetime) -> Decision:
    """Decide which step is to be told at `now`, and when to look again.

    Each step is told once, and none after a higher one: after downtime past the due time only
    *late* is left. The caller writes down what it tells in `told`.
    """
    if Step.LATE in promise.told:
        return Decision(None, None)
    if promise.due_at <= now:
        return Decision(Step.LATE, None)
    ahead_at = _heads_up_left(promise, calendar)
    if ahead_at and ahead_at > now:
        return Decision(None, ahead_at)
    return Decision(Step.HEADS_UP if ahead_at else None, promise.due_at)


def is_heads_up_useless(due_at: datetime, calendar: Calendar, now: datetime) -> bool:
    """Say whether a heads-up is too late at `now`: quiet time would hold it until the promise is due.

    `calendar` is the reader's own.
    """
    return calendar.quiet_until(now) >= due_at


def _heads_up_left(promise: Promise, calendar: Calendar) -> datetime | None:
    """Return when a heads-up that may still be told becomes due: before *late*, or not at all."""
    if Step.HEADS_UP in promise.told or promise.answered:
        return None
    at = promise.snoozed_until or heads_up_at(promise.given_at, promise.due_at, calendar)
    return at if at < promise.due_at else None
