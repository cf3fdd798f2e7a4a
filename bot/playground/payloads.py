"""What Slack sends when a person does something: commands, clicks, forms, shortcuts."""

import time
from typing import Any

from bot.playground.core import Core
from bot.playground.shapes import message_shape, view_shape
from bot.playground.state import Channel, Json, Message, User, View

_NAMES = {"im": "directmessage", "group": "privategroup"}


def user_part(user: User) -> Json:
    """Show who acts, as interactive payloads do."""
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def channel_part(channel: Channel) -> Json:
    """Show where, as interactive payloads do."""
    return {"id": channel.id, "name": _NAMES.get(channel.kind, channel.name)}


def _envelope(core: Core, user: User, kind: str) -> Json:
    space = core.workspace
    return {
        "type": kind,
        "user": user_part(user),
        "api_app_id": space.app.id,
        "token": core.verification_token,
        "team": {"id": space.id, "domain": space.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def slash_command(core: Core, user: User, channel: Channel, command: str, text: str) -> Json:
    """Give a slash command's fields, all of them strings."""
    space = core.workspace
    return {
        "token": core.verification_token,
        "team_id": space.id,
        "team_domain": space.domain,
        "channel_id": channel.id,
        "channel_name": _NAMES.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": space.app.id,
        "is_enterprise_install": "false",
        "trigger_id": core.triggers.give(user.id),
    }


def block_actions(core: Core, user: User, place: Message | View, action: Json) -> Json:
    """Give a click or a choice in a message, a form or a home."""
    payload = _envelope(core, user, "block_actions")
    payload["trigger_id"] = core.triggers.give(user.id)
    if isinstance(place, View):
        shown = view_shape(core.workspace, place)
        where = {"container": {"type": "view", "view_id": place.id}, "view": shown, "state": shown["state"]}
        return {**payload, **where, "actions": [action]}
    channel = core.workspace.channels[place.channel]
    container: Json = {
        "type": "message",
        "message_ts": place.ts,
        "channel_id": channel.id,
        "is_ephemeral": place.visible_to is not None,
    }
    if place.thread_ts:
        container["thread_ts"] = place.thread_ts
    payload |= {"container": container, "channel": channel_part(channel), "state": {"values": place.state}}
    if place.visible_to is None:
        payload["message"] = message_shape(core.workspace, place)
    return {**payload, "actions": [action]}


def view_submission(core: Core, user: User, view: View) -> Json:
    """Give a form that was sent."""
    payload = _envelope(core, user, "view_submission")
    shown = view_shape(core.workspace, view)
    return {**payload, "trigger_id": core.triggers.give(user.id), "view": shown, "response_urls": []}


def view_closed(core: Core, user: User, view: View, *, cleared: bool) -> Json:
    """Give a form that was closed."""
    payload = _envelope(core, user, "view_closed")
    return {**payload, "view": view_shape(core.workspace, view), "is_cleared": cleared}


def shortcut(core: Core, user: User, callback_id: str) -> Json:
    """Give a global shortcut."""
    return {**_envelope(core, user, "shortcut"), **_asked(core, user, callback_id)}


def message_action(core: Core, user: User, callback_id: str, message: Message) -> Json:
    """Give a message shortcut."""
    channel = core.workspace.channels[message.channel]
    return {
        **_envelope(core, user, "message_action"),
        **_asked(core, user, callback_id),
        "message_ts": message.ts,
        "channel": channel_part(channel),
        "message": message_shape(core.workspace, message),
    }


def _asked(core: Core, user: User, callback_id: str) -> Json:
    return {
        "callback_id": callback_id,
        "trigger_id": core.triggers.give(user.id),
        "action_ts": f"{time.time():.6f}",
    }


def block_suggestion(core: Core, user: User, place: View | Message, ids: tuple[str, str], typed: str) -> Json:
    """Ask for the options of an external select."""
    payload = _envelope(core, user, "block_suggestion")
    block_id, action_id = ids
    payload |= {"block_id": block_id, "action_id": action_id, "value": typed}
    if isinstance(place, View):
        view: dict[str, Any] = view_shape(core.workspace, place)
        return {**payload, "container": {"type": "view", "view_id": place.id}, "view": view}
    container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
    return {**payload, "container": container}
