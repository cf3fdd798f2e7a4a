"""The outbox: what is to be said, claimed lane by lane, settled once.

A lane is a channel or a person's direct messages. It is claimed with a lease and a fence, so that order and pace
hold across replicas and a replica that was stopped can't settle what another took over.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.outgoing import Claimed, Outgoing, Post, Saying, Sending, bundles_from
from bot.domain.references import Reference
from storage.rows import Repository, insert_new, upsert
from storage.tables import lanes, outbox, posts

LEASE = timedelta(seconds=30)
_MOST_TOGETHER = 200
_OPEN = (Sending.NEW.value, Sending.SENDING.value, Sending.UNKNOWN.value)
_NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Outbox(Repository):
    """Put messages down within the transaction that makes them true."""

    def put(self, message: Outgoing, *, at: datetime) -> bool:
        """Write down what is to be said; False where a message of this identity is there already."""
        _open_lane(self._connection, self._workspace, message.lane, message.due_at)
        return insert_new(
            self._connection,
            outbox,
            workspace=self._workspace,
            lane=message.lane,
            saying=message.saying.value,
            about=str(message.about),
            person=message.person,
            key=message.key[:255],
            params=dict(message.params),
            state=Sending.NEW.value,
            due_at=message.due_at,
            created_at=at,
            attempts=0,
            token=str(uuid.uuid4()),
            may_repeat=False,
        )

    def was_put(self, key: str) -> bool:
        """Tell whether a message of this identity was ever written down."""
        statement = select(outbox.c.id).where(self._mine(outbox), outbox.c.key == key[:255])
        return self._connection.execute(statement).first() is not None

    def is_on_its_way(self, key: str) -> bool:
        """Tell whether a message of this identity still waits, or nobody knows yet what became of it."""
        statement = select(outbox.c.id).where(self._mine(outbox), outbox.c.key == key[:255], outbox.c.state.in_(_OPEN))
        return self._connection.execute(statement).first() is not None

    def is_unsure(self, claimed: Claimed, sayings: Iterable[Saying]) -> bool:
        """Tell whether a send about the same thing that began earlier has no known outcome yet."""
        kinds = [saying.value for saying in sayings]
        if not kinds:
            return False
        began = select(outbox.c.attempted_at).where(outbox.c.id == claimed.id).scalar_subquery()
        tie = and_(outbox.c.attempted_at == began, outbox.c.id < claimed.id)
        statement = select(outbox.c.id).where(
            self._mine(outbox),
            outbox.c.state.in_((Sending.SENDING.value, Sending.UNKNOWN.value)),
            outbox.c.about == str(claimed.message.about),
            outbox.c.saying.in_(kinds),
            outbox.c.id.not_in([one.id for one in claimed.everyone]),
            or_(outbox.c.attempted_at < began, tie),
        )
        return self._connection.execute(statement.limit(1)).first() is not None

    def sent_to(self, person: str, since: datetime, sayings: tuple[Saying, ...]) -> int:
        """Count the messages that were sent to a person since then; what became one message counts once."""
        kinds = [saying.value for saying in sayings]
        statement = select(func.count(func.distinct(outbox.c.ts))).where(
            self._mine(outbox), outbox.c.person == person, outbox.c.sent_at >= since, outbox.c.saying.in_(kinds)
        )
        return int(self._connection.execute(statement).scalar_one())


class Posts(Repository):
    """Where messages stand in Slack, so that they can be edited in place."""

    def find(self, about: Reference, role: Saying) -> Post | None:
        """Find where a message of this kind about this thing stands."""
        row = self._connection.execute(
            select(posts).where(self._mine(posts), posts.c.about == str(about), posts.c.role == role.value)
        ).first()
        return _post(row) if row else None

    def at(self, channel: str, ts: str) -> Post | None:
        """Find what a message in Slack is about; nothing where it is about several things."""
        found = self.sharing(channel, ts)
        return found[0] if len(found) == 1 else None

    def sharing(self, channel: str, ts: str) -> Sequence[Post]:
        """List everything that one message in Slack is about."""
        there = (self._mine(posts), posts.c.channel == channel, posts.c.ts == ts)
        return [_post(row) for row in self._connection.execute(select(posts).where(*there))]

    def save(self, post: Post) -> None:
        """Remember where a message stands."""
        keys = {"workspace": self._workspace, "about": str(post.about), "role": post.role}
        place = {"channel": post.channel, "ts": post.ts, "person": post.person, "due_at": post.due_at}
        upsert(self._connection, posts, keys, place)

    def forget(self, about: Reference, role: Saying) -> None:
        """Forget a message that is gone from Slack."""
        gone = (self._mine(posts), posts.c.about == str(about), posts.c.role == role.value)
        self._connection.execute(delete(posts).where(*gone))


def claim(connection: Connection, *, now: datetime, machine_now: datetime, limit: int) -> list[Claimed]:
    """Take the first due message of up to `limit` lanes that are free; one message a lane."""
    free = _is_free(now, machine_now)
    candidates = select(lanes.c.workspace, lanes.c.lane).where(free).order_by(lanes.c.due_at).limit(limit)
    claimed = []
    for workspace, lane in connection.execute(candidates.with_for_update(skip_locked=True)).all():
        taken = update(lanes).where(_is(lanes, workspace, lane), free)
        taken = taken.values(lease_until=machine_now + LEASE, fence=lanes.c.fence + 1)
        fence = connection.execute(taken.returning(lanes.c.fence)).scalar()
        if fence is None:  # not ours, so not ours to release either
            continue
        message = _take_first(connection, workspace, lane, now, machine_now, fence)
        if message:
            claimed.append(message)
        else:
            _release(connection, workspace, lane, machine_now)
    return claimed


def settle(
    connection: Connection,
    claimed: Claimed,
    state: Sending,
    *,
    machine_now: datetime,
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
    if not _still_ours(connection, claimed):
        return False
    values = {"state": state.value, "reason": reason and reason[:255], "channel": channel, "ts": ts, "sent_at": sent_at}
    shared = [one.id for one in claimed.everyone if one.id not in left_out]
    sending = outbox.c.state == Sending.SENDING.value
    done = update(outbox).where(outbox.c.id.in_(shared), sending).values(**values).returning(outbox.c.id)
    settled = bool(connection.execute(done).all())
    if left_out:
        dropped = {"state": Sending.DROPPED.value, "reason": "no longer true"}
        connection.execute(update(outbox).where(outbox.c.id.in_(sorted(left_out)), sending).values(**dropped))
    _release(connection, claimed.workspace, claimed.message.lane, free_at)
    return settled


def put_off(connection: Connection, claimed: Claimed, *, until: datetime, free_at: datetime) -> bool:
    """Put a message back until `until` (people's time): its reader is outside their hours."""
    if not _still_ours(connection, claimed):
        return False
    ids = [one.id for one in claimed.everyone]
    back = {"state": Sending.NEW.value, "due_at": until, "attempts": claimed.attempts}
    sending = outbox.c.state == Sending.SENDING.value
    connection.execute(update(outbox).where(outbox.c.id.in_(ids), sending).values(**back))
    _release(connection, claimed.workspace, claimed.message.lane, free_at)
    return True


def is_due(connection: Connection, *, now: datetime, machine_now: datetime) -> bool:
    """Tell whether any lane has something due and is free."""
    statement = select(lanes.c.lane).where(_is_free(now, machine_now)).limit(1)
    return connection.execute(statement).first() is not None


def next_free_at(connection: Connection, *, now: datetime) -> datetime | None:
    """Get when the next lane with something due becomes free, in machine time."""
    busy_until = case((lanes.c.lease_until > lanes.c.free_at, lanes.c.lease_until), else_=lanes.c.free_at)
    return connection.execute(select(func.min(busy_until)).where(lanes.c.due_at <= now)).scalar()


def unknown(connection: Connection, *, attempted_before: datetime, limit: int = 20) -> list[Claimed]:
    """List sends whose outcome is unknown and whose settle time is over."""
    statement = (
        select(outbox)
        .where(outbox.c.state == Sending.UNKNOWN.value, outbox.c.attempted_at <= attempted_before)
        .order_by(outbox.c.attempted_at, outbox.c.id)
        .limit(limit)
    )
    return [_claimed(row, fence=0) for row in connection.execute(statement)]


def attempted_at(connection: Connection, id: int) -> datetime:
    """Get when a message was last tried, in machine time."""
    return connection.execute(select(outbox.c.attempted_at).where(outbox.c.id == id)).scalar_one() or _NEVER


def resolve(connection: Connection, claimed: Claimed, state: Sending, **values: Any) -> bool:
    """Record what became of an unknown send; NEW puts it back into its lane."""
    done = update(outbox).where(outbox.c.id == claimed.id, outbox.c.state == Sending.UNKNOWN.value)
    changed = connection.execute(done.values(state=state.value, **values).returning(outbox.c.id)).first()
    if changed and state is Sending.NEW:
        _open_lane(connection, claimed.workspace, claimed.message.lane, claimed.message.due_at)
    return changed is not None


def next_due_at(connection: Connection) -> datetime | None:
    """Get when the next message is due, in people's time."""
    return connection.execute(select(func.min(lanes.c.due_at))).scalar()


def _take_first(
    connection: Connection, workspace: str, lane: str, now: datetime, machine_now: datetime, fence: int
) -> Claimed | None:
    lost = update(outbox).where(_is(outbox, workspace, lane), outbox.c.state == Sending.SENDING.value)
    connection.execute(lost.values(state=Sending.UNKNOWN.value))
    due = and_(_is(outbox, workspace, lane), outbox.c.state == Sending.NEW.value, outbox.c.due_at <= now)
    row = connection.execute(select(outbox).where(due).order_by(outbox.c.id).limit(1)).first()
    if row is None:
        return None
    rows = [row, *_companions(connection, row, due)]
    attempt = {"state": Sending.SENDING.value, "attempts": outbox.c.attempts + 1, "attempted_at": machine_now}
    attempt |= {"token": row.token} if len(rows) > 1 else {}  # one message, one token to find it by
    connection.execute(update(outbox).where(outbox.c.id.in_([one.id for one in rows])).values(**attempt))
    first, *others = (_claimed(one, fence=fence) for one in rows)
    return replace(first, companions=tuple(others))


def _companions(connection: Connection, row: "Row[Any]", due: ColumnElement[bool]) -> "list[Row[Any]]":
    """List what is due with a message and becomes one with it."""
    least = bundles_from(Saying(row.saying), row.lane)
    if least is None or "ts" in row.params:
        return []
    alike = select(outbox).where(due, outbox.c.saying == row.saying, outbox.c.id != row.id).order_by(outbox.c.id)
    others = [one for one in connection.execute(alike.limit(_MOST_TOGETHER - 1)) if "ts" not in one.params]
    return others if len(others) + 1 >= least else []


def _still_ours(connection: Connection, claimed: Claimed) -> bool:
    where = _is(lanes, claimed.workspace, claimed.message.lane)
    return bool(connection.execute(select(lanes.c.fence).where(where).with_for_update()).scalar() == claimed.fence)


def _is_free(now: datetime, machine_now: datetime) -> ColumnElement[bool]:
    leased = or_(lanes.c.lease_until.is_(None), lanes.c.lease_until <= machine_now)
    return and_(lanes.c.due_at <= now, lanes.c.free_at <= machine_now, leased)


def _claimed(row: "Row[Any]", *, fence: int) -> Claimed:
    about = Reference.read(row.about)
    if about is None:
        raise ValueError(f"outbox row {row.id} is about nothing: {row.about}")
    message = Outgoing(
        saying=Saying(row.saying),
        about=about,
        lane=row.lane,
        key=row.key,
        due_at=row.due_at,
        person=row.person,
        params=row.params,
    )
    return Claimed(
        id=row.id,
        workspace=row.workspace,
        message=message,
        attempts=row.attempts,
        token=row.token,
        fence=fence,
        may_repeat=row.may_repeat,
    )


def _post(row: "Row[Any]") -> Post:
    about = Reference.read(row.about)
    if about is None:
        raise ValueError(f"a post is about nothing: {row.about}")
    return Post(about=about, role=row.role, channel=row.channel, ts=row.ts, person=row.person, due_at=row.due_at)


def _release(connection: Connection, workspace: str, lane: str, free_at: datetime) -> None:
    waiting = select(func.min(outbox.c.due_at)).where(_is(outbox, workspace, lane), outbox.c.state == Sending.NEW.value)
    values = {"lease_until": None, "free_at": free_at, "due_at": waiting.scalar_subquery()}
    connection.execute(update(lanes).where(_is(lanes, workspace, lane)).values(**values))


def _open_lane(connection: Connection, workspace: str, lane: str, due_at: datetime) -> None:
    insert_lane = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(lanes)
    statement = insert_lane.values(workspace=workspace, lane=lane, due_at=due_at, free_at=_NEVER, fence=0)
    sooner = or_(lanes.c.due_at.is_(None), lanes.c.due_at > statement.excluded.due_at)
    changes = {"due_at": case((sooner, statement.excluded.due_at), else_=lanes.c.due_at)}
    connection.execute(statement.on_conflict_do_update(index_elements=["workspace", "lane"], set_=changes))


def _is(table: Any, workspace: str, lane: str) -> Any:
    return and_(table.c.workspace == workspace, table.c.lane == lane)
