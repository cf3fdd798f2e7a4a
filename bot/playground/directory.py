"""users.*, conversations.*, team.* and auth.*: who and what is there."""

import math
from collections.abc import Callable

from bot.playground import events
from bot.playground.calls import KIND_SCOPES, Call
from bot.playground.errors import SlackError
from bot.playground.shapes import channel_shape, message_shape, user_shape
from bot.playground.state import Channel, Json, Message, User

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def auth_test(call: Call) -> Json:
    """Say whose token this is."""
    space = call.workspace
    return {
        "url": f"https://{space.domain}.slack.com/",
        "team": space.name,
        "user": space.app.name.lower(),
        "team_id": space.id,
        "user_id": space.app.bot_user,
        "bot_id": space.app.bot_id,
        "is_enterprise_install": False,
    }


def api_test(call: Call) -> Json:
    """Answer with what was sent."""
    if call.args.get("error"):
        raise SlackError(str(call.args["error"]), args=call.args)
    return {"args": call.args}


def team_info(call: Call) -> Json:
    """Show the workspace."""
    space = call.workspace
    return {"team": {"id": space.id, "name": space.name, "domain": space.domain, "email_domain": "", "icon": {}}}


def _shown_user(call: Call, user: User) -> Json:
    email = "users:read.email" in call.core.manifest.scopes
    return user_shape(call.workspace, user, locale=call.flag("include_locale"), email=email)


def users_info(call: Call) -> Json:
    """Show one person."""
    return {"user": _shown_user(call, call.user())}


def users_list(call: Call) -> Json:
    """List the workspace's own people and bots."""
    own = [u for u in call.workspace.users.values() if u.team_id == call.workspace.id]
    found, cursor = call.page(own, 1000)
    return {
        "members": [_shown_user(call, user) for user in found],
        "cache_ts": int(call.core.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def conversations_info(call: Call) -> Json:
    """Show one conversation."""
    channel = call.channel()
    call.want_for(channel, "read")
    shown = channel_shape(call.workspace, channel)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown}


def _listed(call: Call, keep: Callable[[Channel], bool]) -> Json:
    wanted = [t.strip() for t in str(call.args.get("types") or "public_channel").split(",")]
    if any(t not in _TYPES for t in wanted):
        raise SlackError("invalid_types")
    kinds = [_TYPES[t] for t in wanted]
    for kind in kinds:
        call.want(f"{KIND_SCOPES.get(kind, kind)}:read")
    hide = call.flag("exclude_archived")
    found = [
        c for c in call.workspace.channels.values() if c.kind in kinds and keep(c) and not (hide and c.is_archived)
    ]
    page, cursor = call.page(found, 100)
    shown = [channel_shape(call.workspace, c) for c in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def conversations_list(call: Call) -> Json:
    """List the conversations that the bot may know of."""
    return _listed(call, lambda c: c.kind == "channel" or call.is_in(c))


def users_conversations(call: Call) -> Json:
    """List the conversations that somebody, or the bot, is in."""
    user = str(call.args.get("user") or call.workspace.app.bot_user)
    return _listed(call, lambda c: user in c.members and (c.kind == "channel" or call.is_in(c)))


def conversations_members(call: Call) -> Json:
    """List who is in a conversation."""
    channel = call.channel()
    call.want_for(channel, "read")
    page, cursor = call.page(channel.members, 100)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def conversations_open(call: Call) -> Json:
    """Open the direct messages with one person."""
    if call.args.get("channel"):
        channel = call.channel()
        return {"channel": {"id": channel.id}, "already_open": True}
    given = call.args.get("users") or []
    users = [u for u in (given.split(",") if isinstance(given, str) else list(given)) if u]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.workspace.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    before = len(call.workspace.channels)
    channel = call.workspace.direct(users[0])
    there = {"no_op": True, "already_open": True} if len(call.workspace.channels) == before else {}
    shown = channel_shape(call.workspace, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, **there}


def conversations_join(call: Call) -> Json:
    """Let the bot into a public channel."""
    channel = call.channel()
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.is_in(channel):
        shown = channel_shape(call.workspace, channel)
        warning = "already_in_channel"
        return {"channel": shown, "warning": warning, "response_metadata": {"warnings": [warning]}}
    channel.members.append(call.workspace.app.bot_user)
    events.member_joined(call.core, channel, call.workspace.app.bot_user)
    call.core.live.say("channel", channel=channel.id)
    return {"channel": channel_shape(call.workspace, channel)}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", math.inf)
    if call.flag("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def _moment(call: Call, name: str, default: float) -> float:
    try:
        return float(call.args.get(name) or default)
    except (TypeError, ValueError):
        raise SlackError(f"invalid_ts_{name}") from None


def _history(call: Call, messages: list[Message]) -> Json:
    page, cursor = call.page(messages, 100, 999)
    kept = call.flag("include_all_metadata")
    return {
        "messages": [message_shape(call.workspace, m, metadata=kept) for m in page],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def conversations_history(call: Call) -> Json:
    """Show a conversation's messages, the newest first."""
    channel = call.joined_channel()
    call.want_for(channel, "history")
    top = [m for m in channel.messages.values() if m.thread_ts in (None, m.ts) or m.broadcast]
    return {**_history(call, _between(call, top)[::-1]), "pin_count": 0}


def conversations_replies(call: Call) -> Json:
    """Show a thread, its first message first."""
    channel = call.joined_channel()
    call.want_for(channel, "history")
    message = channel.messages.get(call.text("ts", error="thread_not_found"))
    if message is None:
        raise SlackError("thread_not_found")
    parent, *replies = channel.thread(message.thread_ts or message.ts)
    return _history(call, [parent, *_between(call, replies)])
