"""Workspaces, their settings, and the numbers that they give out."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from bot.domain.references import Noun
from bot.domain.workspaces import Answering, Workspace
from storage.rows import Repository, insert_new
from storage.tables import counters, workspaces


class Workspaces(Repository):
    """The settings of the workspace that this unit of work is for."""

    def get(self) -> Workspace:
        """Get the settings. Raises LookupError where Stafet isn't installed."""
        found = find_workspace(self._connection, self._workspace)
        if found is None:
            raise LookupError(self._workspace)
        return found

    def save(self, workspace: Workspace) -> None:
        """Keep changed settings."""
        values = asdict(workspace)
        del values["id"]
        self._connection.execute(update(workspaces).where(workspaces.c.id == self._workspace).values(**values))

    def next_number(self, noun: Noun) -> int:
        """Give out the next number of T, H, J …; one transaction at a time."""
        insert_new(self._connection, counters, workspace=self._workspace, noun=noun.value, last=0)
        statement = (
            update(counters)
            .where(self._mine(counters), counters.c.noun == noun.value)
            .values(last=counters.c.last + 1)
            .returning(counters.c.last)
        )
        return int(self._connection.execute(statement).scalar_one())


def find_workspace(connection: Connection, id: str) -> Workspace | None:
    """Find a workspace by Slack's team id."""
    row = connection.execute(select(workspaces).where(workspaces.c.id == id)).mappings().first()
    if row is None:
        return None
    values: dict[str, Any] = dict(row)
    return Workspace(**values | {"answering": Answering(values["answering"])})


def home_of(connection: Connection, id: str) -> Workspace:
    """Find a workspace; an unknown id means the only one that there is. Raises LookupError."""
    found = find_workspace(connection, id)
    if found is None:
        ids = installed(connection)
        found = find_workspace(connection, ids[0]) if len(ids) == 1 else None
    if found is None:
        raise LookupError(id)
    return found


def install(connection: Connection, workspace: Workspace) -> None:
    """Keep a new workspace, or who the bot is in a known one; its settings stay."""
    if insert_new(connection, workspaces, **asdict(workspace)):
        return
    identity = {key: getattr(workspace, key) for key in ("name", "url", "bot_user", "bot_id")}
    connection.execute(update(workspaces).where(workspaces.c.id == workspace.id).values(**identity))


def installed(connection: Connection) -> list[str]:
    """List the ids of the workspaces that have Stafet."""
    return list(connection.execute(select(workspaces.c.id).order_by(workspaces.c.id)).scalars())
