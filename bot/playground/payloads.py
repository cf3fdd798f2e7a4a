"""What Slack sends when a person does something: commands, clicks, forms, shortcuts."""

import time
from collections.abc import Sequence

from bot.playground.core import Core
from bot.playground.shapes import message_shape, view_shape
from bot.playground.state import Channel, Json, Message, User, View

_NAMES = {"im": "directmessage", "group": "privategroup"}


def channel_part(channel: Channel) -> Json:
    """Show where, as interactive payloads do."""
    return {"id": channel.id, "name": _NAMES.get(channel.kind, channel.name)}


def _acted_in(core: Core, user: User, kind: str, view: View) -> Json:
    """Say what was done in a form or a home: for Slack it is in the workspace of the person before it."""
    space = core.workspace
    payload = {**_acted(core, user, kind), "view": view_shape(space, view)}
    if user.team_id != space.id:
        payload["team"] = {"id": user.team_id, "domain": space.team_name(user.team_id).lower()}
    return payload


def _acted(core: Core, user: User, kind: str) -> Json:
    named = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}
    return {**_envelope(core, kind), "user": named, "api_app_id": core.workspace.app.id}


def _envelope(core: Core, kind: str) -> Json:
    space = core.workspace
    return {
        "type": kind,
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
    acted = {"trigger_id": core.triggers.give(user.id), "actions": [action]}
    if isinstance(place, View):
        payload = _acted_in(core, user, "block_actions", place)
        return {**payload, **acted, "container": {"type": "view", "view_id": place.id}}
    payload = {**_acted(core, user, "block_actions"), **acted}
    payload |= {**_where(core, place), "state": {"values": place.state}}
    if place.visible_to is None:
        payload["message"] = message_shape(core.workspace, place)
    return payload


def _where(core: Core, message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return {"container": container, "channel": channel_part(core.workspace.channels[message.channel])}


def view_submission(core: Core, user: User, view: View, response_urls: Sequence[Json] = ()) -> Json:
    """Give a form that was sent."""
    payload = _acted_in(core, user, "view_submission", view)
    return {**payload, "trigger_id": core.triggers.give(user.id), "response_urls": [*response_urls]}


def view_closed(core: Core, user: User, view: View, *, cleared: bool) -> Json:
    """Give a form that was closed."""
    return {**_acted_in(core, user, "view_closed", view), "is_cleared": cleared}


def shortcut(core: Core, user: User, callback_id: str) -> Json:
    """Give a global shortcut."""
    named = {"id": user.id, "username": user.name, "team_id": user.team_id}
    return {**_envelope(core, "shortcut"), "user": named, **_asked(core, user, callback_id)}


def message_action(core: Core, user: User, callback_id: str, message: Message) -> Json:
    """Give a message shortcut."""
    channel = core.workspace.channels[message.channel]
    return {
        **_envelope(core, "message_action"),
        **_asked(core, user, callback_id),
        "user": {"id": user.id, "name": user.name, "team_id": user.team_id},
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
    block_id, action_id = ids
    asked = {"block_id": block_id, "action_id": action_id, "value": typed}
    if isinstance(place, View):
        payload = _acted_in(core, user, "block_suggestion", place)
        return {**payload, **asked, "container": {"type": "view", "view_id": place.id}}
    return {**_acted(core, user, "block_suggestion"), **asked, **_where(core, place)}
