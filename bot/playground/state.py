"""What a workspace holds: people, channels, messages, forms; plain values in memory."""

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from bot.playground.errors import SlackError

Json = dict[str, Any]


@dataclass
class User:
    """One person, or one bot, as a workspace knows them."""

    id: str
    name: str
    real_name: str
    team_id: str
    locale: str = "en-US"
    tz: str = "Europe/London"
    title: str = ""
    email: str = ""
    is_admin: bool = False
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False


@dataclass
class Message:
    """One message, posted for all in its channel or shown to one person."""

    ts: str
    channel: str
    user: str
    text: str
    shown_at: float
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    bot_id: str | None = None
    visible_to: str | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    broadcast: bool = False
    client_msg_id: str | None = None


@dataclass
class Channel:
    """One conversation: public, private, or direct (kind channel, group, im)."""

    id: str
    name: str
    kind: str = "channel"
    members: list[str] = field(default_factory=list)
    user: str = ""
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    topic: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)

    def thread(self, ts: str) -> list[Message]:
        """List a thread, its first message first."""
        return [m for m in self.messages.values() if m.ts == ts or m.thread_ts == ts]

    def replies(self, ts: str) -> list[Message]:
        """List what was answered under a message."""
        return [m for m in self.messages.values() if m.thread_ts == ts and m.ts != ts]


@dataclass
class View:
    """One form or App Home as it stands in front of one person."""

    id: str
    user: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class App:
    """The app under test, as Slack knows it."""

    id: str = "ASTAFET001"
    bot_id: str = "BSTAFET001"
    bot_user: str = "USTAFET001"
    name: str = "Stafet"


@dataclass
class Workspace:
    """A team with all that is in it."""

    id: str
    name: str
    domain: str
    app: App = field(default_factory=App)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    read_until: dict[tuple[str, str], str] = field(default_factory=dict)
    labelled_mentions: bool = True
    teams: dict[str, str] = field(default_factory=dict)
    """Names of the workspaces that channels are shared with, by their ids."""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _last_ts: int = 0

    def new_id(self, letter: str) -> str:
        """Make an id such as Slack's, unique in this workspace."""
        return f"{letter}{secrets.token_hex(2).upper()}{next(self._numbers):06d}"

    def new_ts(self) -> str:
        """Make a message's time: unique and always later than the last."""
        self._last_ts = max(self._last_ts + 1, time.time_ns() // 1000)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def team_name(self, team: str) -> str:
        """Name a workspace, this one or one that channels are shared with; its id where nobody named it."""
        return self.name if team == self.id else self.teams.get(team, team)

    def user_named(self, name: str) -> User | None:
        """Find a person by id or by name."""
        plain = name.removeprefix("@").lower()
        return next((u for u in self.users.values() if u.id == name or u.name.lower() == plain), None)

    def channel_named(self, name: str) -> Channel | None:
        """Find a conversation by id or by #name."""
        plain = name.removeprefix("#").lower()
        return next((c for c in self.channels.values() if c.id == name or (c.name.lower() == plain and plain)), None)

    def direct(self, user: str) -> Channel:
        """Find or open the direct messages between a person and the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user:
                return channel
        if user not in self.users:
            raise SlackError("user_not_found")
        channel = Channel(self.new_id("D"), "", "im", [user, self.app.bot_user], user)
        self.channels[channel.id] = channel
        return channel

    def view(self, view_id: str) -> View | None:
        """Find an open form or a home by its id."""
        stacked = (view for stack in self.modals.values() for view in stack)
        return next((v for v in (*stacked, *self.homes.values()) if v.id == view_id), None)

    def top_form(self, user: str) -> View | None:
        """Find the form in front of a person."""
        stack = self.modals.get(user)
        return stack[-1] if stack else None
