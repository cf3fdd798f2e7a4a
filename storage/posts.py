"""Posts: where messages stand in Slack."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from bot.domain.outgoing import Post, Saying
from bot.domain.references import Reference
from storage.rows import Repository, upsert
from storage.tables import posts


class Posts(Repository):
    """Where messages stand in Slack, so that they can be edited in place."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        super().__init__(connection, workspace, writes=writes)
        self._known: dict[Reference, dict[str, Post]] = {}

    def find(self, about: Reference, role: Saying) -> Post | None:
        """Find where a message of this kind about this thing stands; all about one thing are read at once."""
        if about not in self._known:
            self.read_ahead([about])
        return self._known[about].get(role.value)

    def about(self, thing: Reference) -> Sequence[Post]:
        """List where everything stands that is about a thing."""
        if thing not in self._known:
            self.read_ahead([thing])
        return list(self._known[thing].values())

    def read_ahead(self, things: Iterable[Reference]) -> None:
        """Read all that stands about several things at once: to `find` it costs nothing more in this transaction."""
        names = {str(about): about for about in things}
        self._known |= {about: {} for about in names.values()}
        asked: dict[str, Any] = {"workspace": self._workspace}
        if len(names) == 1:  # and nearly always it is one: a list of names costs as much again
            rows = self._connection.execute(_POSTS_ABOUT_ONE, asked | {"name": next(iter(names))})
        else:
            rows = self._connection.execute(_POSTS_ABOUT, asked | {"names": list(names)})
        for row in rows:
            self._known[names[row.about]][row.role] = _post(row)

    def at(self, channel: str, ts: str) -> Post | None:
        """Find what a message in Slack is about; nothing where it is about several things."""
        found = self.sharing(channel, ts)
        return found[0] if len(found) == 1 else None

    def sharing(self, channel: str, ts: str) -> Sequence[Post]:
        """List everything that one message in Slack is about."""
        asked = {"workspace": self._workspace, "channel": channel, "ts": ts}
        return [_post(row) for row in self._connection.execute(_POSTS_AT, asked)]

    def save(self, post: Post) -> None:
        """Remember where a message stands."""
        self._known.pop(post.about, None)
        keys = {"workspace": self._workspace, "about": str(post.about), "role": post.role}
        place = {"channel": post.channel, "ts": post.ts, "person": post.person, "due_at": post.due_at}
        upsert(self._connection, posts, keys, place)

    def forget(self, about: Reference, role: str) -> None:
        """Forget a message that is gone from Slack, or never changes again."""
        self._known.pop(about, None)
        gone = (self._mine(posts), posts.c.about == str(about), posts.c.role == str(role))
        self._connection.execute(delete(posts).where(*gone))


def _post(row: "Row[Any]") -> Post:
    about = Reference.read(row.about)
    if about is None:
        raise ValueError(f"a post is about nothing: {row.about}")
    return Post(about=about, role=row.role, channel=row.channel, ts=row.ts, person=row.person, due_at=row.due_at)


_OURS = posts.c.workspace == bindparam("workspace")
_POSTS_ABOUT_ONE = select(posts).where(_OURS, posts.c.about == bindparam("name"))
_POSTS_ABOUT = select(posts).where(_OURS, posts.c.about.in_(bindparam("names", expanding=True)))
_POSTS_AT = select(posts).where(_OURS, posts.c.channel == bindparam("channel"), posts.c.ts == bindparam("ts"))
