"""What the app has said, wherever and to whom: the buttons under it and the people in it."""

import heapq
import json
import re

from bot.playground.limits import elements_of
from bot.playground.state import Channel, Json, Message, Workspace

MOST = 100

_MENTION = re.compile(r"<@(\w+)")


def said_by_the_app(space: Workspace) -> list[Json]:
    """List the app's last messages, oldest first; `to` is who alone sees one, or whose direct message it is."""
    both = ((c, m) for c in space.channels.values() for m in (*c.messages.values(), *c.ephemerals.values()))
    own = (pair for pair in both if pair[1].user == space.app.bot_user)
    last = heapq.nlargest(MOST, own, key=lambda pair: pair[1].ts)
    return [_outline(channel, message) for channel, message in reversed(last)]


def _outline(channel: Channel, message: Message) -> Json:
    elements = (element for block in message.blocks for _, element in elements_of(block))
    buttons = {
        e["action_id"]: {"words": e["text"]["text"], "value": e.get("value", "")} for e in elements if "text" in e
    }
    return {
        "channel": channel.id,
        "ts": message.ts,
        "to": message.visible_to or channel.user,
        "is_shared": channel.is_ext_shared,
        "buttons": buttons,
        "people": sorted(set(_MENTION.findall(json.dumps(message.blocks)))),
    }
