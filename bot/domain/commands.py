"""Commands: what a person asked for, as typed values. Text and forms become these before anything else happens."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.customers import Customer
from bot.domain.feedback import Kind
from bot.domain.handoffs import DatedPromise, Terms
from bot.domain.references import Reference
from bot.domain.tasks import Due, Origin, Priority, Source
from bot.domain.workspaces import Answering


class Remark(StrEnum):
    """What the reading of a line guessed or couldn't read; the answer shows it."""

    UNKNOWN_PERSON = "unknown_person"
    NOT_A_MEMBER = "not_a_member"
    UNREAD_TIME = "unread_time"
    PAST_TIME = "past_time"
    ASSUMED_TOMORROW = "assumed_tomorrow"
    ASSUMED_NEXT_WEEK = "assumed_next_week"
    ASSUMED_AFTERNOON = "assumed_afternoon"
    UNKNOWN_OWNER = "unknown_owner"
    EXTRA_OWNER = "extra_owner"
    UNKNOWN_CHANNEL = "unknown_channel"
    EXTRA_CHANNEL = "extra_channel"
    TAKEN_AS_CONTACT = "taken_as_contact"
    UNKNOWN_CUSTOMER = "unknown_customer"


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
    """Make a task what its form says. `due` None leaves the due time as it is."""

    title: str
    assignee: str
    due: Due | None
    customer: int | None
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTask:
    """Give a task a new due time. `notice` are the words of a draft for the customer, if one is wanted."""

    ref: Reference
    due: Due
    reason: str | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCustomer:
    """Record a customer with what was understood."""

    name: str
    language: str | None = None
    owner: str | None = None
    channel: str | None = None
    shared_channel: str | None = None
    contacts: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCustomer:
    """Make a customer what the form says; `seen` is the fingerprint of the version that it showed."""

    customer: Customer
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings:
    """Change what everybody in the workspace shares; `seen` is the fingerprint of the version that the form showed."""

    hours: str
    zone: str
    holidays: str
    language: str
    lead: str | None
    team_channel: str | None
    answering: Answering
    task_emoji: str
    done_emoji: str
    feedback_delay: int
    feedback_window: int
    daily_cap: int
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMyself:
    """Change a person's own settings; empty means as in Slack, or as everybody here."""

    language: str | None = None
    hours: str = ""
    away_from: date | None = None
    away_until: date | None = None
    substitute: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferHandoff:
    """Offer work to somebody, or keep the offer as a draft while something is missing.

    `promises` are the lines of what was promised that name a time. `ref` is the draft, or what came back.
    """

    terms: Terms
    promises: tuple[DatedPromise, ...] = ()
    ref: Reference | None = None
    origin: Origin = Origin.COMMAND
    source: Source | None = None
    asked_in: str | None = None
    is_private: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHandoff:
    """Take a handoff over. `words` are the next step in the receiver's own words, `title` those without the time."""

    ref: Reference
    words: str
    title: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPerson:
    """Ask a person one question now. `kind` None means what suits the thing that it is about."""

    person: str
    about: Reference | None = None
    kind: Kind | None = None
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrompt:
    """Answer a question. `follow_up` is the title of the task that a low answer makes."""

    prompt: Reference
    answer: int
    follow_up: str
