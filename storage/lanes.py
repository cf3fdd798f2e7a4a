"""The lanes of the outbox: claimed for one send with a lease and a fence, settled once.

A lane is a channel or a person's direct messages. Lease and fence see to it that order and pace hold across replicas
and a replica that was stopped can't settle what another took over.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, bindparam, case, func, or_, select, update

from bot.domain.outgoing import Claimed, Saying, Sending, bundles_from
from storage.engine import StorageBusy
from storage.outbox import KNOWN, LONG_AGO, claimed_from
from storage.tables import lanes, outbox

LEASE = timedelta(seconds=20)
"""How long a lane is held for one send. At its end no call of its holder is under way: delivery sees to that."""
_MOST_TOGETHER = 200
_LEFT_TO_OTHERS = timedelta(seconds=5)


def claim(
    connection: Connection, *, now: datetime, machine_now: datetime, limit: int, held: Collection[tuple[str, str]] = ()
) -> list[Claimed]:
    """Take the first due message of up to `limit` lanes that are free; in those that are `held` we send just now."""
    ready = connection.execute(_FREE_LANES, {"at": now, "machine_at": machine_now, "most": limit})
    free = [row for row in ready if (row.workspace, row.lane) not in held]  # a clock set on would end their leases
    if free:
        lease = {"until": machine_now + LEASE}
        connection.execute(_LEASE_LANE, [{**_lane(row), **lease, "next_fence": row.fence + 1} for row in free])
    together = []
    for row in free:
        if row.lease_until:  # whoever had it is gone, and nobody knows how far they came
            connection.execute(_LOSE_SENDS, _lane(row))
        rows = _first_with_companions(connection, row, now)
        if rows:
            together.append([claimed_from(one, fence=row.fence + 1) for one in rows])
        else:
            _release(connection, row.workspace, row.lane, machine_now)
            _leave_to_others(connection, row, now, machine_now)
    _begin(connection, together, now, machine_now)
    return [replace(first, companions=tuple(others)) for first, *others in together]


def take_over(connection: Connection) -> None:
    """End every lease: whoever held one before us is gone, for this database has one bot at a time."""
    over = update(lanes).where(lanes.c.lease_until.is_not(None))
    connection.execute(over.values(lease_until=LONG_AGO))


def forget_pauses(connection: Connection) -> None:
    """Free every lane that waits: the clock that measures how long was set back."""
    connection.execute(update(lanes).where(lanes.c.lease_until.is_(None)).values(free_at=LONG_AGO))


def settle(
    connection: Connection,
    claimed: Claimed,
    state: Sending,
    *,
    free_at: datetime,
    reason: str | None = None,
    channel: str | None = None,
    ts: str | None = None,
    sent_at: datetime | None = None,
    left_out: frozenset[int] = frozenset(),
) -> bool:
    """Record the outcome of a send and free the lane at `free_at`; False where somebody took it over.

    Companions share the outcome, but for those `left_out`: they were no longer true and are dropped.
    """
    outcome = {
        "the_state": state.value,
        "the_reason": reason and reason[:255],
        "the_channel": channel,
        "the_ts": ts,
        "then": sent_at,
    }
    dropped = dict.fromkeys(outcome) | {"the_state": Sending.DROPPED.value, "the_reason": "no longer true"}
    ends = [{"own": one.id, **(dropped if one.id in left_out else outcome)} for one in claimed.everyone]
    ours = {**_lane_of(claimed), "the_fence": claimed.fence}
    if connection.execute(_END_SEND_IF_OURS, ours | ends[0]).rowcount == 0:
        return False
    if len(ends) > 1:
        connection.execute(_END_SEND, ends[1:])
    _release(connection, claimed.workspace, claimed.message.lane, free_at)
    return True


def put_off(connection: Connection, claimed: Claimed, *, until: datetime, free_at: datetime) -> bool:
    """Put a message back until `until` (people's time): its reader is outside their hours."""
    if connection.execute(_FENCE, _lane_of(claimed)).scalar() != claimed.fence:
        return False
    back = update(outbox).where(outbox.c.id.in_([one.id for one in claimed.everyone]), _SENDING)
    connection.execute(back.values(state=Sending.NEW.value, due_at=until, attempts=claimed.attempts))
    _release(connection, claimed.workspace, claimed.message.lane, free_at)
    return True


def next_free_in(connection: Connection, *, now: datetime, machine_now: datetime) -> float | None:
    """Get in how many seconds the next lane with something due becomes free."""
    free_at = connection.execute(_NEXT_FREE_AT, {"at": now}).scalar()
    return (free_at - machine_now).total_seconds() if free_at else None


def _first_with_companions(connection: Connection, lane: "Row[Any]", now: datetime) -> "list[Row[Any]]":
    """List what is to be said first in a lane, of what this program can say, and what becomes one with it."""
    asked = {**_lane(lane), "at": now}
    first = lane if lane.id is None or lane.saying in KNOWN else connection.execute(_FIRST_KNOWN, asked).first()
    return [first, *_companions(connection, first, asked)] if first and first.id else []


def _companions(connection: Connection, row: "Row[Any]", asked: dict[str, Any]) -> "list[Row[Any]]":
    """List what is due with a message and becomes one with it."""
    least = bundles_from(Saying(row.saying), row.lane)
    if least is None or "ts" in row.params:
        return []
    alike = connection.execute(_ALIKE, {**asked, "the_saying": row.saying, "own": row.id})
    others = [one for one in alike if "ts" not in one.params]
    return others if len(others) + 1 >= least else []


def _begin(connection: Connection, together: Iterable[Sequence[Claimed]], now: datetime, machine_now: datetime) -> None:
    """Mark as being sent; what becomes one message has one token to find it by. Raises StorageBusy."""
    moment = {"at": now, "machine_at": machine_now}
    sends = [{**moment, "own": one.id, "the_token": all_[0].token} for all_ in together for one in all_]
    if sends and connection.execute(_BEGIN_SEND, sends).rowcount < len(sends):
        raise StorageBusy("another replica sent it between our look and our lock")


def _leave_to_others(connection: Connection, lane: "Row[Any]", now: datetime, machine_now: datetime) -> None:
    """Have a lane wait that holds what only a newer program can say: nobody is to ask for it in a ring."""
    still_due = (_is(lanes), lanes.c.due_at <= now)
    connection.execute(update(lanes).where(*still_due).values(free_at=machine_now + _LEFT_TO_OTHERS), _lane(lane))


def _release(connection: Connection, workspace: str, lane: str, free_at: datetime) -> None:
    connection.execute(_RELEASE_LANE, {"of": workspace, "the_lane": lane, "free_from": free_at})


def _lane(row: "Row[Any]") -> dict[str, Any]:
    return {"of": row.workspace, "the_lane": row.lane}


def _lane_of(claimed: Claimed) -> dict[str, Any]:
    return {"of": claimed.workspace, "the_lane": claimed.message.lane}


def _is(table: Table) -> ColumnElement[bool]:
    return and_(table.c.workspace == bindparam("of"), table.c.lane == bindparam("the_lane"))


# Statements that every message needs are built once: to build one costs as much as to run it.

_FREE = and_(
    lanes.c.due_at <= bindparam("at"),
    lanes.c.free_at <= bindparam("machine_at"),
    or_(lanes.c.lease_until.is_(None), lanes.c.lease_until <= bindparam("machine_at")),
)
_waiting = outbox.alias("waiting")
_FIRST_ID = (
    select(func.min(_waiting.c.id))
    .where(_waiting.c.workspace == lanes.c.workspace, _waiting.c.lane == lanes.c.lane)
    .where(_waiting.c.state == Sending.NEW.value, _waiting.c.due_at <= bindparam("at"))
    .scalar_subquery()
)
_NEEDED = ("id", "saying", "about", "person", "key", "params", "due_at", "attempts", "token", "may_repeat")
_FREE_LANES = (
    select(lanes.c.workspace, lanes.c.lane, lanes.c.lease_until, lanes.c.fence, *(outbox.c[name] for name in _NEEDED))
    .select_from(lanes.outerjoin(outbox, outbox.c.id == _FIRST_ID))
    .where(_FREE)
    .order_by(lanes.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(of=lanes, skip_locked=True)
)
"""The lanes that are free, each with what is due first in it."""
_BUSY_UNTIL = case((lanes.c.lease_until > lanes.c.free_at, lanes.c.lease_until), else_=lanes.c.free_at)
_NEXT_FREE_AT = select(func.min(_BUSY_UNTIL)).where(lanes.c.due_at <= bindparam("at"))
_LEASE_LANE = update(lanes).where(_is(lanes)).values(lease_until=bindparam("until"), fence=bindparam("next_fence"))
_FENCE = select(lanes.c.fence).where(_is(lanes)).with_for_update()
_WAITING = _is(outbox) & (outbox.c.state == Sending.NEW.value)
_RELEASE_LANE = (
    update(lanes)
    .where(_is(lanes))
    .values(
        lease_until=None,
        free_at=bindparam("free_from"),
        due_at=select(func.min(outbox.c.due_at)).where(_WAITING).scalar_subquery(),
    )
)
_LOSE_SENDS = (
    update(outbox).where(_is(outbox), outbox.c.state == Sending.SENDING.value).values(state=Sending.UNKNOWN.value)
)
_DUE = select(outbox).where(_WAITING, outbox.c.due_at <= bindparam("at")).order_by(outbox.c.id)
_FIRST_KNOWN = _DUE.where(outbox.c.saying.in_(KNOWN)).limit(1)
_OTHERS = _DUE.where(outbox.c.saying == bindparam("the_saying"), outbox.c.id != bindparam("own"))
_ALIKE = _OTHERS.limit(_MOST_TOGETHER - 1)
_BEGIN_SEND = (
    update(outbox)
    .where(outbox.c.id == bindparam("own"), outbox.c.state == Sending.NEW.value, outbox.c.due_at <= bindparam("at"))
    .values(
        state=Sending.SENDING.value,
        attempts=outbox.c.attempts + 1,
        attempted_at=bindparam("machine_at"),
        token=bindparam("the_token"),
    )
)
_SENDING = outbox.c.state == Sending.SENDING.value
_END_SEND = (
    update(outbox)
    .where(outbox.c.id == bindparam("own"), _SENDING)
    .values(
        state=bindparam("the_state"),
        reason=bindparam("the_reason"),
        channel=bindparam("the_channel"),
        ts=bindparam("the_ts"),
        sent_at=bindparam("then"),
    )
)
_END_SEND_IF_OURS = _END_SEND.where(_FENCE.scalar_subquery() == bindparam("the_fence"))
"""It locks the lane, so that what frees it next sees whatever was put into it meanwhile."""
