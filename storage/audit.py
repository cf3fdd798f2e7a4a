"""The audit: is everything that was due sent, cancelled, dropped, expired, dead, or open and inside its time?

Two books are compared. What *was due* is read from tasks, handoffs and prompts: a promise that fell due, an offer that
was made, a question that was asked. What *became of it* is read from the outbox, by the message's key; a message that
was sent elsewhere is followed there. Then the outbox is looked at by itself, for rows that no lane points at, leases
that nobody ended, and ends without a proof or a reason.

A check gives the keys of what it suspects. It may be right for a moment (a claim is under way, the clock has just
moved), so whoever raises the alarm wants to see a key twice. Every statement reads an index, and no further back than
a day: what it costs depends on how much is due, not on how much there is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, func, literal, or_, select
from sqlalchemy.sql.expression import cast

from bot.domain.delays import Step
from bot.domain.outgoing import Sending
from bot.domain.tasks import State
from storage.audited_dues import OPEN, what_became_of_dues
from storage.lanes import LEASE
from storage.tables import ONGOING, errands, handoffs, lanes, outbox, prompts, tasks
from storage.workspaces import installed

GRACE = timedelta(minutes=5)
"""How late a message, a look or the end of a lease may be while all is well."""
PATIENCE = timedelta(hours=1)
"""The same where Slack may be the reason: it is away, or doesn't tell what became of a send."""
DAY = timedelta(days=1)
_MOST = 1000
_ENDS = (Sending.DROPPED.value, Sending.EXPIRED.value, Sending.DEAD.value)
_SHOWN = (*OPEN, Sending.DEAD.value)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the audit looks, by both clocks. `stands_still`: no send was tried within the grace."""

    now: datetime
    machine_now: datetime
    stands_still: bool = False

    @property
    def patience(self) -> timedelta:
        """How long something due may wait: not long where nothing is tried at all."""
        return GRACE if self.stands_still else PATIENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found. `fates` counts what was due within a day, by what became of it.

    `suspects` are keys by check; an empty check is in order.
    """

    rows: Mapping[str, int]
    due: int
    lanes: int
    oldest_due_at: datetime | None
    fates: Mapping[str, int]
    suspects: Mapping[str, frozenset[str]]


Found = Iterable[tuple[str, str]]


def audit(connection: Connection, *, now: datetime, machine_now: datetime) -> Audit:
    """Compare the books. `now` is people's time."""
    at = Moment(now, machine_now, _stands_still(connection, machine_now))
    fates, untold = what_became_of_dues(connection, now - DAY, now - GRACE, now)
    found: dict[str, Found] = {
        "untold": untold,
        "doubled": _doubled(connection, at),
        "unscheduled": _unscheduled(connection, at),
    }
    for name, statement in _CHECKS.items():
        found[name] = connection.execute(statement(at).limit(_MOST))
    suspects = {name: frozenset(f"{workspace} {key}" for workspace, key in keys) for name, keys in found.items()}
    due, lanes_due, oldest = _queue(connection, now)
    return Audit(rows=_rows(connection), due=due, lanes=lanes_due, oldest_due_at=oldest, fates=fates, suspects=suspects)


def _rows(connection: Connection) -> dict[str, int]:
    counted = select(outbox.c.state, func.count()).where(outbox.c.state.in_(_SHOWN)).group_by(outbox.c.state)
    return dict.fromkeys(_SHOWN, 0) | dict(connection.execute(counted).all())


def _queue(connection: Connection, now: datetime) -> tuple[int, int, datetime | None]:
    """Count what is due, in how many lanes, and since when."""
    waits = (outbox.c.state == Sending.NEW.value, outbox.c.due_at <= now)
    count, oldest = connection.execute(select(func.count(), func.min(outbox.c.due_at)).where(*waits)).one()
    in_lanes = connection.execute(select(func.count()).where(lanes.c.due_at <= now)).scalar_one()
    return count, in_lanes, oldest


def _stands_still(connection: Connection, machine_now: datetime) -> bool:
    states = [state.value for state in Sending]
    tried = (outbox.c.state.in_(states), outbox.c.attempted_at > machine_now - GRACE)
    return connection.execute(select(outbox.c.id).where(*tried).limit(1)).first() is None


def _stranded(at: Moment) -> Select[Any]:
    """Find what is due and unsent, and no lane leads to it."""
    unseen = or_(lanes.c.due_at.is_(None), lanes.c.due_at > outbox.c.due_at)
    joined = outbox.join(lanes, (lanes.c.workspace == outbox.c.workspace) & (lanes.c.lane == outbox.c.lane))
    waits = (outbox.c.state == Sending.NEW.value, outbox.c.due_at <= at.now - GRACE)
    return select(outbox.c.workspace, outbox.c.key).select_from(joined).where(*waits, unseen)


