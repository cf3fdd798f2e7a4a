"""Members and channels: what is known of Slack's people and places."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Row, select, update

from bot.domain.customers import fold
from bot.domain.members import Channel, Member
from storage.rows import Repository, upsert
from storage.tables import channels, members

_SLACKS_OWN = ("name", "handle", "language", "zone", "is_admin", "is_bot", "is_outsider", "is_guest", "is_gone")


class Members(Repository):
    """The people of one workspace, and outsiders that it has met."""

    def find(self, id: str) -> Member | None:
        """Find a member by Slack's user id."""
        row = self._connection.execute(select(members).where(self._mine(members), members.c.id == id)).first()
        return _member(row) if row else None

    def list(self, ids: Iterable[str]) -> dict[str, Member]:
        """List members by id; unknown ones are left out."""
        wanted = {id for id in ids if id}
        if not wanted:
            return {}
        rows = self._connection.execute(select(members).where(self._mine(members), members.c.id.in_(wanted)))
        return {member.id: member for member in map(_member, rows)}

    def named(self, handle: str) -> Sequence[Member]:
        """List the members whom a typed `@name` could mean."""
        name = fold(handle)  # not SQL's lower(): SQLite knows only ASCII, PostgreSQL only what its locale knows
        present = select(members.c.id, members.c.handle, members.c.name).where(self._mine(members), ~members.c.is_gone)
        rows = self._connection.execute(present.order_by(members.c.id))
        ids = [row.id for row in rows if name in (fold(row.handle), fold(row.name))]
        return list(self.list(ids[:5]).values())

    def learn(self, member: Member) -> None:
        """Keep what Slack says of a person; what the person chose here stays."""
        told = {key: value for key, value in asdict(member).items() if key in _SLACKS_OWN}
        upsert(self._connection, members, {"workspace": self._workspace, "id": member.id}, told)

    def save(self, member: Member) -> None:
        """Keep the person's own settings."""
        values = asdict(member)
        upsert(self._connection, members, {"workspace": self._workspace, "id": values.pop("id")}, values)

    def of_dm(self, channel: str) -> str | None:
        """Find whose direct messages with the bot a channel holds."""
        statement = select(members.c.id).where(self._mine(members), members.c.dm_channel == channel)
        return self._connection.execute(statement).scalar()

    def keep_dm(self, id: str, channel: str) -> None:
        """Remember the channel of a person's direct messages."""
        self._connection.execute(
            update(members).where(self._mine(members), members.c.id == id).values(dm_channel=channel)
        )


class Channels(Repository):
    """The channels of one workspace."""

    def find(self, id: str) -> Channel | None:
        """Find a channel by Slack's id."""
        row = self._connection.execute(select(channels).where(self._mine(channels), channels.c.id == id)).first()
        return Channel(**{k: v for k, v in row._mapping.items() if k != "workspace"}) if row else None

    def save(self, channel: Channel) -> None:
        """Keep what Slack says of a channel."""
        values = asdict(channel)
        upsert(self._connection, channels, {"workspace": self._workspace, "id": values.pop("id")}, values)


def _member(row: Row[tuple[object, ...]]) -> Member:
    return Member(**{k: v for k, v in row._mapping.items() if k != "workspace"})
