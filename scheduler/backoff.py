"""When to try again: a time that is stored, never a sleep. And what Slack's words for a refusal ask for."""

from datetime import timedelta

from bot.slack.refusals import TRY_AGAIN

_PAUSES = (2, 5, 15, 60, 300, 900)
"""Seconds, by how many attempts there were; the last one holds for all further ones."""
MOST_ATTEMPTS = 40

AWAY = timedelta(seconds=60)
"""The longest pause where Slack was away, or the token didn't work: whatever waits leaves soon after it is mended."""

PACE = timedelta(seconds=1)
"""From one message's answer to the next message: Slack takes about one a second in a channel."""

EDIT_PACE = timedelta(seconds=0.2)
"""Edits have a limit of their own, fifty a minute: whoever presses a button sees its effect at once."""

UNSURE = timedelta(seconds=3)
"""How long a message waits for the outcome of an earlier one; then it is looked at again."""

PERHAPS_DONE = frozenset({"internal_error", "fatal_error"})
"""Those that Slack says in the midst of its work: "some aspect of the operation" may have succeeded before."""

NOT_HERE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "channel_type_not_supported",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_only_channel",
        "channel_is_limited_access",
        "slack_connect_blocked",
    }
)
"""Slack's words for a channel where the bot can't speak."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message"})
"""Slack's words for a message that can't be changed any more."""

LOCKED_OUT = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "access_denied",
        "org_login_required",
        "two_factor_setup_required",
        "enterprise_is_restricted",
        "team_access_not_granted",
        "ekm_access_denied",
    }
)
"""Slack's words for an app that was uninstalled or locked out: nothing is lost, all waits until it is let in again."""

UNPERMITTED = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
"""Slack's words for a scope that the app lacks. What it wants to say waits; a mere ornament isn't worth a wait."""

PASSING = TRY_AGAIN | LOCKED_OUT
"""Slack's words that say nothing about the message or its channel."""

UNSEEN = "channel_not_found"
"""Slack's word for a private channel that the bot isn't in."""

NOBODY = frozenset({"user_not_found", "user_not_visible"})
"""Slack's words for somebody who is nobody in this workspace."""

NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"})
"""Slack's words for a thread that is gone, with the message that it hung from."""


def pause(attempts: int, *, most: timedelta = timedelta(seconds=_PAUSES[-1])) -> timedelta:
    """Get how long to wait after so many attempts."""
    return min(most, timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES) - 1)]))
