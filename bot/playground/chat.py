"""chat.* and reactions.*: what the bot says."""

import re

from bot.playground import events, posting
from bot.playground.calls import Call
from bot.playground.errors import SlackError
from bot.playground.limits import MOST_MARKDOWN, MOST_TEXT, MOST_UPDATED_TEXT, check_weight
from bot.playground.shapes import message_shape
from bot.playground.state import Channel, Json, Message

EMOJI = re.compile(r"[\w+'-]+(::skin-tone-[2-6])?")
TIMESTAMP = re.compile(r"\d+\.\d+")


def _given(call: Call) -> Json:
    blocks = call.structure("blocks", "invalid_blocks_format")
    markdown = str(call.args.get("markdown_text") or "")
    if markdown and (blocks or call.args.get("text")):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {
        "text": call.args.get("text"),
        "blocks": [{"type": "markdown", "text": markdown}] if markdown else blocks,
        "attachments": call.structure("attachments", "invalid_attachments"),
        "metadata": call.structure("metadata", "invalid_metadata_format"),
        "thread_ts": call.args.get("thread_ts"),
    }


def _content(given: Json) -> Json:
    content = posting.content_of(given)
    check_weight(content["blocks"])
    return content


def _target(call: Call) -> Channel:
    named = call.text("channel")
    if named in call.workspace.users:
        return call.workspace.direct(named)
    channel = call.joined_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def post_message(call: Call) -> Json:
    """Post a message into a conversation."""
    channel = _target(call)
    call.core.faults.raise_limited(channel.id)
    if call.core.limits:
        call.core.pace.take(channel.id)
    content = _content(_given(call))
    if content["thread_ts"] and not channel.thread(content["thread_ts"]):
        raise SlackError("thread_not_found")
    content["broadcast"] = call.flag("reply_broadcast")
    message = posting.post_as_bot(call.core, channel, content)
    shown = message_shape(call.workspace, message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown, **_truncated(call)}


def _truncated(call: Call) -> Json:
    if len(str(call.args.get("text") or "")) <= MOST_TEXT:
        return {}
    return {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.joined_channel()
    message = channel.messages.get(call.text("ts", error="message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    if message.bot_id != call.workspace.app.bot_id:
        raise SlackError(refusal)
    return message


def update(call: Call) -> Json:
    """Change one of the bot's messages in place."""
    message = _own_message(call, "cant_update_message")
    if call.workspace.channels[message.channel].is_archived:
        raise SlackError("is_inactive")
    if len(str(call.args.get("text") or "")) > MOST_UPDATED_TEXT:
        raise SlackError("msg_too_long")
    given = _given(call)
    if all(given[key] is None for key in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    kept = {
        "text": message.text if given["text"] is None else given["text"],
        "blocks": message.blocks if given["blocks"] is None else given["blocks"],
        "attachments": message.attachments if given["attachments"] is None else given["attachments"],
        "metadata": message.metadata if given["metadata"] is None else given["metadata"],
    }
    content = _content({**kept, "thread_ts": message.thread_ts})
    posting.change(call.core, message, content, by=call.workspace.app.bot_id)
    shown = message_shape(call.workspace, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """Take one of the bot's messages away."""
    message = _own_message(call, "cant_delete_message")
    posting.remove(call.core, message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """Show a message to one person in a channel."""
    channel = _target(call)
    user = call.user()
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = posting.post_as_bot(call.core, channel, _content(_given(call)), visible_to=user.id)
    return {"message_ts": message.ts}


def get_permalink(call: Call) -> Json:
    """Give a message's lasting address."""
    channel = call.channel()
    ts = call.text("message_ts", error="message_not_found")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.workspace.domain, channel.messages[ts])}


def permalink(domain: str, message: Message) -> str:
    """Build a message's lasting address."""
    address = f"https://{domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    in_thread = message.thread_ts and message.thread_ts != message.ts
    return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if in_thread else address


def _reacted(call: Call) -> Message:
    channel = call.joined_channel()
    ts = call.text("timestamp", error="no_item_specified")
    if not TIMESTAMP.fullmatch(ts):
        raise SlackError("bad_timestamp")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel.messages[ts]


def _emoji(call: Call) -> str:
    name = call.text("name", error="invalid_name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def add_reaction(call: Call) -> Json:
    """Put the bot's reaction on a message."""
    message, bot = _reacted(call), call.workspace.app.bot_user
    name = _emoji(call)
    if call.workspace.channels[message.channel].is_archived:
        raise SlackError("is_archived")
    users = message.reactions.setdefault(name, [])
    if bot in users:
        raise SlackError("already_reacted")
    users.append(bot)
    events.reaction_changed(call.core, message, bot, name, added=True)
    call.core.live.say("message", channel=message.channel, ts=message.ts)
    return {}


def remove_reaction(call: Call) -> Json:
    """Take the bot's reaction off a message."""
    message, bot = _reacted(call), call.workspace.app.bot_user
    name = _emoji(call)
    if bot not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(bot)
    if not message.reactions[name]:
        del message.reactions[name]
    events.reaction_changed(call.core, message, bot, name, added=False)
    call.core.live.say("message", channel=message.channel, ts=message.ts)
    return {}


def get_reactions(call: Call) -> Json:
    """Show a message with its reactions."""
    message = _reacted(call)
    shown = {**message_shape(call.workspace, message), "permalink": permalink(call.workspace.domain, message)}
    return {"type": "message", "channel": message.channel, "message": shown}
