"""What people do: type, react, edit, delete, open the home, press, choose, use shortcuts."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.playground import events, payloads, posting
from bot.playground.core import Core
from bot.playground.errors import CannotDoError, SlackError
from bot.playground.inputs import CHOICE, chosen_value, initial_values, merged
from bot.playground.limits import elements_of
from bot.playground.responses import Responses, answer_at_once
from bot.playground.shapes import view_shape
from bot.playground.state import Channel, Json, Message, User, View
from bot.playground.typed_text import as_rich_text, as_sent

TROUBLE = "We had some trouble connecting. Try again?"
COMMAND_ERRORS = {"http_timeout": "operation_timeout"}
"""What Slack says of a command that nobody took, where it isn't "dispatch_failed": over Socket Mode it always is."""


@dataclass
class Outcome:
    """What came of what a person did."""

    message: Message | None = None
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)


class People:
    """Let people act in the workspace."""

    def __init__(self, core: Core, responses: Responses) -> None:
        self._core = core
        self._responses = responses

    def user(self, name: str) -> User:
        """Find a person by name or id."""
        user = self._core.workspace.user_named(name)
        if user is None:
            raise CannotDoError(f"there is nobody called {name!r}")
        return user

    def channel(self, name: str, user: User) -> Channel:
        """Find a conversation that this person is in; "" is the DM with the bot."""
        space = self._core.workspace
        channel = space.channel_named(name) if name else space.direct(user.id)
        if channel is None:
            raise CannotDoError(f"there is no channel called {name!r}")
        if user.id not in channel.members:
            raise CannotDoError(f"{user.name} isn't in #{channel.name}")
        return channel

    def visible(self, user: User, channel: Channel, ts: str) -> Message:
        """Find a message that this person sees."""
        message = channel.messages.get(ts) or channel.ephemerals.get(ts)
        if message is None or message.visible_to not in (None, user.id):
            raise CannotDoError(f"{user.name} sees no message {ts} there")
        return message

    async def types(self, name: str, where: str, text: str, thread_ts: str | None = None) -> Outcome:
        """Send what is in the composer: a slash command or a message."""
        user = self.user(name)
        channel = self.channel(where, user)
        if channel.is_archived:
            raise CannotDoError(f"#{channel.name} is archived")
        if text.startswith("/"):
            return await self._commands(user, channel, text, thread_ts)
        return Outcome(self._says(user, channel, text, thread_ts))

    def _says(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Message:
        if not text.strip():
            raise CannotDoError("there is nothing to send")
        sent = as_sent(self._core.workspace, text.strip(), in_command=False)
        content: Json = {"text": sent, "blocks": as_rich_text(sent), "thread_ts": thread_ts or None}
        return posting.post(self._core, channel, user.id, content, client_msg_id=str(uuid.uuid4()))

    async def _commands(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Outcome:
        word, _, rest = text.strip().partition(" ")
        command = self._core.manifest.command(word)
        stranger = user.team_id != self._core.workspace.id
        if command is None or stranger or thread_ts:
            where = " in threads" if command and not stranger else ""
            notice = f"{word} isn't supported{where}. Sorry!" if where else f"{word} is not a valid command."
            return Outcome(posting.from_slackbot(self._core, channel, user.id, notice, thread_ts), error=notice)
        rest = rest.strip()
        if command.should_escape:
            rest = as_sent(self._core.workspace, rest, in_command=True)
        payload = payloads.slash_command(self._core, user, channel, word, rest)
        payload["response_url"] = self._responses.give(user.id, channel.id)
        answer = await self._core.reach.ask("slash_commands", payload)
        if answer.failure:
            error = COMMAND_ERRORS.get(answer.failure, "dispatch_failed")
            notice = f'{word} failed with the error "{error}"'
            return Outcome(posting.from_slackbot(self._core, channel, user.id, notice), error=notice)
        try:
            return Outcome(answer_at_once(self._core, user.id, channel, answer.body, None))
        except SlackError as refused:
            self._core.refuse(answer, refused)
            raise CannotDoError(f"{refused.code} {'; '.join(refused.messages)}".strip()) from refused

    async def shortcut(self, name: str, callback_id: str, where: str = "", ts: str = "") -> Outcome:
        """Use a global shortcut, or one on a message."""
        user = self.user(name)
        kind = "message" if ts else "global"
        if user.team_id != self._core.workspace.id:
            raise CannotDoError("people of other workspaces have no shortcuts of this app")
        if self._core.manifest.shortcut(callback_id, kind) is None:
            raise CannotDoError(f"the manifest has no {kind} shortcut {callback_id!r}")
        if not ts:
            answer = await self._core.reach.ask("interactive", payloads.shortcut(self._core, user, callback_id))
            return Outcome(error=TROUBLE if answer.failure else "")
        channel = self.channel(where, user)
        message = self.visible(user, channel, ts)
        payload = payloads.message_action(self._core, user, callback_id, message)
        payload["response_url"] = self._responses.give(user.id, channel.id, message)
        answer = await self._core.reach.ask("interactive", payload)
        return Outcome(error=TROUBLE if answer.failure else "")

    async def presses(self, name: str, place: Message | View, ids: tuple[str, str], chosen: Any = None) -> Outcome:
        """Press a button or choose something, in a message, a form or a home."""
        user = self.user(name)
        block_id, element = find_element(place, *ids)
        ids = (block_id, ids[1])
        now = f"{time.time():.6f}"
        action: Json = {"action_id": ids[1], "block_id": ids[0], "action_ts": now, "type": element["type"]}
        action |= {key: value for key, value in element.items() if _is_told(element, key)}
        if element["type"] != "button":
            action |= self._choose(place, ids, element, chosen)
        if isinstance(place, Message) and not place.state:
            place.state = initial_values(place.blocks, channel=place.channel)
        payload = payloads.block_actions(self._core, user, place, action)
        if isinstance(place, Message):
            payload["response_url"] = self._responses.give(user.id, place.channel, place)
        answer = await self._core.reach.ask("interactive", payload)
        return Outcome(error=TROUBLE if answer.failure else "")

    @staticmethod
    def _choose(place: Message | View, ids: tuple[str, str], element: Json, chosen: Any) -> Json:
        if element["type"] not in CHOICE:
            raise CannotDoError(f"nothing can be chosen in a {element['type']}")
        try:
            value = chosen_value(element, chosen)
        except KeyError as wrong:
            raise CannotDoError(str(wrong.args[0])) from wrong
        if element["type"] != "overflow":
            blocks = place.blocks if isinstance(place, Message) else place.body["blocks"]
            place.state = merged(initial_values(blocks), place.state)
            place.state[ids[0]][ids[1]] = value
        return value

    async def suggestions(self, name: str, place: Message | View, ids: tuple[str, str], typed: str) -> list[Json]:
        """Ask the app for an external select's options, or groups of them."""
        payload = payloads.block_suggestion(self._core, self.user(name), place, ids, typed)
        answer = await self._core.reach.ask("interactive", payload)
        body = answer.body if isinstance(answer.body, dict) else {}
        return body.get("option_groups") or body.get("options") or []

    def reacts(self, name: str, where: str, ts: str, emoji: str) -> None:
        """Add a reaction, or take the same one back."""
        user = self.user(name)
        message = self.visible(user, self.channel(where, user), ts)
        emoji = emoji.strip(":")
        users = message.reactions.setdefault(emoji, [])
        added = user.id not in users
        if added:
            users.append(user.id)
        else:
            users.remove(user.id)
        if not users:
            del message.reactions[emoji]
        events.reaction_changed(self._core, message, user.id, emoji, added=added)
        self._core.live.say("message", channel=message.channel, ts=ts)

    def edits(self, name: str, where: str, ts: str, text: str) -> None:
        """Change one's own message."""
        user = self.user(name)
        message = self._own(user, where, ts)
        sent = as_sent(self._core.workspace, text.strip(), in_command=False)
        posting.change(self._core, message, {"text": sent, "blocks": as_rich_text(sent)}, by=user.id)

    def deletes(self, name: str, where: str, ts: str) -> None:
        """Delete one's own message, or dismiss one only seen by oneself."""
        user = self.user(name)
        message = self.visible(user, self.channel(where, user), ts)
        posting.remove(self._core, message if message.visible_to else self._own(user, where, ts))

    def _own(self, user: User, where: str, ts: str) -> Message:
        message = self.visible(user, self.channel(where, user), ts)
        if message.user != user.id:
            raise CannotDoError("that is somebody else's message")
        return message

    def opens_home(self, name: str, tab: str = "home") -> None:
        """Open the app's home."""
        user = self.user(name)
        home = self._core.workspace.homes.get(user.id)
        shown = view_shape(self._core.workspace, home) if home and tab == "home" else None
        events.home_opened(self._core, user.id, shown, tab)

    def response_urls(self, user: User, view: View) -> list[Json]:
        """Give an address for each conversation chosen in a form's menu that asks for one."""
        urls = []
        for block in view.body["blocks"]:
            for _, element in elements_of(block):
                ids = {"block_id": block["block_id"], "action_id": element.get("action_id")}
                chosen = view.state.get(ids["block_id"], {}).get(ids["action_id"], {})
                channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
                if element.get("response_url_enabled") and channel:
                    url = self._responses.give(user.id, channel)
                    urls.append({**ids, "channel_id": channel, "response_url": url})
        return urls

    def invites_bot(self, name: str, where: str) -> None:
        """Bring the bot into a channel."""
        user = self.user(name)
        channel = self.channel(where, user)
        bot = self._core.workspace.app.bot_user
        if bot not in channel.members:
            channel.members.append(bot)
            events.member_joined(self._core, channel, bot, user.id)
            self._core.live.say("channel", channel=channel.id)

    def removes(self, name: str, where: str, other: str) -> None:
        """Take a person, or the bot, out of a channel."""
        channel, gone = self.channel(where, self.user(name)), self.user(other)
        if gone.id not in channel.members:
            raise CannotDoError(f"{gone.name} isn't in #{channel.name}")
        events.member_left(self._core, channel, gone.id)
        channel.members.remove(gone.id)
        self._core.live.say("channel", channel=channel.id)

    def shares_channel(self, name: str, where: str, guest: str) -> None:
        """Share a channel with a person of another workspace (Slack Connect)."""
        channel, stranger = self.channel(where, self.user(name)), self.user(guest)
        channel.is_ext_shared = True
        if stranger.id not in channel.members:
            channel.members.append(stranger.id)
        events.channel_shared(self._core, channel, stranger.team_id)
        self._core.live.say("channel", channel=channel.id)

    def unshares_channel(self, name: str, where: str, guest: str) -> None:
        """End the sharing of a channel with the workspace of a person there."""
        space = self._core.workspace
        channel, team = self.channel(where, self.user(name)), self.user(guest).team_id
        channel.members = [id for id in channel.members if space.users[id].team_id != team]
        channel.is_ext_shared = any(space.users[id].team_id != space.id for id in channel.members)
        events.channel_unshared(self._core, channel, team)
        self._core.live.say("channel", channel=channel.id)

    def changes_profile(self, name: str, **changes: Any) -> None:
        """Change one's language, zone or anything else in the profile."""
        user = self.user(name)
        for key, value in changes.items():
            if not hasattr(user, key):
                raise CannotDoError(f"a profile has no {key!r}")
            setattr(user, key, value)
        events.user_changed(self._core, user)
        self._core.live.say("people")

    def redelivers(self, message: Message) -> None:
        """Let Slack tell of a message once more, as a new event."""
        events.message_posted(self._core, message)


def _is_told(element: Json, key: str) -> bool:
    if element["type"] == "button":
        return key in ("text", "value", "style", "url", "confirm")
    is_written = element["type"].endswith("_input")
    return not is_written and (key in ("placeholder", "confirm", "min_query_length") or key.startswith("initial_"))


def find_element(place: Message | View, block_id: str, action_id: str) -> tuple[str, Json]:
    """Find what can be pressed or filled in; an empty block_id means any block."""
    blocks = place.blocks if isinstance(place, Message) else place.body["blocks"]
    for block in blocks:
        if block_id in ("", block.get("block_id")):
            for _, element in elements_of(block):
                if element.get("action_id") == action_id:
                    return str(block["block_id"]), element
    raise CannotDoError(f"there is no {action_id!r} in block {block_id!r}")
