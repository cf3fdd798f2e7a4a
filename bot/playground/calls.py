"""One call of the Web API: its arguments, and whom it may reach."""

import json
from dataclasses import dataclass
from typing import Any

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.state import Channel, Json, User, Workspace

MOST_IN_A_PAGE = 1000
KIND_SCOPES = {"channel": "channels", "group": "groups", "im": "im"}


@dataclass
class Call:
    """A method's arguments and the playground they act on."""

    core: Core
    args: Json

    @property
    def workspace(self) -> Workspace:
        """Give the workspace at hand."""
        return self.core.workspace

    def text(self, name: str, *, error: str = "invalid_arguments") -> str:
        """Take an argument that must be there."""
        value = self.args.get(name)
        if value in (None, ""):
            missing = [f"[ERROR] missing required field: {name}"]
            raise SlackError(error, messages=missing if error == "invalid_arguments" else [])
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Read a yes or no, in any of the ways it may be sent."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int = MOST_IN_A_PAGE) -> int:
        """Read how many of something a page shall hold."""
        try:
            wanted = int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= wanted <= MOST_IN_A_PAGE:
            raise SlackError("invalid_limit")
        return min(most, wanted)

    def structure(self, name: str, error: str) -> Any:
        """Read an argument that is JSON, or JSON in a string."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError:
            raise SlackError(error) from None

    def user(self, name: str = "user") -> User:
        """Find the person named."""
        user = self.workspace.users.get(self.text(name, error="user_not_found"))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def channel(self) -> Channel:
        """Find the conversation named, if the bot may know of it."""
        channel = self.workspace.channels.get(self.text("channel"))
        hidden = channel is not None and channel.kind != "channel" and not self.is_in(channel)
        if channel is None or hidden:
            raise SlackError("channel_not_found")
        return channel

    def is_in(self, channel: Channel) -> bool:
        """Tell whether the bot is a member."""
        return self.workspace.app.bot_user in channel.members

    def joined_channel(self) -> Channel:
        """Find a conversation that the bot must be in."""
        channel = self.channel()
        if not self.is_in(channel):
            raise SlackError("not_in_channel")
        return channel

    def want(self, scope: str) -> None:
        """Refuse if the manifest has no such scope."""
        want_scope(self.core, scope)

    def want_for(self, channel: Channel, right: str) -> None:
        """Refuse if the scope for this kind of conversation is missing."""
        self.want(f"{KIND_SCOPES[channel.kind]}:{right}")

    def page(self, found: list[Any], default: int, most: int = MOST_IN_A_PAGE) -> tuple[list[Any], str]:
        """Cut a list to a page; give it and the next cursor."""
        cursor = str(self.args.get("cursor") or "")
        if cursor and not cursor.removeprefix("next:").isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor.removeprefix("next:")) if cursor else 0
        end = start + self.number("limit", default, most)
        return found[start:end], f"next:{end}" if end < len(found) else ""


def want_scope(core: Core, scope: str) -> None:
    """Refuse a call whose scope the manifest doesn't ask for."""
    if scope not in core.manifest.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(core.manifest.scopes))
