"""Events for the bot: what it subscribed to, from where it is a member."""

import time
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.core import Core
from bot.playground.shapes import message_shape, user_shape
from bot.playground.state import Channel, Json, Message, User

_MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
_LETTER = {"channel": "C", "group": "G", "im": "D"}
_PROFILE = ("first_name", "real_name", "display_name", "team", "avatar_hash", "image_72")
_STANDING = ("name", "is_restricted", "is_ultra_restricted")
_KEPT = ("ts", "thread_ts", "reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked")


def tell(core: Core, event: Json, channel: Channel | None = None, *, named: str = "") -> None:
    """Deliver an event if the app asked for it and may see it."""
    name = named or str(event["type"])
    if name not in core.manifest.bot_events:
        return
    if channel is not None and core.workspace.app.bot_user not in channel.members:
        return
    core.reach.tell(event_callback(core, event, channel))


def event_callback(core: Core, event: Json, channel: Channel | None = None) -> Json:
    """Wrap an event the way the Events API does."""
    space = core.workspace
    return {
        "token": core.verification_token,
        "team_id": space.id,
        "context_team_id": space.id,
        "context_enterprise_id": None,
        "api_app_id": space.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": space.new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": space.id,
                "user_id": space.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": f"4-{space.new_id('x')}",
    }


def _about(core: Core, channel: Channel, **more: Any) -> Json:
    return {"channel": channel.id, "event_ts": core.workspace.new_ts(), **more}


def message_posted(core: Core, message: Message) -> None:
    """Tell of a new message, and of a mention in it."""
    channel = core.workspace.channels[message.channel]
    shape = message_shape(core.workspace, message)
    if message.bot_id is None:
        shape |= _stranger(core, message.user)
    shape |= {"channel": channel.id, "event_ts": message.ts}
    tell(core, {**shape, "channel_type": channel.kind}, channel, named=_MESSAGES[channel.kind])
    if f"<@{core.workspace.app.bot_user}>" in message.text and channel.kind != "im" and message.bot_id is None:
        tell(core, {**shape, "type": "app_mention"}, channel)


def _stranger(core: Core, user_id: str) -> Json:
    user = core.workspace.users.get(user_id)
    if user is None or user.team_id == core.workspace.id:
        return {}
    shown = user_shape(core.workspace, user)
    profile = {key: shown["profile"][key] for key in _PROFILE} | {key: shown[key] for key in _STANDING}
    return {"user_team": user.team_id, "source_team": user.team_id, "user_profile": profile}


def message_changed(core: Core, message: Message, before: Json) -> None:
    """Tell of an edited message."""
    channel = core.workspace.channels[message.channel]
    now = message_shape(core.workspace, message)
    _hidden(core, channel, "message_changed", message=now, previous_message=before)


def message_deleted(core: Core, channel: Channel, before: Json) -> None:
    """Tell of a deleted message."""
    _hidden(core, channel, "message_deleted", deleted_ts=before["ts"], previous_message=before)


def message_tombstoned(core: Core, channel: Channel, before: Json) -> None:
    """Tell of a deleted message that has answers: to Slack that is a change, into a tombstone."""
    now: Json = {key: before[key] for key in _KEPT if key in before}
    now |= {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    now["hidden"] = True
    _hidden(core, channel, "message_changed", message=now, previous_message=before)


def _hidden(core: Core, channel: Channel, subtype: str, **more: Any) -> None:
    event = _about(core, channel, type="message", subtype=subtype, hidden=True, channel_type=channel.kind, **more)
    tell(core, {**event, "ts": event["event_ts"]}, channel, named=_MESSAGES[channel.kind])


def reaction_changed(core: Core, message: Message, user: str, name: str, *, added: bool) -> None:
    """Tell of a reaction that came or went."""
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": core.workspace.new_ts(),
    }
    tell(core, event, core.workspace.channels[message.channel])


def member_joined(core: Core, channel: Channel, user: str, inviter: str = "") -> None:
    """Tell of somebody, or the bot, who joined a channel."""
    more = {"inviter": inviter} if inviter else {}
    tell(core, {**_member(core, channel, user, "member_joined_channel"), **more}, channel)


def member_left(core: Core, channel: Channel, user: str) -> None:
    """Tell of somebody, or the bot, who leaves a channel."""
    tell(core, _member(core, channel, user, "member_left_channel"), channel)


def _member(core: Core, channel: Channel, user: str, kind: str) -> Json:
    letter = _LETTER[channel.kind]
    return _about(core, channel, type=kind, user=user, channel_type=letter, team=core.workspace.id)


def home_opened(core: Core, user: str, home: Json | None, tab: str = "home") -> None:
    """Tell that a person opened the app's home or its messages."""
    channel = core.workspace.direct(user)
    event = _about(core, channel, type="app_home_opened", user=user, tab=tab)
    tell(core, {**event, "view": home} if home else event)


def user_changed(core: Core, user: User) -> None:
    """Tell of a changed profile, language or time zone."""
    ZoneInfo(user.tz)
    ts = core.workspace.new_ts()
    shape = user_shape(core.workspace, user, locale=True)
    tell(core, {"type": "user_change", "user": shape, "cache_ts": int(float(ts)), "event_ts": ts})


def channel_shared(core: Core, channel: Channel, team: str) -> None:
    """Tell that a channel is now shared with another workspace."""
    tell(core, _about(core, channel, type="channel_shared", connected_team_id=team), channel)


def channel_unshared(core: Core, channel: Channel, team: str) -> None:
    """Tell that a channel is no longer shared with another workspace."""
    still = {"is_ext_shared": channel.is_ext_shared}
    tell(core, _about(core, channel, type="channel_unshared", previously_connected_team_id=team, **still), channel)
