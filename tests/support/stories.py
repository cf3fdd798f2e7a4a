"""Stories through the playground: `slack.user("mari").types("/task …")`, read like the product."""

import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.playground.people import Outcome
from bot.playground.server import Playground
from bot.playground.state import Message, User
from tests.support.backstage import PATIENCE, Backstage, StoryLoop
from tests.support.forms import Form, plain
from tests.support.seen import Seen, StoryChannel, actions_of, all_text, texts_of

AT_ONCE = 30.0
SETTLED = 2.0  # a card may be there a moment before the answer that only one person sees


class Slack(Backstage):
    """The workspace as a story sees it; the playground must have been started in the loop."""

    def __init__(self, playground: Playground, loop: StoryLoop) -> None:
        super().__init__(playground, loop)
        self.clock = StoryClock(self)

    def user(self, name: str) -> "StoryUser":
        """Act as a person."""
        return StoryUser(self, self.do(lambda: self.playground.people.user(name)))

    def channel(self, name: str, *, seen_by: str | None = None) -> StoryChannel:
        """Look at a channel; what only one person sees is left out unless named."""
        found = self.playground.workspace.channel_named(name)
        if found is None:
            raise AssertionError(f"there is no channel called {name!r}")
        return StoryChannel(self, found, self.user(seen_by).user.id if seen_by else None)

    def dm(self, name: str) -> StoryChannel:
        """Look at a person's direct messages with the bot."""
        user = self.user(name).user
        return StoryChannel(self, self.do(lambda: self.playground.workspace.direct(user.id)), user.id)


