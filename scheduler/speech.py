"""What delivery is told to do with one outgoing message, and what the rendering of it may know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.members import Channel
from bot.domain.outgoing import Claimed, Post, Saying
from bot.i18n.translator import Translator, Translators
from bot.views.message import Message
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say this now. `edits` is the ts of the message to edit in place; without it a new one is posted.

    `left_out` are the ids of companions that it doesn't speak for, because they are no longer true.
    """

    message: Message
    thread_ts: str | None = None
    edits: str | None = None
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the message that stands at `ts`."""

    ts: str


@dataclass(frozen=True, slots=True)
class React:
    """Add a reaction to the message at `ts`."""

    ts: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Say nothing, for it is no longer true, wanted or allowed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expire:
    """Say nothing, for it is too late for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Say it later: the reader is outside their hours."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reroute:
    """Say it elsewhere: in this lane."""

    lane: str


Deed = Say | Delete | React | Drop | Expire | Hold | Reroute


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What a rendering may know besides the database: the time, the languages, and facts that Slack was asked for.

    `channel` is what is known of the lane's channel (None: a person's direct messages).
    `present` tells whether `claimed.message.person` is in the channel that `asks_presence` named.
    """

    now: datetime
    translators: Translators
    channel: Channel | None = None
    present: bool | None = None

    def for_person(self, uow: UnitOfWork, person: str | None) -> Translator:
        """Get the language of a reader: their own choice, else Slack's, else the workspace's."""
        member = uow.members.find(person) if person else None
        own = (member.own_language, member.language) if member else ()
        return self.translators.of(*own, uow.settings.get().language)

    def for_channel(self, uow: UnitOfWork) -> Translator:
        """Get the language of what everybody in a channel sees."""
        return self.translators.of(uow.settings.get().language)

    def for_lane(self, uow: UnitOfWork, claimed: Claimed) -> Translator:
        """Get the language of a lane: its person's, or its channel's."""
        return self.for_channel(uow) if self.channel else self.for_person(uow, claimed.message.lane)


def _given_thread(_: UnitOfWork, claimed: Claimed) -> str | None:
    return claimed.message.params.get("thread_ts") or None


Prepare = Callable[[UnitOfWork, Claimed, Speech], Deed]
Settled = Callable[[UnitOfWork, Claimed, str, str, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of message is prepared.

    `is_post`: where it stands is remembered, so that it can be edited. `for_customers`: it may be said where outsiders
    read. `repeatable`: said once more where nobody can know whether it was said. `on_sent` runs in the transaction that
    settles it, `on_failed` in the one that gives it up. `asks_presence` names the channel in which the reader's
    presence matters, if any. `after` are the kinds of which nothing about the same thing may be of unknown outcome
    before this is said. `thread_of` names the thread in which a message is looked up whose outcome is unknown.
    `good_for` is how long after its due time it is still worth saying.
    """

    prepare: Prepare
    is_post: bool = False
    for_customers: bool = False
    repeatable: bool = True
    on_sent: Settled | None = None
    on_failed: Callable[[UnitOfWork, Claimed, datetime], None] | None = None
    asks_presence: Callable[[UnitOfWork, Claimed], str | None] | None = None
    after: tuple[Saying, ...] = ()
    thread_of: Callable[[UnitOfWork, Claimed], str | None] = _given_thread
    good_for: timedelta = timedelta(days=7)

    def waits_for(self, own: Saying) -> tuple[Saying, ...]:
        """List the kinds of message whose outcome must be known first: a post's own is one of them."""
        return (*self.after, own) if self.is_post else self.after


Kinds = Mapping[Saying, Kind]


def follow(kind: Kind, uow: UnitOfWork, claimed: Claimed, channel: str, ts: str, now: datetime) -> None:
    """Record what follows from a message that was sent: where it stands, and whatever its kind wants."""
    if kind.is_post:
        role = claimed.message.saying.value
        uow.posts.save(Post(about=claimed.message.about, role=role, channel=channel, ts=ts))
    if kind.on_sent:
        kind.on_sent(uow, claimed, channel, ts, now)
