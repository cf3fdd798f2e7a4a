"""Commands: what a person asked for, as typed values. Text and forms become these before anything else happens."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.references import Reference
from bot.domain.tasks import Due, Origin, Priority, Source


class Remark(StrEnum):
    """What the reading of a line guessed or couldn't read; the answer shows it."""

    UNKNOWN_PERSON = "unknown_person"
    NOT_A_MEMBER = "not_a_member"
    UNREAD_TIME = "unread_time"
    PAST_TIME = "past_time"
    ASSUMED_TOMORROW = "assumed_tomorrow"
    ASSUMED_AFTERNOON = "assumed_afternoon"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark and the words that it is about."""

    remark: Remark
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """Record a task with what was understood. `assignee` None means the author."""

    title: str
    assignee: str | None = None
    watchers: tuple[str, ...] = ()
    due: Due | None = None
    customer: int | None = None
    priority: Priority = Priority.NORMAL
    origin: Origin = Origin.COMMAND
    source: Source | None = None
    asked_in: str | None = None
    is_private: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTask:
    """Change what a form shows of a task."""

    ref: Reference
    title: str
    assignee: str
    due: Due | None
    customer: int | None
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTask:
    """Give a task a new due time. `tell_customer` drafts a notice for the customer's owner.

    `promise_seen` is the due time that the clicked warning spoke of, where there was one.
    """

    ref: Reference
    due: Due
    reason: str | None = None
    tell_customer: bool = False
    promise_seen: datetime | None = None