class StoryClock:
    """People's time; the bot reads it from the clock file."""

    def __init__(self, slack: Backstage) -> None:
        self._slack = slack

    def forward(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock on."""
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        self._slack.do(lambda: self._slack.playground.clock.forward(total))

    def forward_to(self, moment: datetime) -> None:
        """Move the clock to a moment."""
        self.forward(seconds=moment.timestamp() - self.now)

    @property
    def now(self) -> float:
        """Say what time it is for people, in unix seconds."""
        return self._slack.playground.clock.now()


class StoryUser:
    """A person in a story."""

    def __init__(self, slack: Backstage, user: User) -> None:
        self._slack = slack
        self.user = user
        self._people = slack.playground.people

    def types(self, text: str, *, channel: str = "", thread: Seen | None = None) -> Seen | None:
        """Send what is in the composer; give what appears for this person at once.

        For a command that is the answer only they see (or the one posted for all), None
        if a form opened; for a message it is the message itself. No channel is the DM.
        """
        before, form = self._slack.do(self._newest), self._slack.do(self._form_id)
        outcome = self._slack.run(self._people.types(self.user.id, channel, text, _thread(thread)))
        if outcome.message is not None:
            return Seen(self._slack, outcome.message)

        def look() -> Message | bool | None:
            answered = [m for m in self._all_visible() if m.ts > before and m.bot_id]
            settled = [m for m in answered if m.visible_to or time.time() - float(m.ts) > SETTLED]
            return settled[-1] if settled else (self._form_id() != form or None)

        found = self._slack.until(look, AT_ONCE)
        return Seen(self._slack, found) if isinstance(found, Message) else None

    def says(self, text: str, *, channel: str = "", thread: Seen | None = None) -> Seen:
        """Post a message; no channel is the DM with the bot."""
        said = self.types(text, channel=channel, thread=thread)
        assert said is not None
        return said

    def sees(self, text: str, within: float = PATIENCE) -> Seen:
        """Wait for something anywhere that this person sees."""

        def look() -> Message | None:
            return next((m for m in reversed(self._all_visible()) if text in all_text(m)), None)

        found = self._slack.until(look, within)
        if found is None:
            seen = "\n".join(all_text(m) for m in self._slack.do(self._all_visible))
            raise AssertionError(f"{self.user.name} never saw {text!r}, but:\n{seen}")
        return Seen(self._slack, found)

    def presses(self, action_id: str, *, on: Seen | None = None, choosing: Any = None) -> None:
        """Press a button, or choose in a picker: on a message, else the newest one that has it."""
        place = self._slack.until(lambda: self._with_action(action_id, on))
        if place is None:
            where = f"on {on.now or on!r}" if on else f"anywhere that {self.user.name} sees"
            raise AssertionError(f"there is no {action_id!r} {where}")
        chosen = plain(choosing)
        self._fail_on_trouble(self._slack.run(self._people.presses(self.user.id, place, ("", action_id), chosen)))

    def presses_as_seen(self, action_id: str, *, on: Seen) -> None:
        """Press a button that a message had when it was seen, as one does whose Slack hasn't caught up yet."""
        now = self._slack.do(on.find)
        assert now is not None
        work = self._people.presses(self.user.id, replace(now, blocks=on.blocks), ("", action_id))
        self._fail_on_trouble(self._slack.run(work))

    def presses_in_home(self, action_id: str, *, choosing: Any = None) -> None:
        """Press a button in App Home."""
        home = self._slack.playground.workspace.homes[self.user.id]
        work = self._people.presses(self.user.id, home, ("", action_id), plain(choosing))
        self._fail_on_trouble(self._slack.run(work))

    def uses_shortcut(self, callback_id: str, *, on: Seen | None = None) -> None:
        """Use a message shortcut, or a global one."""
        where = (on.channel, on.ts) if on else ("", "")
        self._fail_on_trouble(self._slack.run(self._people.shortcut(self.user.id, callback_id, *where)))

    def reacts(self, emoji: str, *, on: Seen) -> None:
        """Add a reaction, or take the same one back."""
        self._slack.do(lambda: self._people.reacts(self.user.id, on.channel, on.ts, emoji))

    def edits(self, message: Seen, text: str) -> None:
        """Change one's own message."""
        self._slack.do(lambda: self._people.edits(self.user.id, message.channel, message.ts, text))

    def deletes(self, message: Seen) -> None:
        """Delete one's own message."""
        self._slack.do(lambda: self._people.deletes(self.user.id, message.channel, message.ts))

    def opens_home(self, within: float = PATIENCE) -> str:
        """Open App Home; give all the text in it once it is published."""
        homes = self._slack.playground.workspace.homes
        before = homes[self.user.id].hash if self.user.id in homes else ""
        self._slack.do(lambda: self._people.opens_home(self.user.id))
        self._slack.until(lambda: homes.get(self.user.id) if self._hash() not in ("", before) else None, within)
        if self.user.id not in homes:
            raise AssertionError(f"nothing was published for {self.user.name}")
        return "\n".join(texts_of(homes[self.user.id].body["blocks"]))

    def _hash(self) -> str:
        home = self._slack.playground.workspace.homes.get(self.user.id)
        return home.hash if home else ""

    def invites_bot(self, channel: str) -> None:
        """Bring the bot into a channel."""
        self._slack.do(lambda: self._people.invites_bot(self.user.id, channel))

    def form(self, within: float = PATIENCE, *, with_field: str = "") -> Form:
        """Give the form in front of this person, once there is one, or one that has a certain field."""
        if self._slack.until(lambda: self._has_form_with(with_field), within) is None:
            raise AssertionError(f"no form opened for {self.user.name}")
        return Form(self._slack, self.user)

    def _has_form_with(self, field: str) -> bool | None:
        view = self._slack.playground.workspace.top_form(self.user.id)
        is_it = view is not None and (not field or any(block["block_id"] == field for block in view.body["blocks"]))
        return is_it or None

    @property
    def has_form(self) -> bool:
        """Tell whether a form is in front of this person."""
        return self._slack.do(self._form_id) != ""

    def _form_id(self) -> str:
        view = self._slack.playground.workspace.top_form(self.user.id)
        return view.id if view else ""

    def _all_visible(self) -> list[Message]:
        own = [c for c in self._slack.playground.workspace.channels.values() if self.user.id in c.members]
        posted = [m for c in own for m in c.messages.values()]
        shown = [m for c in own for m in c.ephemerals.values() if m.visible_to == self.user.id]
        return sorted([*posted, *shown], key=lambda m: m.ts)

    def _newest(self) -> str:
        return max((m.ts for m in self._all_visible()), default="")

    def _with_action(self, action_id: str, on: Seen | None) -> Message | None:
        seen = [m for m in self._all_visible() if on is None or (m.ts == on.ts and m.channel == on.channel)]
        return next((m for m in reversed(seen) if action_id in actions_of(m.blocks)), None)

    @staticmethod
    def _fail_on_trouble(outcome: Outcome) -> None:
        if outcome.error:
            raise AssertionError(outcome.error)


def _thread(thread: Seen | None) -> str | None:
    return (thread.thread_ts or thread.ts) if thread else None
