"""What stands in an answer that says no: read with care, for not every no is of Slack's own writing."""

import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

RATE_LIMITED = "ratelimited"
_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")
_LEAST_PAUSE, _USUAL_PAUSE, _MOST_PAUSE = 1.0, 30.0, 86400.0
"""Seconds to wait where Slack says how long: at least, where it makes no sense, and the most that makes sense."""

TRY_AGAIN = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "message_limit_exceeded",
        "accesslimited",
        "external_channel_migrating",
        "update_failed",
    }
)
"""Slack's words for a trouble that passes."""


def status_of(error: SlackApiError) -> int:
    """Get the status of an answer, which slack_sdk wraps unless it couldn't be read."""
    response = error.response
    return int(response.status_code if hasattr(response, "status_code") else response.status)


def code_of(error: SlackApiError) -> str:
    """Get Slack's word for what went wrong, one for too many requests however it says so; without a word the status.

    What is no single word may quote anybody: it isn't kept, and not logged.
    """
    status, code = status_of(error), _told_by(error).get("error")
    if status == 429 or code in (RATE_LIMITED, "rate_limited"):
        return RATE_LIMITED
    return code if isinstance(code, str) and _CODE.fullmatch(code) else f"http_{status}"


def is_in_slacks_words(error: SlackApiError) -> bool:
    """Tell whether the answer names its reason, or is at least a refusal by its status."""
    return status_of(error) >= 400 or isinstance(_told_by(error).get("error"), str)


def details_of(error: SlackApiError) -> tuple[str, ...]:
    """List what Slack says beside its word: where a message breaks its rules."""
    about = _told_by(error).get("response_metadata")
    details = about.get("messages") if isinstance(about, dict) else ()
    return tuple(map(str, details)) if isinstance(details, list) else ()


def pause_asked_for(error: SlackApiError) -> float:
    """Read how many seconds Slack wants us to wait; what makes no sense counts as its usual half a minute."""
    try:
        asked = float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return _USUAL_PAUSE
    return max(asked, _LEAST_PAUSE) if 0 <= asked <= _MOST_PAUSE else _USUAL_PAUSE


def _told_by(error: SlackApiError) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}
