"""Handoffs: work and its context passed from one person to another. Until it is accepted, the giver owns the work.

Every change returns the new value and its timeline entry.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import AlreadyDone, DomainError, NotAllowed
from bot.domain.references import Reference, handoff_ref
from bot.domain.tasks import Due, Source
from bot.domain.timeline import Entry, Happened

ANSWER_TIME = timedelta(hours=4)
"""Business time until whoever a handoff waits for is reminded, and once more until it goes back to the giver."""

MOST_PROMISES = 20
"""Promises with a due time that one handoff may hold: each becomes a task with a card."""


class HandoffState(StrEnum):
    """A draft was written in one line and misses something that a handoff must have."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is handed over to whom, with the context that is otherwise lost. `situation` is where things stand."""

    receiver: str | None = None
    customer: int | None = None
    promised: str = ""
    situation: str = ""
    next_step: str = ""
    watch_out: str = ""
    tasks: tuple[int, ...] = ()
    changes_owner: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the fields that a handoff must have and that are empty, as forms name them."""
        required = {
            "receiver": self.receiver,
            "promised": self.promised,
            "state": self.situation,
            "next_step": self.next_step,
        }
        return tuple(name for name, value in required.items() if not (value or "").strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPromise:
    """One line of what was promised that names a time: it becomes a task."""

    title: str
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff:
    """One handoff. `question` is the one that waits for the giver's answer; `asked_in` where it was offered."""

    number: int
    state: HandoffState
    giver: str
    terms: Terms
    created_at: datetime
    receiver_words: str | None = None
    receiver_due_at: datetime | None = None
    question: str | None = None
    reason: str | None = None
    offered_at: datetime | None = None
    accepted_at: datetime | None = None
    returned_at: datetime | None = None
    reminded_at: datetime | None = None
    source: Source | None = None
    asked_in: str | None = None
    is_private: bool = False
    next_check_at: datetime | None = None
    version: int = 1

    @property
    def ref(self) -> Reference:
        return handoff_ref(self.number)

    @property
    def owner(self) -> str:
        """Name the one person who owns the work at this instant: the giver until it is accepted."""
        accepted = self.state is HandoffState.ACCEPTED
        return self.terms.receiver if accepted and self.terms.receiver else self.giver

    @property
    def waits_for(self) -> str | None:
        """Name who is to act next: on a draft or an open question the giver, on an offer the receiver."""
        if self.state is HandoffState.DRAFT:
            return self.giver
        if self.state is HandoffState.OFFERED:
            return self.giver if self.question else self.terms.receiver
        return None

    @property
    def expires(self) -> bool:
        """Tell whether silence ends it: an offer that nobody answers, while no question is open."""
        return self.state is HandoffState.OFFERED and self.question is None

    def offer(self, terms: Terms, *, by: str, at: datetime) -> "tuple[Handoff, Entry]":
        """Offer what was a draft, or offer again what came back. Raises DomainError at the field that is missing."""
        self.must_not_be_offered()
        for field in terms.missing:
            raise DomainError("problem.field_needed", field=field)
        if terms.receiver == self.giver:
            raise DomainError("handoff.problem.to_the_giver", field="receiver")
        offered = replace(
            self,
            state=HandoffState.OFFERED,
            terms=terms,
            offered_at=at,
            returned_at=None,
            reminded_at=None,
            reason=None,
        )
        return offered, self._entry(Happened.HANDOFF_WAS_OFFERED, by, at, to=terms.receiver or "")

    def must_not_be_offered(self) -> None:
        """Raise AlreadyDone where the offer stands, or was accepted."""
        if self.state is HandoffState.OFFERED:
            raise AlreadyDone("handoff.problem.already_offered", ref=str(self.ref), person=self.terms.receiver or "")
        if self.state is HandoffState.ACCEPTED:
            raise self._already_over()

    def accept(self, words: str, due: Due | None, *, by: str, at: datetime) -> "tuple[Handoff, Entry]":
        """Take the work over, with the next step in the receiver's own words: the read-back."""
        self.must_await(by)
        if due and due.at <= at:
            raise DomainError("due.problem.past", field="due")
        accepted = replace(
            self,
            state=HandoffState.ACCEPTED,
            receiver_words=words,
            receiver_due_at=due.at if due else None,
            question=None,
            accepted_at=at,
        )
        return accepted, self._entry(Happened.HANDOFF_WAS_ACCEPTED, by, at, words=words)

    def ask(self, question: str, *, by: str, at: datetime) -> "tuple[Handoff, Entry]":
        """Ask the giver something; the handoff waits."""
        self.must_await(by)
        if self.question == question:
            raise AlreadyDone("handoff.problem.already_asked", ref=str(self.ref))
        asked = replace(self, question=question, reminded_at=None)
        return asked, self._entry(Happened.HANDOFF_WAS_ASKED, by, at, question=question)

    def answer(self, answer: str, *, by: str, at: datetime) -> "tuple[Handoff, Entry]":
        """Answer the open question; the handoff goes on."""
        question = self.open_question()
        answered = replace(self, question=None, reminded_at=None)
        entry = self._entry(Happened.HANDOFF_WAS_ANSWERED, by, at, question=question, answer=answer)
        return answered, entry

    def give_back(self, reason: str, *, by: str, at: datetime) -> "tuple[Handoff, Entry]":
        """Return it to the giver, with the reason."""
        self.must_await(by)
        return self._back(reason, by, at)

    def expire(self, *, at: datetime) -> "tuple[Handoff, Entry]":
        """Let an offer that nobody answered go back to the giver; nobody's due times move."""
        return self._back(None, None, at)

    def remind(self, *, at: datetime) -> "Handoff":
        """Note that whoever it waits for was reminded: once."""
        return replace(self, reminded_at=at)

    def must_await(self, person: str) -> None:
        """Let only the receiver act, and only while the offer stands."""
        ref = str(self.ref)
        if self.state is HandoffState.DRAFT:
            raise AlreadyDone("handoff.problem.is_draft", ref=ref, giver=self.giver)
        if self.state is not HandoffState.OFFERED:
            raise self._already_over()
        if person != self.terms.receiver:
            raise NotAllowed("handoff.problem.not_yours", ref=ref, person=self.terms.receiver or "")

    def open_question(self) -> str:
        """Get the question that waits for an answer. Raises AlreadyDone where none does."""
        if self.state is not HandoffState.OFFERED:
            raise self._already_over()
        if self.question is None:
            raise AlreadyDone("handoff.problem.already_answered", ref=str(self.ref))
        return self.question

    def _back(self, reason: str | None, by: str | None, at: datetime) -> "tuple[Handoff, Entry]":
        back = replace(self, state=HandoffState.RETURNED, reason=reason, question=None, returned_at=at)
        return back, self._entry(Happened.HANDOFF_WAS_RETURNED, by, at, reason=reason or "")

    def _already_over(self) -> AlreadyDone:
        key = {
            HandoffState.ACCEPTED: "handoff.problem.already_accepted",
            HandoffState.RETURNED: "handoff.problem.already_returned",
        }.get(self.state, "handoff.problem.is_draft")
        return AlreadyDone(key, ref=str(self.ref), person=self.terms.receiver or "", giver=self.giver)

    def _entry(self, happened: Happened, by: str | None, at: datetime, **data: str) -> Entry:
        return Entry(self.ref, happened, at, by, data)


def draft(
    number: int,
    terms: Terms,
    *,
    giver: str,
    at: datetime,
    source: Source | None,
    asked_in: str | None,
    is_private: bool,
) -> tuple[Handoff, Entry]:
    """Begin a handoff: every one is a draft until it is offered."""
    made = Handoff(
        number=number,
        state=HandoffState.DRAFT,
        giver=giver,
        terms=terms,
        created_at=at,
        source=source,
        asked_in=asked_in,
        is_private=is_private,
    )
    return made, Entry(made.ref, Happened.HANDOFF_WAS_DRAFTED, at, giver)
