"""Members and channels: what is known of Slack's people and places."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.domain.customers import fold
from bot.domain.members import Channel, Member
from storage.memory import Remembering
from storage.rows import upsert
from storage.tables import channels, members

_SLACKS_OWN = ("name", "handle", "language", "zone", "is_admin", "is_bot", "is_outsider", "is_guest", "is_gone")

_FIND = select(members).where(members.c.workspace == bindparam("workspace"), members.c.id == bindparam("id"))
_LIST = select(members).where(
    members.c.workspace == bindparam("workspace"), members.c.id.in_(bindparam("ids", expanding=True))
)
_OF_DM = select(members.c.id).where(
    members.c.workspace == bindparam("workspace"), members.c.dm_channel == bindparam("channel")
)
_FIND_CHANNEL = select(channels).where(channels.c.workspace == bindparam("workspace"), channels.c.id == bindparam("id"))
_LIST_CHANNELS = select(channels).where(
    channels.c.workspace == bindparam("workspace"), channels.c.id.in_(bindparam("ids", expanding=True))
)


class Members(Remembering):
    """The people of one workspace, and outsiders that it has met."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        super().__init__(connection, workspace, writes=writes)
        self._of_dm: dict[str, str | None] = {}

    def find(self, id: str) -> Member | None:
        """Find a member by Slack's user id; who was looked up before is known."""
        if id not in self._known:
            row = self._connection.execute(_FIND, {"workspace": self._workspace, "id": id}).first()
            self._known[id] = _member(row) if row else None
        found: Member | None = self._known[id]
        return found

    def list(self, ids: Iterable[str]) -> dict[str, Member]:
        """List members by id; unknown ones are left out."""
        wanted = {id for id in ids if id}
        if not wanted:
            return {}
        rows = self._connection.execute(_LIST, {"workspace": self._workspace, "ids": sorted(wanted)})
        return {member.id: member for member in map(_member, rows)}

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read many members at once: to `find` them costs nothing more in this transaction."""
        asked = set(ids)
        wanted = asked - self._known.keys()
        found = self.list(wanted)
        self._known |= {id: found.get(id) for id in wanted}
        people = filter(None, map(self._known.get, asked))
        self._of_dm |= {member.dm_channel: member.id for member in people if member.dm_channel}

    def named(self, handles: Iterable[str]) -> dict[str, Member]:
        """Find whom each typed `@name` means; one that could mean several means nobody."""
        names = {handle: fold(handle) for handle in handles}
        if not names:
            return {}
        called: dict[str, set[str]] = {name: set() for name in names.values()}
        present = select(members.c.id, members.c.handle, members.c.name).where(self._mine(members), ~members.c.is_gone)
        for row in self._connection.execute(present):
            # Not SQL's lower(): SQLite knows only ASCII, PostgreSQL only what its locale knows.
            for name in called.keys() & {fold(row.handle), fold(row.name)}:
                called[name].add(row.id)
        meant = {handle: next(iter(called[name])) for handle, name in names.items() if len(called[name]) == 1}
        found = self.list(meant.values())
        return {handle: found[id] for handle, id in meant.items()}

    def learn(self, member: Member) -> None:
        """Keep what Slack says of a person; what the person chose here stays."""
        self._forget(member.id)
        told = {key: value for key, value in asdict(member).items() if key in _SLACKS_OWN}
        upsert(self._connection, members, {"workspace": self._workspace, "id": member.id}, told)

    def save(self, member: Member) -> None:
        """Keep the person's own settings."""
        self._forget(member.id)
        values = asdict(member)
        upsert(self._connection, members, {"workspace": self._workspace, "id": values.pop("id")}, values)

    def of_dm(self, channel: str) -> str | None:
        """Find whose direct messages with the bot a channel holds; what was looked up in this transaction is known."""
        if channel not in self._of_dm:
            asked = {"workspace": self._workspace, "channel": channel}
            self._of_dm[channel] = self._connection.execute(_OF_DM, asked).scalar()
        return self._of_dm[channel]

    def keep_dm(self, id: str, channel: str) -> None:
        """Remember the channel of a person's direct messages."""
        self._forget(id)
        self._connection.execute(
            update(members).where(self._mine(members), members.c.id == id).values(dm_channel=channel)
        )

    def _forget(self, id: str) -> None:
        self._change(id)
        self._of_dm.clear()


class Channels(Remembering):
    """The channels of one workspace."""

    def find(self, id: str) -> Channel | None:
        """Find a channel by Slack's id; what was looked up before is known."""
        if id not in self._known:
            row = self._connection.execute(_FIND_CHANNEL, {"workspace": self._workspace, "id": id}).first()
            self._known[id] = Channel(**_without_workspace(row)) if row else None
        found: Channel | None = self._known[id]
        return found

    def read_ahead(self, ids: Iterable[str]) -> None:
        """Read many channels at once: to `find` them costs nothing more in this transaction."""
        wanted = sorted(set(ids) - self._known.keys())
        if not wanted:
            return
        rows = self._connection.execute(_LIST_CHANNELS, {"workspace": self._workspace, "ids": wanted})
        found = {row.id: Channel(**_without_workspace(row)) for row in rows}
        self._known |= {id: found.get(id) for id in wanted}

    def save(self, channel: Channel) -> None:
        """Keep what Slack says of a channel."""
        self._change(channel.id)
        values = asdict(channel)
        upsert(self._connection, channels, {"workspace": self._workspace, "id": values.pop("id")}, values)


def _member(row: Row[tuple[object, ...]]) -> Member:
    return Member(**_without_workspace(row))


def _without_workspace(row: Row[tuple[object, ...]]) -> dict[str, Any]:
    values = dict(row._mapping)
    del values["workspace"]
    return values
