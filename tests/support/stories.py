"""Stories through the playground: `slack.user("mari").types("/task …")`, read like the product."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import Any, TypeVar

from bot.playground.errors import CannotDoError
from bot.playground.limits import elements_of
from bot.playground.people import Outcome
from bot.playground.server import Playground
from bot.playground.state import Channel, Json, Message, User, View

T = TypeVar("T")
PATIENCE = 10.0
AT_ONCE = 5.0
GLANCE = 0.02
SETTLED = 0.5  # a card may be there a moment before the answer that only one person sees


class StoryLoop:
    """An event loop in a thread of its own, for the playground and the bot."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="story-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], within: float = 30.0) -> T:
        """Run a coroutine there and wait for what it gives."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(within)

    def call(self, work: Callable[[], T]) -> T:
        """Run a plain function there, so that nothing changes meanwhile."""

        async def called() -> T:
            return work()

        return self.run(called())

    def stop(self) -> None:
        """End the loop and what still runs in it."""
        self.run(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Slack:
    """The workspace as a story sees it; the playground must have been started in the loop."""

    def __init__(self, playground: Playground, loop: StoryLoop) -> None:
        self.playground = playground
        self.loop = loop
        self.clock = StoryClock(self)

    def user(self, name: str) -> "StoryUser":
        """Act as a person."""
        return StoryUser(self, self.do(lambda: self.playground.people.user(name)))

    def channel(self, name: str, *, seen_by: str | None = None) -> "StoryChannel":
        """Look at a channel; what only one person sees is left out unless named."""
        found = self.playground.workspace.channel_named(name)
        if found is None:
            raise AssertionError(f"there is no channel called {name!r}")
        return StoryChannel(self, found, self.user(seen_by).user.id if seen_by else None)

    def dm(self, name: str) -> "StoryChannel":
        """Look at a person's direct messages with the bot."""
        user = self.user(name).user
        return StoryChannel(self, self.do(lambda: self.playground.workspace.direct(user.id)), user.id)

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the loop; what Slack wouldn't allow fails the story."""
        try:
            return self.loop.call(work)
        except CannotDoError as wrong:
            raise AssertionError(str(wrong)) from wrong

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something in the loop; what Slack wouldn't allow fails the story."""
        try:
            return self.loop.run(work)
        except CannotDoError as wrong:
            raise AssertionError(str(wrong)) from wrong

    def until(self, look: Callable[[], T | None], within: float = PATIENCE) -> T | None:
        """Look again and again until there is something, or patience ends."""
        end = time.monotonic() + within
        while (found := self.do(look)) is None and time.monotonic() < end:
            time.sleep(GLANCE)
        return found


class StoryClock:
    """People's time; the bot reads it from the clock file."""

    def __init__(self, slack: Slack) -> None:
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


class Seen:
    """A message as somebody saw it; `now` looks at it again."""

    def __init__(self, slack: Slack, message: Message) -> None:
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

    def __init__(self, slack: Slack, channel: Channel, seen_by: str | None) -> None:
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


class StoryUser:
    """A person in a story."""

    def __init__(self, slack: Slack, user: User) -> None:
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
        chosen = _plain(choosing)
        self._fail_on_trouble(self._slack.run(self._people.presses(self.user.id, place, ("", action_id), chosen)))

    def presses_in_home(self, action_id: str, *, choosing: Any = None) -> None:
        """Press a button in App Home."""
        home = self._slack.playground.workspace.homes[self.user.id]
        work = self._people.presses(self.user.id, home, ("", action_id), _plain(choosing))
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
        return "\n".join(_texts(homes[self.user.id].body["blocks"]))

    def _hash(self) -> str:
        home = self._slack.playground.workspace.homes.get(self.user.id)
        return home.hash if home else ""

    def invites_bot(self, channel: str) -> None:
        """Bring the bot into a channel."""
        self._slack.do(lambda: self._people.invites_bot(self.user.id, channel))

    def form(self, within: float = PATIENCE, *, with_field: str = "") -> "Form":
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


class Form:
    """The form in front of a person."""

    def __init__(self, slack: Slack, user: User) -> None:
        self._slack = slack
        self._user = user
        self._view = self._top()

    @property
    def callback_id(self) -> str:
        """Name the form."""
        return str(self._view.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """Give the words at its top."""
        return str(self._view.body["title"]["text"])

    @property
    def text(self) -> str:
        """Give all the words in it."""
        return "\n".join(_texts(self._view.body["blocks"]))

    @property
    def fields(self) -> list[str]:
        """Name its fields, by block_id."""
        return [block["block_id"] for block in self._view.body["blocks"] if block["type"] == "input"]

    @property
    def values(self) -> dict[str, Any]:
        """Say what each field holds now, in short."""
        held = {block: value for block, actions in self._view.state.items() for value in actions.values()}
        return {block: _short(value) for block, value in held.items()}

    def fill(self, **fields: Any) -> "Form":
        """Fill fields in, each named by its block_id; options are named by their value."""
        given = {name: {self._action(name): _plain(value)} for name, value in fields.items()}
        self._slack.do(lambda: self._slack.playground.forms.fills(self._user.id, given))
        return self

    def submits(self) -> dict[str, str] | None:
        """Send it; give the errors by field, None if it was taken."""
        outcome = self._slack.run(self._slack.playground.forms.submits(self._user.id))
        if outcome.error:
            raise AssertionError(outcome.error)
        return outcome.errors or None

    def closes(self, *, everything: bool = False) -> None:
        """Close it."""
        self._slack.run(self._slack.playground.forms.closes(self._user.id, everything=everything))

    def presses(self, action_id: str, *, choosing: Any = None) -> None:
        """Press a button in it, or choose something that the bot hears of at once."""
        people = self._slack.playground.people
        outcome = self._slack.run(people.presses(self._user.id, self._view, ("", action_id), _plain(choosing)))
        if outcome.error:
            raise AssertionError(outcome.error)

    def _top(self) -> View:
        view = self._slack.playground.workspace.top_form(self._user.id)
        assert view is not None
        return view

    def _action(self, name: str) -> str:
        for block in self._view.body["blocks"]:
            if block["block_id"] == name:
                return str(next(element["action_id"] for _, element in elements_of(block)))
        raise AssertionError(f"the form has no field {name!r}, only {self.fields}")


def all_text(message: Message) -> str:
    """Give all the words of a message: its text and whatever its blocks say beside it."""
    typed = message.bot_id is None
    return "\n".join(dict.fromkeys([message.text, *([] if typed else _texts(message.blocks))]))


def actions_of(blocks: list[Json]) -> list[str]:
    """List the action_ids in blocks."""
    return [str(e["action_id"]) for block in blocks for _, e in elements_of(block) if "action_id" in e]


def _texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in _texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else []
    return own + [text for key, each in node.items() if key != "confirm" for text in _texts(each)]


def _thread(thread: Seen | None) -> str | None:
    return (thread.thread_ts or thread.ts) if thread else None


def _plain(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _short(value: Json) -> Any:
    held = next((each for key, each in value.items() if key != "type"), None)
    if isinstance(held, list):
        return [each["value"] if isinstance(each, dict) else each for each in held]
    return held["value"] if isinstance(held, dict) and "value" in held else held
