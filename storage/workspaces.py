"""Workspaces, their settings, and the numbers that they give out."""

from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, select, update

from bot.domain.references import Noun
from bot.domain.workspaces import Answering, Workspace
from storage.memory import Remembering, outdate
from storage.rows import insert_new, insert_on
from storage.tables import counters, workspaces

_FIND = select(workspaces).where(workspaces.c.id == bindparam("id"))


class NotInstalled(LookupError):
    """No workspace of this id has Stafet, nor is there only one that could be meant."""


class Workspaces(Remembering):
    """The settings of the workspace that this unit of work is for."""

    def get(self) -> Workspace:
        """Get the settings. Raises LookupError where Stafet isn't installed."""
        known: Workspace | None = self._known.get(self._workspace)
        if known is None:
            known = find_workspace(self._connection, self._workspace)
            if known is None:
                raise LookupError(self._workspace)
            self._known[self._workspace] = known
        return known

    def save(self, workspace: Workspace) -> None:
        """Keep changed settings."""
        self._change(self._workspace)
        values = asdict(workspace)
        del values["id"]
        self._connection.execute(update(workspaces).where(workspaces.c.id == self._workspace).values(**values))

    def next_number(self, noun: Noun) -> int:
        """Give out the next number of T, H, J …; one transaction at a time."""
        statement = _count_on(self._connection.dialect.name)
        first = {"workspace": self._workspace, "noun": noun.value, "last": 1}
        return int(self._connection.execute(statement, first).scalar_one())


@cache
def _count_on(dialect: str) -> Executable:
    one_more = {"last": counters.c.last + 1}
    statement = insert_on(counters, dialect).on_conflict_do_update(index_elements=["workspace", "noun"], set_=one_more)
    return statement.returning(counters.c.last)


def find_workspace(connection: Connection, id: str) -> Workspace | None:
    """Find a workspace by Slack's team id."""
    row = connection.execute(_FIND, {"id": id}).mappings().first()
    if row is None:
        return None
    values: dict[str, Any] = dict(row)
    return Workspace(**values | {"answering": Answering(values["answering"])})


def home_of(connection: Connection, id: str) -> Workspace:
    """Find a workspace; an unknown id means the only one that there is. Raises NotInstalled."""
    found = find_workspace(connection, id)
    if found is None:
        ids = installed(connection)
        found = find_workspace(connection, ids[0]) if len(ids) == 1 else None
    if found is None:
        raise NotInstalled(id)
    return found


def install(connection: Connection, workspace: Workspace) -> None:
    """Keep a new workspace, or who the bot is in a known one; its settings stay."""
    outdate(connection)
    if insert_new(connection, workspaces, **asdict(workspace)):
        return
    identity = {key: getattr(workspace, key) for key in ("name", "url", "bot_user", "bot_id")}
    connection.execute(update(workspaces).where(workspaces.c.id == workspace.id).values(**identity))


def installed(connection: Connection) -> list[str]:
    """List the ids of the workspaces that have Stafet."""
    return list(connection.execute(select(workspaces.c.id).order_by(workspaces.c.id)).scalars())
