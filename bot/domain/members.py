"""Members of a workspace, and the actor: the member who did this, where, by which delivery."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person in Slack, as far as this workspace knows them.

    `language` and `zone` are Slack's; `own_*` is what the person chose here and wins.
    """

    id: str
    name: str
    handle: str = ""
    language: str | None = None
    zone: str | None = None
    own_language: str | None = None
    own_hours: str | None = None
    away_from: date | None = None
    away_until: date | None = None
    substitute: str | None = None
    is_admin: bool = False
    is_bot: bool = False
    is_outsider: bool = False
    is_guest: bool = False
    is_gone: bool = False
    dm_channel: str | None = None

    @property
    def may_act(self) -> bool:
        """Tell whether this person may change things: a full member, not a guest, a stranger or a bot."""
        return not (self.is_outsider or self.is_bot or self.is_gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did this, where, and by which delivery of Slack's.

    `delivery` is the key that makes a repeated delivery harmless.
    """

    workspace: str
    member: str
    delivery: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What is known of a channel. `is_shared` None means unknown, which counts as shared."""

    id: str
    name: str = ""
    is_shared: bool | None = None
    is_private: bool = False
    is_member: bool = False
    is_dm: bool = False
    checked_at: datetime | None = None

    @property
    def takes_internal_words(self) -> bool:
        """Tell whether internal words may be said here: the bot is in it and no outsider is."""
        return self.is_member and self.is_shared is False
