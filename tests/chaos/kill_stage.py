"""A stage of the kill story: two people, a channel, and a name by which everything done there is found again."""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.playground.state import Message
from tests.chaos.kill_world import World, author_of, channel_of, partner_of
from tests.chaos.ledger import name_of
from tests.support.seen import Seen, StoryChannel, all_text
from tests.support.stories import StoryUser

TRY_AGAIN = "nothing was recorded"
TRIES = 5


@dataclass
class Stage:
    """Where one deed plays. `answered` is None where an event tells of it: then it must be kept in the end."""

    world: World
    number: int
    answered: bool | None = False
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name that is found again."""
        return name_of(self.number)

    @property
    def acknowledged(self) -> bool | None:
        """Tell whether the bot took it on; whoever was told to try again wasn't."""
        channel = self.world.playground.workspace.channels[self.channel.id]
        said = [*channel.ephemerals.values(), self.memory.get("answer")]
        told = [all_text(message) for message in said if message]
        return None if self.answered is None else self.answered and not any(TRY_AGAIN in words for words in told)

    @property
    def author(self) -> StoryUser:
        """Who acts."""
        return self.world.slack.user(author_of(self.number))

    @property
    def partner(self) -> StoryUser:
        """To whom it is done."""
        return self.world.slack.user(partner_of(self.number))

    @property
    def at_partner(self) -> str:
        """How the author mentions the partner."""
        return f"@{partner_of(self.number)}"

    @property
    def channel(self) -> StoryChannel:
        """Where it is done."""
        return self.world.slack.channel(channel_of(self.number))

    def types(self, text: str, *, where: str | None = None) -> bool:
        """Have the author send a command, again where they are told to; tell whether it was acknowledged."""
        place = f"#{channel_of(self.number)}" if where is None else where
        people = self.world.playground.people
        for _ in range(TRIES):
            outcome = self.world.loop.run(people.types(self.author.user.id, place, text))
            self.memory["answer"] = outcome.message
            if not outcome.message or TRY_AGAIN not in all_text(outcome.message):
                return not outcome.error
        return False

    def is_heard_typing(self, text: str) -> None:
        """Have the author send a command, again where it was not acknowledged: busy machines have moments."""
        assert any(self.types(text) for _ in range(TRIES)), text

    def says(self, text: str) -> Seen:
        """Have the author write a message."""
        return self.author.says(text, channel=f"#{channel_of(self.number)}")

    def presses(self, action: str, on: Seen, *, by: StoryUser) -> bool:
        """Have somebody press a button; tell whether it was acknowledged."""
        place = on.find()
        assert place is not None
        people = self.world.playground.people
        return not self.world.loop.run(people.presses(by.user.id, place, ("", action))).error

    def records(self, more: str = "") -> None:
        """Have the author record the task while nothing goes wrong, and wait for its card."""
        assert self.types(f"/task {self.title} {more}".strip())
        told = re.search(r"T-\d+", all_text(self.memory["answer"]))
        assert told, self.memory["answer"]
        self.memory["ref"] = told.group()
        self.memory["card"] = self.channel.waits_for(self.title)

    # what is there

    def tasks(self) -> list[Any]:
        """List the tasks of this name."""
        return [row for row in self.world.rows("tasks") if self.title in row["title"]]

    @property
    def evidence(self) -> str:
        """Tell what the database says of it, for whoever has to find out what went wrong."""
        refs = {task["reference"] for task in self.tasks()}
        rows = [row for row in self.world.rows("deliveries") if row["subject"] in refs]
        shown = ("number", "kind", "state", "reason", "channel", "ts", "attempts")
        lines = [" ".join(f"{row.get(name)}" for name in shown) for row in rows]
        posts = [f"{m.channel} {m.ts} {all_text(m)[:60]!r}" for m in self.posts()]
        return f"acknowledged {self.acknowledged}, tasks {refs}\n    " + "\n    ".join([*lines, *posts])

    def posts(self) -> list[Message]:
        """List what the bot posted of this name, wherever that is."""
        channels = self.world.playground.workspace.channels.values()
        return [m for c in channels for m in c.messages.values() if m.bot_id and self.title in all_text(m)]

    def posts_here(self) -> list[Message]:
        """List what the bot posted of this name in the channel."""
        return [message for message in self.posts() if message.channel == self.channel.id]
