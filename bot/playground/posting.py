"""Put messages into channels, change them and take them away."""

import copy
from typing import Any

from bot.playground import events
from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.limits import MOST_TEXT, check_blocks, check_message
from bot.playground.shapes import completed, message_shape
from bot.playground.state import Channel, Json, Message

MOST_ATTACHMENTS = 100


def content_of(given: Json) -> Json:
    """Check and take from a payload what a message is made of."""
    text = given.get("text") or ""
    blocks = given.get("blocks") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    check_message(blocks)
    attachments = given.get("attachments") or []
    _check_attachments(attachments)
    if not str(text).strip() and not blocks and not attachments:
        raise SlackError("no_text")
    metadata = given.get("metadata")
    if metadata:
        _check_metadata(metadata)
    return {
        "text": str(text)[:MOST_TEXT],
        "blocks": completed(blocks),
        "attachments": copy.deepcopy(attachments),
        "metadata": metadata or None,
        "thread_ts": given.get("thread_ts") or None,
    }


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    found = []
    for index, each in enumerate(attachments):
        if isinstance(each, dict) and "blocks" in each:
            found += check_blocks(each["blocks"], "message", f"/attachments/{index}/blocks")
    if found:
        raise SlackError("invalid_attachments", messages=found)


def _check_metadata(metadata: Any) -> None:
    kinds = (("event_type", str), ("event_payload", dict))
    if not isinstance(metadata, dict) or not all(isinstance(metadata.get(key), kind) for key, kind in kinds):
        raise SlackError("invalid_metadata_format")


def post_as_bot(core: Core, channel: Channel, content: Json, *, visible_to: str | None = None) -> Message:
    """Post what the app says, for all or for one person."""
    app = core.workspace.app
    return post(core, channel, app.bot_user, content, bot_id=app.bot_id, visible_to=visible_to)


def post(core: Core, channel: Channel, user: str, content: Json, **more: Any) -> Message:
    """Put a message where it belongs and tell who should know."""
    message = Message(core.workspace.new_ts(), channel.id, user, shown_at=core.clock.now(), **{**content, **more})
    if message.visible_to:
        channel.ephemerals[message.ts] = message
    else:
        parent = channel.messages.get(str(message.thread_ts))
        if parent:
            parent.thread_ts = parent.ts
        channel.messages[message.ts] = message
        core.workspace.read_until[(user, channel.id)] = message.ts
        events.message_posted(core, message)
    core.live.say("message", channel=channel.id, ts=message.ts)
    return message


def change(core: Core, message: Message, content: Json, *, by: str) -> None:
    """Change a message in place."""
    before = message_shape(core.workspace, message)
    for key, value in content.items():
        setattr(message, key, value)
    message.state = {}
    if message.visible_to is None:
        message.edited = {"user": by, "ts": core.workspace.new_ts()}
        events.message_changed(core, message, before)
    core.live.say("message", channel=message.channel, ts=message.ts)


def remove(core: Core, message: Message) -> None:
    """Take a message away; the answers under it stay."""
    channel = core.workspace.channels[message.channel]
    before = message_shape(core.workspace, message)
    if message.visible_to:
        channel.ephemerals.pop(message.ts, None)
    else:
        channel.messages.pop(message.ts, None)
        tell = events.message_tombstoned if channel.replies(message.ts) else events.message_deleted
        tell(core, channel, before)
    core.live.say("message", channel=channel.id, ts=message.ts)


def from_slackbot(core: Core, channel: Channel, user: str, text: str, thread_ts: str | None = None) -> Message:
    """Show a person one of Slack's own notices."""
    return post(core, channel, "USLACKBOT", {"text": text, "thread_ts": thread_ts}, visible_to=user)
