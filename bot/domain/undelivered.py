"""What could not be delivered, and why: Slack's codes in a handful of meanings that a person can act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.outgoing import Saying, is_direct
from bot.domain.references import Reference

REMEMBERED = timedelta(days=7)
"""For so long it is shown that something could not be delivered."""


class Why(StrEnum):
    """Why a message could not be delivered; each wants something else done."""

    GONE = "gone"
    UNINVITED = "uninvited"
    ARCHIVED = "archived"
    FORBIDDEN = "forbidden"
    TOO_LONG = "too_long"
    SCOPE = "scope"
    TROUBLE = "trouble"
    UNSURE = "unsure"
    MISTAKE = "mistake"
    OTHER = "other"


_MEANINGS = {
    Why.GONE: ("user_disabled", "user_not_found", "users_not_found", "user_not_visible", "cannot_dm_bot"),
    Why.UNINVITED: ("not_in_channel", "channel_not_found"),
    Why.ARCHIVED: ("is_archived",),
    Why.FORBIDDEN: (
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "channel_is_limited_access",
        "slack_connect_blocked",
        "no_permission",
        "access_denied",
        "ekm_access_denied",
        "team_access_not_granted",
        "messages_tab_disabled",
    ),
    Why.TOO_LONG: ("msg_too_long", "msg_blocks_too_long"),
    Why.SCOPE: ("missing_scope", "not_allowed_token_type"),
    Why.TROUBLE: ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
    Why.UNSURE: ("unknowable",),
    Why.MISTAKE: ("failed", "invalid_blocks", "invalid_blocks_format", "no_text", "invalid_arguments"),
}
_BY_CODE = {code: why for why, codes in _MEANINGS.items() for code in codes}
_GONE_IN_DIRECT = (Why.UNINVITED, Why.ARCHIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """One message that could not be delivered, as one reader may see it. `place` is its lane, `at` when it was due.

    `about` is the task or handoff that it concerns, None where there is none or it isn't for this reader's eyes.
    """

    saying: Saying
    place: str
    reason: str
    at: datetime
    about: Reference | None = None
    title: str = ""

    @property
    def why(self) -> Why:
        """Tell what the reason means."""
        return why(self.reason, self.place)

    @property
    def code(self) -> str:
        """Give the reason's first word: Slack's code, where it is one."""
        return code_of(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredPage:
    """The newest of what could not be delivered; `more` are not shown."""

    shown: Sequence[Undelivered] = ()
    more: int = 0


def why(reason: str, place: str) -> Why:
    """Tell what a reason means in a place; a direct message that has no channel any more has no reader either."""
    meaning = _BY_CODE.get(code_of(reason), Why.OTHER)
    return Why.GONE if is_direct(place) and meaning in _GONE_IN_DIRECT else meaning


def code_of(reason: str) -> str:
    """Take the code out of a reason such as `unknowable: not_in_channel`."""
    return reason.partition(":")[0].strip()
