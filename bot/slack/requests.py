"""What came in from Slack, as typed values: one for each kind of payload."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.members import Actor
from bot.slack.shapes import has_shape, needed, word
from bot.slack.text import channels_named, from_message, without_control

_OF_A_MESSAGE = ("message", "app_mention")
FieldValue = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every request has. `deadline` is on the monotonic clock, in seconds: later nothing may begin.

    `is_stranger`: Slack says that the person belongs to another workspace (None: it doesn't say); `is_private`: that it
    happened in a private channel or in direct messages.
    """

    actor: Actor
    deadline: float
    trigger: str = ""
    response_url: str = ""
    is_stranger: bool | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(Request):
    """A slash command. `channels` are those that its text names, id by name."""

    command: str
    text: str
    channels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Request):
    """A button, or a choice in a menu or picker. `selected` is what was chosen."""

    action_id: str
    value: str = ""
    block_id: str = ""
    selected: str = ""
    message_ts: str = ""
    thread_ts: str | None = None
    is_ephemeral: bool = False
    view_metadata: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission(Request):
    """A form that was sent. `values` are by block_id."""

    callback_id: str
    values: Mapping[str, FieldValue] = field(default_factory=dict)
    metadata: str = ""

    def text(self, name: str) -> str:
        """Get what was typed or chosen in a field, trimmed; empty where nothing was."""
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def many(self, name: str) -> tuple[str, ...]:
        """Get everything that was chosen in a field."""
        value = self.values.get(name)
        if isinstance(value, tuple):
            return value
        return (value,) if value else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Request):
    """Somebody opens a menu whose choices we look up, or types `words` into it; `menu` is its block_id."""

    menu: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardMessage:
    """A message in a channel, as an event or a shortcut brings it."""

    channel: str
    ts: str
    text: str
    author: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut(Request):
    """A global shortcut, or one on a message."""

    callback_id: str
    message: HeardMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Request):
    """Something that happened in Slack; `body` is the event itself, as Slack tells it."""

    kind: str
    body: Mapping[str, Any]


def is_of_a_bot(body: Mapping[str, Any]) -> bool:
    """Tell whether a body is an event about a message of a bot's: said, edited or deleted."""
    event = body.get("event")
    if not event or event.get("type") not in _OF_A_MESSAGE:
        return False
    of_whom = (event, event.get("message"), event.get("previous_message"))
    return any(message and message.get("bot_id") for message in of_whom)


def read_command(body: Mapping[str, Any], deadline: float) -> Typed:
    """Read a slash command."""
    channel = body.get("channel_id") or None
    actor = _actor(needed(body, "team_id"), needed(body, "user_id"), channel, _trigger_key(body))
    return Typed(
        actor=actor,
        deadline=deadline,
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        command=needed(body, "command"),
        text=from_message(body.get("text") or "").strip(),
        is_stranger=False,
        is_private=_is_private(channel, str(body.get("channel_name") or "")),
        channels=channels_named(body.get("text") or ""),
    )


def read_click(body: Mapping[str, Any], deadline: float) -> Click:
    """Read a click on a message or in a form."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    place = body.get("channel") or {}
    channel = place.get("id") or container.get("channel_id")
    return Click(
        actor=_actor(_team(body), needed(body["user"], "id"), channel, _trigger_key(body)),
        deadline=deadline,
        is_stranger=_is_of_another_team(body),
        is_private=_is_private(channel, place.get("name") or ""),
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        action_id=needed(action, "action_id"),
        value=word(action, "value"),
        block_id=word(action, "block_id"),
        selected=_chosen(action),
        message_ts=container.get("message_ts") or message.get("ts") or "",
        thread_ts=container.get("thread_ts") or message.get("thread_ts"),
        is_ephemeral=bool(container.get("is_ephemeral")),
        view_metadata=(body.get("view") or {}).get("private_metadata") or "",
    )


def read_submission(body: Mapping[str, Any], deadline: float) -> Submission:
    """Read a form that was sent. It is told by its view: whoever got no answer sends it again with another trigger."""
    view = body["view"]
    state = (view.get("state") or {}).get("values") or {}
    key = f"view:{view['id']}:{view.get('hash')}" if view.get("id") else _trigger_key(body)
    return Submission(
        actor=_actor(_team(body), needed(body["user"], "id"), None, key),
        deadline=deadline,
        is_stranger=_is_of_another_team(body),
        trigger=body.get("trigger_id") or "",
        callback_id=view.get("callback_id") or "",
        values={block: _field(next(iter(fields.values()))) for block, fields in state.items() if fields},
        metadata=view.get("private_metadata") or "",
    )


def read_search(body: Mapping[str, Any], deadline: float) -> Search:
    """Read what somebody looks for in a menu of a form. Nothing is to be kept of it, so it has no delivery."""
    return Search(
        actor=_actor(_team(body), needed(body["user"], "id"), None, None),
        deadline=deadline,
        is_stranger=_is_of_another_team(body),
        menu=needed(body, "block_id"),
        words=without_control(body.get("value") or "").strip(),
    )


def read_shortcut(body: Mapping[str, Any], deadline: float) -> Shortcut:
    """Read a shortcut; on a message it brings the message."""
    place = body.get("channel") or {}
    channel = place.get("id")
    told = body.get("message")
    message = None
    if told and channel:
        message = HeardMessage(
            channel=channel,
            ts=needed(told, "ts"),
            text=from_message(told.get("text") or ""),
            author=word(told, "user") or None,
            thread_ts=told.get("thread_ts"),
        )
    return Shortcut(
        actor=_actor(_team(body), needed(body["user"], "id"), channel, _trigger_key(body)),
        deadline=deadline,
        is_stranger=_is_of_another_team(body),
        is_private=_is_private(channel, place.get("name") or ""),
        trigger=body.get("trigger_id") or "",
        response_url=body.get("response_url") or "",
        callback_id=body.get("callback_id") or "",
        message=message,
    )


def read_event(body: Mapping[str, Any], deadline: float) -> Event:
    """Read an event."""
    event = body["event"]
    user = event.get("user")
    person = user.get("id") if isinstance(user, dict) else user
    channel = event.get("channel")
    channel = channel if isinstance(channel, str) else (event.get("item") or {}).get("channel")
    key = f"event:{body['event_id']}" if body.get("event_id") else None
    workspace = _home(body)
    return Event(
        actor=_actor(workspace or event.get("team") or "", person or "", channel, key),
        deadline=deadline,
        kind=_kind_of(event),
        body=event,
        is_stranger=_is_stranger(event, workspace, happened_in=body.get("team_id")),
        is_private=event.get("channel_type") in ("group", "im", "mpim") or _is_private(channel, ""),
    )


def _kind_of(event: Mapping[str, Any]) -> str:
    """Get the kind of an event. Raises LookupError where something about a message doesn't say about which."""
    kind, item = needed(event, "type"), event.get("item") or {}
    told = event if kind in _OF_A_MESSAGE else item if item.get("type") == "message" else None
    if told is not None:
        needed(told, "channel")
        if not told.get("message") and not told.get("previous_message"):  # a change tells its message's own
            needed(told, "ts")
    return kind


