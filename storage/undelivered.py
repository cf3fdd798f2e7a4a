"""What could not be delivered lately, by the index of outbox rows by state: what was sent isn't looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.domain.outgoing import Saying, Sending
from bot.domain.references import Reference
from storage.rows import Repository
from storage.tables import outbox

_KNOWN = tuple(saying.value for saying in Saying)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRow:
    """One outbox row that ended as dead. `due_at` is people's time, `tried_at` the machine's."""

    workspace: str
    saying: Saying
    about: Reference
    lane: str
    reason: str
    due_at: datetime
    tried_at: datetime


class DeadMessages(Repository):
    """What could not be delivered in one workspace."""

    def list(self, *, since: datetime, limit: int) -> Sequence[DeadRow]:
        """List what was last tried since then (machine time), the newest first."""
        return list_dead(self._connection, since=since, limit=limit, workspace=self._workspace)

    def count(self, *, since: datetime) -> int:
        """Count what was last tried since then (machine time)."""
        return count_dead(self._connection, since=since, workspace=self._workspace)


def list_dead(
    connection: Connection, *, since: datetime, limit: int, workspace: str | None = None
) -> Sequence[DeadRow]:
    """List what was last tried since then (machine time), the newest first; of every workspace unless one is named."""
    statement = (
        select(outbox)
        .where(_dead(since, workspace))
        .order_by(outbox.c.attempted_at.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    return [
        DeadRow(
            workspace=row.workspace,
            saying=Saying(row.saying),
            about=about,
            lane=row.lane,
            reason=row.reason or "",
            due_at=row.due_at,
            tried_at=row.attempted_at,
        )
        for row in connection.execute(statement)
        if (about := Reference.read(row.about))
    ]


def count_dead(connection: Connection, *, since: datetime, workspace: str | None = None) -> int:
    """Count what was last tried since then (machine time); of every workspace unless one is named."""
    statement = select(func.count()).select_from(outbox).where(_dead(since, workspace))
    return int(connection.execute(statement).scalar_one())


def _dead(since: datetime, workspace: str | None) -> ColumnElement[bool]:
    ended = and_(outbox.c.state == Sending.DEAD.value, outbox.c.attempted_at >= since)
    dead = and_(ended, outbox.c.saying.in_(_KNOWN))  # a newer program's kinds have no words here
    return and_(dead, outbox.c.workspace == workspace) if workspace else dead
