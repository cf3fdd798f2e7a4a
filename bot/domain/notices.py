"""Notices to customers: written for a person to read first, and sent only when that person says so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.customers import Customer
from bot.domain.errors import AlreadyDone, DomainError
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Task
from bot.domain.timeline import Entry, Happened


class NoticeState(StrEnum):
    """How far a notice has come. `sending`: somebody pressed Send, and Slack hasn't shown it yet."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Words for a customer about a late or moved task. `due_at` is the task's due time that they speak of."""

    number: int
    task: int
    state: NoticeState
    text: str
    drafted_for: str
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None = None
    sent_by: str | None = None

    @property
    def ref(self) -> Reference:
        return notice_ref(self.number)

    def send(self, task: Task, *, by: str) -> "Notice":
        """Let it go out. Raises AlreadyDone, or DomainError where it is no longer true."""
        self._must_be_a_draft()
        if task.is_over or task.due_at != self.due_at:
            raise DomainError("notice.problem.outdated", ref=str(task.ref))
        return replace(self, state=NoticeState.SENDING, sent_by=by)

    def arrive(self, known: datetime, *, at: datetime) -> "tuple[Notice, Entry]":
        """Record that it stands in the customer's channel; `known` is the promise that the customer knew till now."""
        in_time = "yes" if at < known else "no"
        data = {"notice": str(self.ref), "was": known.isoformat(), "to": self.due_at.isoformat(), "in_time": in_time}
        sent = replace(self, state=NoticeState.SENT, sent_at=at)
        return sent, self._entry(Happened.CUSTOMER_WAS_TOLD, self.sent_by, at, **data)

    def come_back(self) -> "Notice":
        """Be a draft again: it could not be posted."""
        return replace(self, state=NoticeState.DRAFT, sent_by=None)

    def write(self, text: str, task: Task) -> "Notice":
        """Change its words; whoever does has seen the due time of today. Raises AlreadyDone."""
        self._must_be_a_draft()
        task.must_not_be_over()
        if not text:
            raise DomainError("problem.field_needed", field="notice")
        return replace(self, text=text, due_at=task.due_at or self.due_at)

    def dismiss(self, *, by: str, at: datetime) -> "tuple[Notice, Entry]":
        """Put it aside: the customer isn't told. Raises AlreadyDone."""
        self._must_be_a_draft()
        entry = self._entry(Happened.NOTICE_WAS_DISMISSED, by, at, notice=str(self.ref))
        return replace(self, state=NoticeState.DISMISSED), entry

    def _must_be_a_draft(self) -> None:
        if self.state is NoticeState.DISMISSED:
            raise AlreadyDone("notice.problem.dismissed", ref=str(Reference(Noun.TASK, self.task)))
        if self.state is not NoticeState.DRAFT:
            raise AlreadyDone("notice.problem.already_sent")

    def _entry(self, happened: Happened, by: str | None, at: datetime, **data: str) -> Entry:
        return Entry(Reference(Noun.TASK, self.task), happened, at, by, data)


def first_reader(customer: Customer, task: Task) -> str:
    """Say who reads a notice before anything is sent: the customer's owner, else whose task it is."""
    return customer.owner or task.assignee


def notice_ref(number: int) -> Reference:
    """Name a notice by its number."""
    return Reference(Noun.NOTICE, number)


def promise_known(task: Task, entries: Iterable[Entry]) -> datetime | None:
    """Get the promise that the customer knows: the one they were told of last, else the first."""
    told = [entry.data["to"] for entry in entries if entry.happened is Happened.CUSTOMER_WAS_TOLD]
    return datetime.fromisoformat(told[-1]) if told else task.first_due_at
