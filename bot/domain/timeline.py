"""The timeline: everything that happened to a task, a handoff or a customer, in order, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.references import Reference


class Happened(StrEnum):
    """What can happen; the value is stored, so it never changes its meaning."""

    TASK_WAS_RECORDED = "task.recorded"
    TASK_WAS_EDITED = "task.edited"
    TASK_WAS_DONE = "task.done"
    TASK_WAS_REOPENED = "task.reopened"
    TASK_WAS_CANCELLED = "task.cancelled"
    TASK_WAS_UNDONE = "task.undone"
    TASK_WAS_MOVED = "task.moved"
    TASK_WAS_GIVEN = "task.given"
    TASK_WAS_BLOCKED = "task.blocked"
    TASK_WAITS = "task.waits"
    TASK_WAS_RESUMED = "task.resumed"
    TASK_IS_ON_TRACK = "task.on_track"
    TASK_WARNING_WAS_SNOOZED = "task.snoozed"
    SOURCE_WAS_EDITED = "task.source_edited"
    SOURCE_WAS_DELETED = "task.source_deleted"
    CUSTOMER_WAS_ADDED = "customer.added"
    CUSTOMER_WAS_EDITED = "customer.edited"
    CUSTOMER_WAS_LINKED = "customer.linked"
    HANDOFF_WAS_DRAFTED = "handoff.drafted"
    HANDOFF_WAS_OFFERED = "handoff.offered"
    HANDOFF_WAS_ACCEPTED = "handoff.accepted"
    HANDOFF_WAS_RETURNED = "handoff.returned"
    HANDOFF_WAS_ASKED = "handoff.asked"
    HANDOFF_WAS_ANSWERED = "handoff.answered"
    CUSTOMER_WAS_TOLD = "notice.sent"
    NOTICE_WAS_DRAFTED = "notice.drafted"
    NOTICE_WAS_DISMISSED = "notice.dismissed"
    FEEDBACK_WAS_ASKED = "feedback.asked"
    FEEDBACK_WAS_ANSWERED = "feedback.answered"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `by` is a Slack user id, or None where Stafet acted by itself.

    `data` holds what changed, from what to what, as strings (instants as ISO 8601 in UTC).
    """

    about: Reference
    happened: Happened
    at: datetime
    by: str | None = None
    data: Mapping[str, str] = field(default_factory=dict)


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Write down what changed: `name` is how it is now, `name_was` how it was."""
    changed = [name for name in after if after[name] != before[name]]
    return {name: after[name] for name in changed} | {f"{name}_was": before[name] for name in changed}
