"""When to try again: a time that is stored, never a sleep."""

from datetime import timedelta

_PAUSES = (2, 5, 15, 60, 300, 900)
MOST_ATTEMPTS = 40

PACE = timedelta(seconds=1.05)
"""Slack takes about one message a second in a channel."""

EDIT_PACE = timedelta(seconds=0.2)
"""Edits have a limit of their own, fifty a minute: whoever presses a button sees its effect at once."""

TRY_AGAIN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
"""Slack's words for a trouble of its own that passes."""

NOT_HERE = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel"}
)
"""Slack's words for a channel where the bot can't speak."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message"})
"""Slack's words for a message that can't be changed any more."""

LOCKED_OUT = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""Slack's words for a token that doesn't work: nothing is lost, all waits for a new one."""

PASSING = TRY_AGAIN | LOCKED_OUT
"""Slack's words that say nothing about the message or its channel."""

UNSEEN = "channel_not_found"
"""Slack's word for a private channel that the bot isn't in."""

NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message"})
"""Slack's words for a thread that is gone, with the message that it hung from."""


def pause(attempts: int) -> timedelta:
    """Get how long to wait after so many attempts."""
    return timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES) - 1)])
