"""What a view needs to know to show a thing: the thing itself and the values around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.commands import Note
from bot.domain.customers import Customer
from bot.domain.feedback import Numbers, Prompt
from bot.domain.handoffs import Handoff
from bot.domain.members import Member
from bot.domain.notices import Notice
from bot.domain.standing import Standing
from bot.domain.tasks import Task
from bot.domain.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetails:
    """A task, its customer, and where somebody wants to read it, its timeline, oldest entry first.

    `planned_prompt` is the number of the question that is going to be asked about it.
    """

    task: Task
    customer: Customer | None = None
    entries: tuple[Entry, ...] = ()
    planned_prompt: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a request to record a task. `is_new` is False where the message was captured before."""

    details: TaskDetails
    notes: tuple[Note, ...] = ()
    is_new: bool = True


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerKept:
    """What became of a request to add, edit or link a customer. `is_new` is False where the name was there before.

    `uninvited` are those of its channels that the bot is known not to be in, `replaced` is the channel whose place
    another one took.
    """

    customer: Customer
    notes: tuple[Note, ...] = ()
    is_new: bool = False
    uninvited: tuple[str, ...] = ()
    replaced: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """A customer as one reader may see it: what is late, and what is promised next, soonest first."""

    customer: Customer
    late: tuple[Task, ...] = ()
    coming: tuple[Task, ...] = ()
    undated: tuple[Task, ...] = ()
    waiting_handoffs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """One page of the list of customers. `after` is the folded name behind which the next page begins, or None."""

    customers: tuple[Customer, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffDetails:
    """A handoff, its customer, the tasks that move with it, and its timeline, oldest entry first."""

    handoff: Handoff
    customer: Customer | None = None
    tasks: tuple[Task, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffKept:
    """What became of a request to offer or draft a handoff. `is_new` is False where the message was captured before.

    `held_until` is when the receiver's quiet time ends, where the offer comes in it.
    """

    details: HandoffDetails
    notes: tuple[Note, ...] = ()
    is_new: bool = True
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffPage:
    """One page of a list. `after` is where the next page begins, or None."""

    handoffs: tuple[HandoffDetails, ...]
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffChoices:
    """What the form offers: customers, the giver's open tasks, and a draft where one is completed."""

    customers: tuple[Customer, ...]
    tasks: tuple[Task, ...] = ()
    draft: Handoff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnedTask:
    """One row of a delay warning: the task, the promise that was warned about, and how that stands.

    `reader` is whose heads-up it is; None means the message that the task is late.
    """

    details: TaskDetails
    promise: datetime | None
    standing: Standing
    reader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """A notice, the task that it is about, and the customer that it is for."""

    notice: Notice
    task: Task
    customer: Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDetails:
    """A prompt and the values around it.

    `subject` is the title of what it is about, where the person asked may see it; `responsible` is who has to look
    into a low answer, `follow_up` the task that it made.
    """

    prompt: Prompt
    customer: Customer | None = None
    subject: str = ""
    responsible: Member | None = None
    follow_up: Task | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What people answered: customers' people by name, the newest first; colleagues as numbers."""

    customer: Customer | None
    of_contacts: tuple[PromptDetails, ...]
    of_colleagues: tuple[Numbers, ...]