def edited_by_author(event: Event) -> Event | None:
    """Read what a message says since its author edited it, as if it were said now; None for any other change."""
    now = event.body.get("message") or {}
    author, edited = now.get("user"), now.get("edited") or {}
    if not author or not now.get("ts") or edited.get("user") != author:
        return None
    stranger = _is_stranger(now, event.actor.workspace, happened_in=None)
    return replace(
        event,
        actor=replace(event.actor, member=author, delivery=None),
        body={**now, "channel": event.body["channel"], "channel_type": event.body.get("channel_type")},
        is_stranger=event.is_stranger if stranger is None else stranger,
    )


def _is_private(channel: str | None, name: str) -> bool:
    """Read from the words that stand in the place of a channel's name; direct messages show in the id too."""
    return name in ("directmessage", "privategroup") or name.startswith("mpdm-") or (channel or "").startswith("D")


def _home(body: Mapping[str, Any]) -> str:
    """Find the workspace that an event is for; `team_id` may be that of a shared channel's other side."""
    granted = (body.get("authorizations") or [{}])[0]
    if not has_shape(granted):
        raise TypeError("authorizations")
    return granted.get("team_id") or body.get("team_id") or ""


def _is_stranger(event: Mapping[str, Any], workspace: str, *, happened_in: str | None) -> bool | None:
    """Tell whether an event in a shared channel comes from a person of another workspace; None where it doesn't say."""
    teams = [team for team in (event.get("user_team"), event.get("source_team")) if team]
    if workspace and teams:
        return any(team != workspace for team in teams)
    if happened_in and happened_in != workspace:
        return True
    return False if workspace and event.get("team") == workspace else None


def _is_of_another_team(body: Mapping[str, Any]) -> bool | None:
    """Tell whether whoever pressed or sent something belongs to another workspace than the one it happened in."""
    here, theirs = _place(body), body["user"].get("team_id")
    return bool(here != theirs) if here and theirs else None


def _actor(workspace: str, member: str, channel: str | None, delivery: str | None) -> Actor:
    return Actor(workspace=workspace, member=member, delivery=delivery, channel=channel)


def _team(body: Mapping[str, Any]) -> str:
    return str(_place(body) or body["user"].get("team_id") or "")


def _place(body: Mapping[str, Any]) -> str | None:
    """Find the workspace where something was pressed or sent; in a form before a stranger `team` is their own."""
    installed = (body.get("view") or {}).get("app_installed_team_id")
    return installed or (body.get("team") or {}).get("id")


def _trigger_key(body: Mapping[str, Any]) -> str | None:
    return f"trigger:{body['trigger_id']}" if body.get("trigger_id") else None


def _chosen(action: Mapping[str, Any]) -> str:
    """Read what was chosen in a menu or picker; a datetimepicker gives Unix seconds."""
    if action.get("selected_option"):
        return without_control(str(action["selected_option"]["value"]))
    for key in ("selected_date_time", "selected_user", "selected_channel", "selected_conversation", "selected_date"):
        if action.get(key):
            return without_control(str(action[key]))
    return ""


def _field(state: Mapping[str, Any]) -> FieldValue:
    """Read one field of a form, whatever its kind."""
    for key in ("selected_users", "selected_channels", "selected_conversations"):
        if state.get(key) is not None:
            return tuple(state[key])
    if state.get("selected_options") is not None:
        return tuple(str(option["value"]) for option in state["selected_options"])
    if state.get("value") is not None:
        return without_control(str(state["value"]))
    return _chosen(state) or None


def instant(seconds: str) -> datetime | None:
    """Read the Unix seconds that a datetimepicker gives; None for anything else."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