def _untaken(at: Moment) -> Select[Any]:
    """Find lanes that nobody takes, though they are due and free; one that waits for Slack has a time to be free at."""
    since = at.machine_now - at.patience
    unleased = or_(lanes.c.lease_until.is_(None), lanes.c.lease_until <= since)
    return select(lanes.c.workspace, lanes.c.lane).where(
        lanes.c.due_at <= at.now - at.patience, lanes.c.free_at <= since, unleased
    )


def _unreturned(at: Moment) -> Select[Any]:
    """Find sends whose lease is long over, and nobody wrote down that their outcome is unknown."""
    return _tried(Sending.SENDING, at.machine_now - LEASE - at.patience)


def _unsettled(at: Moment) -> Select[Any]:
    """Find sends of which nobody has found out what became of them."""
    return _tried(Sending.UNKNOWN, at.machine_now - PATIENCE)


def _tried(state: Sending, before: datetime) -> Select[Any]:
    tried = (outbox.c.state == state.value, outbox.c.attempted_at <= before)
    return select(outbox.c.workspace, outbox.c.key).where(*tried)


def _unproven(at: Moment) -> Select[Any]:
    """Find what is said to be sent, but not where and when."""
    lacks = or_(outbox.c.channel.is_(None), outbox.c.ts.is_(None), outbox.c.sent_at.is_(None))
    return _ended([Sending.SENT.value], at).where(lacks)


def _unexplained(at: Moment) -> Select[Any]:
    """Find what ended unsaid without a reason."""
    return _ended(_ENDS, at).where(or_(outbox.c.reason.is_(None), outbox.c.reason == ""))


def _ended(states: Iterable[str], at: Moment) -> Select[Any]:
    today = (outbox.c.state.in_(list(states)), outbox.c.attempted_at > at.machine_now - DAY)
    return select(outbox.c.workspace, outbox.c.key).where(*today)


def _doubled(connection: Connection, at: Moment) -> Found:
    """Find what was said in two places: where it was to be said, and where it was sent on to."""
    moved = _ended([Sending.SENT.value], at).where(outbox.c.key.contains(">"))
    said = [(workspace, key.rpartition(">")[0]) for workspace, key in connection.execute(moved.limit(_MOST))]
    sent = select(outbox.c.workspace, outbox.c.key).where(outbox.c.state == Sending.SENT.value)
    for workspace in {workspace for workspace, _ in said}:
        keys = [key for owner, key in said if owner == workspace]
        yield from connection.execute(sent.where(outbox.c.workspace == workspace, outbox.c.key.in_(keys)))


def _unscheduled(connection: Connection, at: Moment) -> Found:
    """Find promises of the next hour that no sweep will look at in time; those of the day before are among the dues."""
    is_near = tasks.c.due_at.between(at.now - GRACE, at.now + PATIENCE)
    late = tasks.c.next_check_at > tasks.c.due_at
    unseen = or_(tasks.c.next_check_at.is_(None), late & (tasks.c.next_check_at > at.now))
    is_open = (ONGOING, tasks.c.state != State.WAITING.value, tasks.c.told.not_like(f"%{Step.LATE}%"))
    statement = _named(tasks, "T").where(*is_open, is_near, unseen).limit(_MOST)
    for workspace in installed(connection):
        yield from connection.execute(statement.where(tasks.c.workspace == workspace))


def _unswept(table: Any, letter: str) -> Callable[[Moment], Select[Any]]:
    """Find what should have been looked at long ago."""
    return lambda at: _named(table, letter).where(table.c.next_check_at <= at.now - GRACE)


def _undone(at: Moment) -> Select[Any]:
    """Find pending work that should have been begun long ago."""
    number = cast(errands.c.id, String)
    return select(errands.c.workspace, number).where(errands.c.run_at <= at.machine_now - GRACE)


def _named(table: Any, letter: str) -> Select[Any]:
    name: ColumnElement[str] = literal(f"{letter}-") + cast(table.c.number, String)
    return select(table.c.workspace, name)


_CHECKS: Mapping[str, Callable[[Moment], Select[Any]]] = {
    "stranded": _stranded,
    "untaken": _untaken,
    "unreturned": _unreturned,
    "unsettled": _unsettled,
    "unproven": _unproven,
    "unexplained": _unexplained,
    "unswept_tasks": _unswept(tasks, "T"),
    "unswept_handoffs": _unswept(handoffs, "H"),
    "unswept_prompts": _unswept(prompts, "F"),
    "undone_errands": _undone,
}
