"""The timeline: append-only history."""

from sqlalchemy import insert, select

from bot.domain.references import Reference
from bot.domain.timeline import Entry, Happened
from storage.rows import Repository
from storage.tables import timeline

_ADD = insert(timeline).inline()


class Timeline(Repository):
    """What happened in one workspace."""

    def add(self, entry: Entry) -> None:
        """Append an entry."""
        row = {
            "workspace": self._workspace,
            "about": str(entry.about),
            "happened": entry.happened.value,
            "at": entry.at,
            "by": entry.by,
            "data": dict(entry.data),
        }
        self._connection.execute(_ADD, row)

    def list(self, about: Reference, *, limit: int = 50) -> list[Entry]:
        """List the newest entries about one thing, oldest first."""
        statement = (
            select(timeline)
            .where(self._mine(timeline), timeline.c.about == str(about))
            .order_by(timeline.c.id.desc())
            .limit(limit)
        )
        rows = self._connection.execute(statement).all()
        return [Entry(about, Happened(row.happened), row.at, row.by, row.data) for row in reversed(rows)]
