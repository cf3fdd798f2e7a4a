"""Users, channels, messages and views as Slack's API shows them."""

import copy
import secrets
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.limits import elements_of
from bot.playground.state import Channel, Json, Message, User, View, Workspace


def user_shape(workspace: Workspace, user: User, *, locale: bool = False, email: bool = False) -> Json:
    """Show a user as users.info does."""
    zone = datetime.now(ZoneInfo(user.tz))
    shape: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": zone.tzname() or user.tz,
        "tz_offset": int((zone.utcoffset() or zone - zone).total_seconds()),
        "profile": _profile(user, email),
        "is_admin": user.is_admin,
        "is_owner": user.is_admin,
        "is_primary_owner": user.is_admin,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": int(time.time()),
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }
    if user.team_id != workspace.id:
        shape["is_stranger"] = True
    if locale:
        shape["locale"] = user.locale
    return shape


def _profile(user: User, email: bool) -> Json:
    first, _, last = user.real_name.partition(" ")
    profile: Json = {
        "title": user.title,
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "first_name": first,
        "last_name": last,
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": "g0",
        **{f"image_{size}": f"https://images.example/person_{size}.png" for size in (24, 32, 48, 72, 192, 512)},
        "team": user.team_id,
    }
    if email and user.email:
        profile["email"] = user.email
    return profile


def channel_shape(workspace: Workspace, channel: Channel) -> Json:
    """Show a conversation as conversations.info does."""
    common: Json = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": channel.is_archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": workspace.id,
        "updated": 1_700_000_000_000,
    }
    if channel.kind == "im":
        return {**common, "user": channel.user, "is_user_deleted": workspace.users[channel.user].deleted}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": False,
        "is_mpim": False,
        "is_private": channel.kind == "group",
        "is_general": channel.name == "general",
        "unlinked": 0,
        **_sharing(channel),
        "is_member": workspace.app.bot_user in channel.members,
        "creator": channel.members[0] if channel.members else "",
        "shared_team_ids": sorted({workspace.users[u].team_id for u in channel.members} | {workspace.id}),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
        "num_members": len(channel.members),
    }


def _sharing(channel: Channel) -> Json:
    return {
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "pending_shared": [],
        "pending_connected_team_ids": [],
    }


def message_shape(workspace: Workspace, message: Message, *, metadata: bool = False) -> Json:
    """Show a message as history and events do."""
    app = workspace.app
    shape: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    user = workspace.users.get(message.user)
    shape["team"] = user.team_id if user else workspace.id
    if message.bot_id:
        shape |= {"bot_id": message.bot_id, "app_id": app.id, "bot_profile": bot_profile(workspace)}
    for key in ("client_msg_id", "blocks", "attachments", "thread_ts", "edited"):
        if getattr(message, key):
            shape[key] = copy.deepcopy(getattr(message, key))
    if message.reactions:
        shape["reactions"] = [{"name": n, "users": u[:], "count": len(u)} for n, u in message.reactions.items()]
    if message.thread_ts:
        shape |= _thread_shape(workspace.channels[message.channel], message)
    if message.broadcast:
        parent = workspace.channels[message.channel].messages.get(str(message.thread_ts))
        shape |= {"subtype": "thread_broadcast", "root": message_shape(workspace, parent) if parent else {}}
    if metadata and message.metadata:
        shape["metadata"] = message.metadata
    return shape


def _thread_shape(channel: Channel, message: Message) -> Json:
    if message.ts != message.thread_ts:
        parent = channel.messages.get(str(message.thread_ts))
        return {"parent_user_id": parent.user if parent else "USLACKBOT"}  # in its tombstone's name
    replies = channel.replies(message.ts)
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts if replies else "",
        "is_locked": False,
        "subscribed": False,
    }


def bot_profile(workspace: Workspace) -> Json:
    """Show the app as a message's author."""
    app = workspace.app
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.bot_user,
        "name": app.name,
        "deleted": False,
        "updated": 1_700_000_000,
        "icons": {f"image_{size}": f"https://images.example/app_{size}.png" for size in (36, 48, 72)},
        "team_id": workspace.id,
    }


def view_shape(workspace: Workspace, view: View) -> Json:
    """Show a form or a home as views.* and payloads do."""
    body = view.body
    return {
        "id": view.id,
        "team_id": workspace.users[view.user].team_id,
        "type": body["type"],
        "blocks": copy.deepcopy(body["blocks"]),
        "private_metadata": body.get("private_metadata") or "",
        "callback_id": body.get("callback_id") or "",
        "state": {"values": copy.deepcopy(view.state)},
        "hash": view.hash,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(body.get("clear_on_close")),
        "notify_on_close": bool(body.get("notify_on_close")),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": workspace.app.id,
        "external_id": body.get("external_id") or "",
        "app_installed_team_id": workspace.id,
        "bot_id": workspace.app.bot_id,
    }


def completed(blocks: list[Json]) -> list[Json]:
    """Give blocks the ids and defaults that Slack adds."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for _, element in elements_of(block):
            if element.get("type") != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
        _complete_texts(block)
    return blocks


def _complete_texts(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _complete_texts(each)
    elif isinstance(node, dict):
        if node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        for each in node.values():
            _complete_texts(each)
