"""Shapes: where Slack sends a word, an id or an object. A body of another shape is none of Slack's."""

from collections.abc import Mapping
from typing import Any

_IDS = {
    **dict.fromkeys(("locale",), 16),
    **dict.fromkeys(("team", "team_id", "user_team", "source_team", "ts", "thread_ts"), 32),
    **dict.fromkeys(("id", "user", "user_id", "bot_id", "channel", "channel_id", "channel_type", "tab", "tz"), 64),
    **dict.fromkeys(("event_id", "trigger_id", "hash", "type", "subtype", "message_ts", "deleted_ts"), 128),
    **dict.fromkeys(("action_id", "callback_id", "block_id", "command"), 255),
}
"""What is looked for, or kept as it is: without signs that no database takes, and no longer than these."""
_WORDS = frozenset(
    {
        *("text", "value", "reaction", "channel_name", "response_url", "private_metadata"),
        *("name", "real_name", "display_name"),
    }
)
_OBJECTS = frozenset(
    {
        *("event", "message", "previous_message", "edited", "item", "container", "view"),
        *("profile", "user", "team", "channel"),
    }
)
"""What is one or may be one; what else a body holds is looked at by whoever reads it."""
_KNOWN = _IDS.keys() | _WORDS | _OBJECTS


def has_shape(body: Mapping[str, Any]) -> bool:
    """Tell whether everything in a body that we read is of the kind that Slack sends there."""
    for name in _KNOWN & body.keys():
        value = body[name]
        if isinstance(value, str):
            if name not in _WORDS and not (len(value) <= _IDS.get(name, -1) and value.isprintable()):
                return False
        elif value is not None and not (name in _OBJECTS and isinstance(value, dict) and has_shape(value)):
            return False
    return True


def word(body: Mapping[str, Any], name: str) -> str:
    """Get a word; "" where there is none. Raises TypeError for what is no word."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(name)
    return value or ""


def needed(body: Mapping[str, Any], name: str) -> str:
    """Get a word that must be there. Raises LookupError, and TypeError for what is no word."""
    value = word(body, name)
    if not value:
        raise LookupError(name)
    return value
