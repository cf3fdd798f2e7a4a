"""Notices: rows ⇄ values."""

from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from bot.domain.errors import NotFound
from bot.domain.notices import Notice, NoticeState
from bot.domain.references import Noun, Reference
from storage.rows import Repository
from storage.tables import notices


class Notices(Repository):
    """The notices of one workspace."""

    def get(self, ref: Reference) -> Notice:
        """Get a notice. Raises NotFound."""
        found = self.find(ref)
        if found is None:
            raise NotFound("notice.problem.unknown", ref=str(ref))
        return found

    def find(self, ref: Reference) -> Notice | None:
        """Find a notice by its reference."""
        if ref.noun is not Noun.NOTICE:
            return None
        return self._one(select(notices).where(self._mine(notices), notices.c.number == ref.number))

    def draft_of(self, task: int) -> Notice | None:
        """Find the newest notice about a task that nobody has sent or put aside."""
        drafts = (notices.c.task == task, notices.c.state == NoticeState.DRAFT.value)
        return self._one(select(notices).where(self._mine(notices), *drafts).order_by(notices.c.number.desc()).limit(1))

    def add(self, notice: Notice) -> None:
        """Insert a notice."""
        keys = {"workspace": self._workspace, "number": notice.number}
        self._connection.execute(insert(notices).values(**keys, **_values(notice)))

    def save(self, notice: Notice) -> None:
        """Keep a changed notice."""
        mine = (self._mine(notices), notices.c.number == notice.number)
        self._connection.execute(update(notices).where(*mine).values(**_values(notice)))

    def _one(self, statement: "Select[tuple[Any, ...]]") -> Notice | None:
        row = self._connection.execute(statement.with_for_update() if self._writes else statement).first()
        return _notice(row) if row else None


def _notice(row: "Row[tuple[Any, ...]]") -> Notice:
    values = {key: value for key, value in row._mapping.items() if key != "workspace"}
    return Notice(**values | {"state": NoticeState(values["state"])})


def _values(notice: Notice) -> dict[str, Any]:
    return {
        "task": notice.task,
        "state": notice.state.value,
        "text": notice.text,
        "drafted_for": notice.drafted_for,
        "due_at": notice.due_at,
        "created_at": notice.created_at,
        "sent_at": notice.sent_at,
        "sent_by": notice.sent_by,
    }
