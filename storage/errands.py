"""Errands: work that needs Slack first, kept from its event until the tick has done it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.rows import Repository
from storage.tables import errands


@dataclass(frozen=True, slots=True)
class Errand:
    """One piece of pending work. `kind` names what the tick does with `params`."""

    id: int
    workspace: str
    kind: str
    params: Mapping[str, str]
    attempts: int


class Errands(Repository):
    """Pending work of one workspace."""

    def add(self, kind: str, params: Mapping[str, str], *, at: datetime) -> None:
        """Keep an errand for the next tick."""
        self._expect_look(at)
        row = {"kind": kind, "params": dict(params), "attempts": 0, "run_at": at}
        self._connection.execute(insert(errands).values(workspace=self._workspace, **row))

    def finish(self, id: int) -> bool:
        """Take an errand off the list; False where it is gone already."""
        gone = delete(errands).where(self._mine(errands), errands.c.id == id).returning(errands.c.id)
        return self._connection.execute(gone).first() is not None


def next_run_at(connection: Connection) -> datetime | None:
    """Get when the next errand is due (machine time)."""
    return connection.execute(select(func.min(errands.c.run_at))).scalar()


def claim_errands(connection: Connection, *, now: datetime, lease_until: datetime, limit: int = 20) -> list[Errand]:
    """Take errands that are due until `lease_until` (machine time); one that isn't finished by then comes again."""
    statement = select(errands).where(errands.c.run_at <= now).order_by(errands.c.run_at, errands.c.id).limit(limit)
    rows: list[Any] = list(connection.execute(statement.with_for_update(skip_locked=True)).all())
    for row in rows:
        taken = {"run_at": lease_until, "attempts": row.attempts + 1}
        connection.execute(update(errands).where(errands.c.id == row.id).values(**taken))
    return [Errand(row.id, row.workspace, row.kind, row.params, row.attempts + 1) for row in rows]
