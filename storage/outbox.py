"""The outbox: what is to be said, put down within the transaction that makes it true.

Each message waits in a lane; `lanes.py` claims it there and settles it. What nobody knows the outcome of is listed and
resolved here.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Row, and_, bindparam, case, func, literal_column, or_, select, update

from bot.domain.outgoing import Claimed, Outgoing, Saying, Sending
from bot.domain.references import Reference
from storage.rows import OURS, Repository, insert_new, insert_on
from storage.tables import lanes, outbox

KNOWN = tuple(saying.value for saying in Saying)
"""What this program can say; a row may hold what only a newer one can."""
LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_OPEN = (Sending.NEW.value, Sending.SENDING.value, Sending.UNKNOWN.value)


class Outbox(Repository):
    """Put messages down within the transaction that makes them true."""

    def put(self, message: Outgoing, *, at: datetime) -> bool:
        """Write down what is to be said; False where a message of this identity is there already."""
        _open_lanes(self._connection, self._workspace, {message.lane: message.due_at})
        return insert_new(self._connection, outbox, **self._row(message, at))

    def put_all(self, messages: Iterable[Outgoing], *, at: datetime) -> None:
        """Write down many at once; lanes in one order, so that two who do so can't wait for each other."""
        lanes_due: dict[str, datetime] = {}
        rows = []
        for message in messages:
            lanes_due[message.lane] = min(message.due_at, lanes_due.get(message.lane, message.due_at))
            rows.append(self._row(message, at))
        if rows:
            _open_lanes(self._connection, self._workspace, lanes_due)
            self._connection.execute(_put_all_on(self._connection.dialect.name), rows)

    def _row(self, message: Outgoing, at: datetime) -> dict[str, Any]:
        """Make its row, but for what the table itself says of a new message."""
        return {
            "workspace": self._workspace,
            "lane": message.lane,
            "saying": message.saying.value,
            "about": str(message.about),
            "person": message.person,
            "key": message.key[:255],
            "params": dict(message.params),
            "due_at": message.due_at,
            "created_at": at,
            "token": secrets.token_hex(16),
        }

    def is_on_its_way(self, key: str) -> bool:
        """Tell whether a message of this identity still waits, or nobody knows yet what became of it."""
        asked = {"workspace": self._workspace, "key": key[:255]}
        return self._connection.execute(_IS_ON_ITS_WAY, asked).first() is not None

    def is_unsure(self, claimed: Claimed, sayings: Iterable[Saying]) -> bool:
        """Tell whether a send about the same thing that began earlier has no known outcome yet."""
        kinds = {saying.value for saying in sayings}
        if not kinds:
            return False
        asked = {"workspace": self._workspace, "about": str(claimed.message.about), "own": claimed.id}
        rows = self._connection.execute(_BEGUN_BY_THEN, asked).all()
        own = {one.id for one in claimed.everyone}
        mine = next(((row.attempted_at, row.id) for row in rows if row.id == claimed.id), None)
        others = [(row.attempted_at, row.id) for row in rows if row.saying in kinds and row.id not in own]
        return mine is not None and any(other < mine for other in others)

    def sent_to(self, person: str, since: datetime, sayings: tuple[Saying, ...]) -> int:
        """Count the messages that were sent to a person since then; what became one message counts once."""
        kinds = [saying.value for saying in sayings]
        statement = select(func.count(func.distinct(outbox.c.ts))).where(
            self._mine(outbox), outbox.c.person == person, outbox.c.sent_at >= since, outbox.c.saying.in_(kinds)
        )
        return int(self._connection.execute(statement).scalar_one())


def unknown(connection: Connection, *, attempted_before: datetime, limit: int) -> list[tuple[Claimed, datetime]]:
    """List sends whose outcome is unknown and whose settle time is over, and when each was tried (machine time)."""
    statement = (
        select(outbox)
        .where(_UNKNOWN, outbox.c.attempted_at <= attempted_before)
        .order_by(outbox.c.attempted_at, outbox.c.id)
        .limit(limit)
    )
    return [(claimed_from(row, fence=0), row.attempted_at) for row in connection.execute(statement)]


def first_unknown_at(connection: Connection) -> datetime | None:
    """Get when the first of the sends was tried whose outcome is unknown (machine time)."""
    return connection.execute(_FIRST_UNKNOWN_AT).scalar()


def resolve(connection: Connection, claimed: Claimed, state: Sending, **values: Any) -> bool:
    """Record what became of an unknown send; NEW puts it back into its lane."""
    done = update(outbox).where(outbox.c.id == claimed.id, outbox.c.state == Sending.UNKNOWN.value)
    changed = connection.execute(done.values(state=state.value, **values).returning(outbox.c.id)).first()
    if changed and state is Sending.NEW:
        _open_lanes(connection, claimed.workspace, {claimed.message.lane: claimed.message.due_at})
    return changed is not None


def claimed_from(row: "Row[Any]", *, fence: int) -> Claimed:
    """Read a message from its row; `fence` is that of its lane, 0 where it isn't held. Raises ValueError."""
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


def _open_lanes(connection: Connection, workspace: str, due: Mapping[str, datetime]) -> None:
    """Make the lanes that aren't there, and let each be due as soon as `due` says."""
    common = {"workspace": workspace, "free_at": LONG_AGO, "fence": 0}
    rows = [common | {"lane": lane, "due_at": due[lane]} for lane in sorted(due)]
    connection.execute(_open_lane_on(connection.dialect.name), rows)


@cache
def _put_all_on(dialect: str) -> Executable:
    return insert_on(outbox, dialect).on_conflict_do_nothing().inline()


@cache
def _open_lane_on(dialect: str) -> Executable:
    insert_lane = insert_on(lanes, dialect)
    sooner = or_(lanes.c.due_at.is_(None), lanes.c.due_at > insert_lane.excluded.due_at)
    changes = {"due_at": case((sooner, insert_lane.excluded.due_at), else_=lanes.c.due_at)}
    return insert_lane.on_conflict_do_update(index_elements=["workspace", "lane"], set_=changes)


# Statements that every message needs are built once: to build one costs as much as to run it.

_OURS = outbox.c.workspace == OURS
_UNKNOWN = and_(outbox.c.state == Sending.UNKNOWN.value, outbox.c.saying.in_(KNOWN))
_FIRST_UNKNOWN_AT = select(func.min(outbox.c.attempted_at)).where(_UNKNOWN)
_IS_ON_ITS_WAY = select(outbox.c.id).where(_OURS, outbox.c.key == bindparam("key"), outbox.c.state.in_(_OPEN))
_BEGAN = select(outbox.c.attempted_at).where(outbox.c.id == bindparam("own")).scalar_subquery()
_BEGUN_BY_THEN = select(outbox.c.id, outbox.c.saying, outbox.c.attempted_at).where(
    _OURS,
    outbox.c.about == bindparam("about"),
    outbox.c.state.in_([literal_column("'sending'"), literal_column("'unknown'")]),
    outbox.c.attempted_at <= _BEGAN,  # by the index of sends that are open, which are few
)
