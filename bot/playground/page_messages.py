"""The messages of one channel or thread as the page asks for them: a page at a time, or only what changed."""

from collections.abc import Mapping

from bot.playground.inputs import initial_values, merged
from bot.playground.shapes import message_shape
from bot.playground.state import Channel, Json, Message, User, Workspace

MOST_MESSAGES = 2_500


def messages_page(space: Workspace, channel: Channel, user: User, query: Mapping[str, str]) -> Json:
    """Give what one person sees: those named in `ts`, or the last `limit` of a `thread` or channel `before` a ts."""
    seen = [m for m in channel.ephemerals.values() if m.visible_to == user.id]
    both = {**_tombstones(channel), **{m.ts: m for m in (*channel.messages.values(), *seen)}}
    if "ts" in query:
        return _named(space, channel, both, query["ts"].split(","))
    thread, before = query.get("thread", ""), query.get("before", "")
    wanted = [m for m in both.values() if (_is_in_thread(m, thread) if thread else _is_in_channel(m))]
    wanted = sorted((m for m in wanted if not before or m.ts < before), key=lambda m: m.ts)
    first = max(0, len(wanted) - _limit(query.get("limit", "")))
    return {"messages": [_shown(space, m) for m in wanted[first:]], "more": first > 0, "gone": []}


def _tombstones(channel: Channel) -> dict[str, Message]:
    """Stand in for deleted messages that were answered: their threads can still be opened."""
    words = "_This message was deleted._"
    answers = (m for m in channel.messages.values() if m.thread_ts and m.thread_ts not in channel.messages)
    return {
        str(m.thread_ts): Message(str(m.thread_ts), channel.id, "USLACKBOT", words, m.shown_at, thread_ts=m.thread_ts)
        for m in answers
    }


def _named(space: Workspace, channel: Channel, both: dict[str, Message], names: list[str]) -> Json:
    found = {ts: both[ts] for ts in names if ts in both}
    parents = {m.thread_ts: both[m.thread_ts] for m in found.values() if m.thread_ts and m.thread_ts in both}
    known = {*channel.messages, *channel.ephemerals}
    shown = [_shown(space, m) for m in {**parents, **found}.values()]
    return {"messages": shown, "more": False, "gone": [ts for ts in names if ts not in known]}


def _is_in_thread(message: Message, thread: str) -> bool:
    return thread in (message.ts, message.thread_ts)


def _is_in_channel(message: Message) -> bool:
    is_answer = message.thread_ts is not None and message.thread_ts != message.ts
    return not is_answer or message.broadcast or message.visible_to is not None


def _limit(given: str) -> int:
    return min(int(given), MOST_MESSAGES) if given.isdecimal() else MOST_MESSAGES


def _shown(space: Workspace, message: Message) -> Json:
    return {
        **message_shape(space, message),
        "at": message.shown_at,
        "channel": message.channel,
        "is_ephemeral": message.visible_to is not None,
        "is_broadcast": message.broadcast,
        "state": merged(initial_values(message.blocks, channel=message.channel), message.state),
        "typed": message.bot_id is None,
    }
