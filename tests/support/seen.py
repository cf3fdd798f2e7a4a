"""Messages and conversations, as the people of a story see them."""

import json
from typing import Any

from bot.playground.limits import elements_of
from bot.playground.state import Channel, Json, Message
from tests.support.backstage import PATIENCE, Backstage


class Seen:
    """A message as somebody saw it; `now` looks at it again."""

    def __init__(self, slack: Backstage, message: Message) -> None:
        self._slack = slack
        self.ts = message.ts
        self.thread_ts = message.thread_ts
        self.channel = message.channel
        self.user = message.user
        self.is_ephemeral = message.visible_to is not None
        self.is_edited = message.edited is not None
        self.blocks: list[Json] = json.loads(json.dumps(message.blocks))
        self.reactions = {name: list(users) for name, users in message.reactions.items()}
        self.text = all_text(message)

    @property
    def now(self) -> "Seen | None":
        """Give the message as it stands now; None if it is gone."""
        found = self._slack.do(self.find)
        return Seen(self._slack, found) if found else None

    @property
    def actions(self) -> list[str]:
        """List the action_ids on it."""
        return actions_of(self.blocks)

    def find(self) -> Message | None:
        """Find the message in the playground."""
        channel = self._slack.playground.workspace.channels[self.channel]
        return channel.messages.get(self.ts) or channel.ephemerals.get(self.ts)

    def changes_to(self, text: str, within: float = PATIENCE) -> "Seen":
        """Wait until the message says something."""

        def look() -> Seen | None:
            found = self.find()
            return Seen(self._slack, found) if found and text in all_text(found) else None

        found = self._slack.until(look, within)
        if found is None:
            raise AssertionError(f"the message never said {text!r}:\n{self.now or 'it is gone'}")
        return found

    def loses_its_buttons(self, within: float = PATIENCE) -> "Seen":
        """Wait until there is nothing left to press on the message."""

        def look() -> Seen | None:
            found = self.find()
            return Seen(self._slack, found) if found and not actions_of(found.blocks) else None

        found = self._slack.until(look, within)
        if found is None:
            raise AssertionError(f"there are still buttons on it:\n{self.now or 'it is gone'}")
        return found

    def disappears(self, within: float = PATIENCE) -> None:
        """Wait until the message is gone."""
        if self._slack.until(lambda: True if self.find() is None else None, within) is None:
            raise AssertionError(f"the message is still there:\n{self.now}")

    def __contains__(self, text: str) -> bool:
        return text in self.text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Seen {self.ts} {self.text!r}>"


class StoryChannel:
    """A conversation as a story looks at it."""

    def __init__(self, slack: Backstage, channel: Channel, seen_by: str | None) -> None:
        self._slack = slack
        self._channel = channel
        self._seen_by = seen_by

    @property
    def id(self) -> str:
        """Give the conversation's id."""
        return self._channel.id

    @property
    def messages(self) -> list[Seen]:
        """List what is there, the oldest first."""
        return [Seen(self._slack, message) for message in self._slack.do(self._visible)]

    def containing(self, text: str) -> list[Seen]:
        """List the messages that say something."""
        return [message for message in self.messages if text in message.text]

    def waits_for(self, text: str, *, after: Seen | None = None, within: float = PATIENCE) -> Seen:
        """Wait for a message that says something; the newest such one."""

        def look() -> Message | None:
            fits = (m for m in reversed(self._visible()) if text in all_text(m) and (not after or m.ts > after.ts))
            return next(fits, None)

        found = self._slack.until(look, within)
        if found is None:
            raise AssertionError(f"nothing says {text!r} in #{self._channel.name or 'the DM'}:\n{self.dump()}")
        return Seen(self._slack, found)

    def stays_without(self, text: str, for_seconds: float = 0.3) -> None:
        """Make sure that nothing says something for a while."""
        if self._slack.until(lambda: [m for m in self._visible() if text in all_text(m)] or None, for_seconds):
            raise AssertionError(f"something says {text!r}:\n{self.dump()}")

    def dump(self) -> str:
        """Write down what is there, for people."""
        return "\n".join(self._slack.do(lambda: [self._line(m) for m in self._visible()])) or "(empty)"

    def _line(self, message: Message) -> str:
        user = self._slack.playground.workspace.users.get(message.user)
        marks = [f"only to {message.visible_to}"] if message.visible_to else []
        marks += ["in a thread"] if message.thread_ts not in (None, message.ts) else []
        marks += ["edited"] if message.edited else []
        actions = f" [{' '.join(actions_of(message.blocks))}]" if message.blocks else ""
        return f"  {user.name if user else message.user} {marks or ''}: {all_text(message)}{actions}"

    def _visible(self) -> list[Message]:
        own = [m for m in self._channel.ephemerals.values() if m.visible_to == self._seen_by]
        return sorted([*self._channel.messages.values(), *own], key=lambda m: m.ts)


def all_text(message: Message) -> str:
    """Give all the words of a message: its text and whatever its blocks say beside it."""
    typed = message.bot_id is None
    return "\n".join(dict.fromkeys([message.text, *([] if typed else texts_of(message.blocks))]))


def actions_of(blocks: list[Json]) -> list[str]:
    """List the action_ids in blocks."""
    return [str(e["action_id"]) for block in blocks for _, e in elements_of(block) if "action_id" in e]


def texts_of(node: Any) -> list[str]:
    """List all the words in blocks, in their order."""
    if isinstance(node, list):
        return [text for each in node for text in texts_of(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for key, each in node.items() if key != "confirm" for text in texts_of(each)]
