"""What a view needs to know to show a thing: the thing itself and the values around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.commands import Note
from bot.domain.customers import Customer
from bot.domain.members import Member
from bot.domain.tasks import Task
from bot.domain.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetails:
    """A task, its customer, and its timeline, oldest entry first."""

    task: Task
    customer: Customer | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a request to record a task. `is_new` is False where the message was captured before."""

    details: TaskDetails
    notes: tuple[Note, ...] = ()
    is_new: bool = True
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """What a line of text may name: customers by folded name, people by handle, the channel's own customer."""

    customers: Mapping[str, Customer] = field(default_factory=dict)
    people: Mapping[str, Member] = field(default_factory=dict)
    channel_customer: Customer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One page of a list. `after` is where the next page begins, or None."""

    tasks: tuple[TaskDetails, ...]
    after: int | None = None
