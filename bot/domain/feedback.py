"""Feedback: one question to one person about one moment; when it may be asked, and what an answer means."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.errors import AlreadyDone, DomainError, NotAllowed, NotFound
from bot.domain.references import Noun, Reference

EXPIRY = timedelta(days=7)
"""A question that nobody answered is closed after this; one that could not be asked in this time isn't asked."""

LEAST_COLLEAGUES = 5
"""Colleagues' answers about each other are shown from this many people on."""

COMMENT_LIMIT = 3000


class Kind(StrEnum):
    """The kinds of question; the value is stored."""

    SCORE = "score"
    RECOMMEND = "recommend"
    EFFORT = "effort"
    YESNO = "yesno"

    @property
    def answers(self) -> range:
        """The answers that there are; yes is 1, no is 0."""
        return _ANSWERS[self]

    def is_low(self, answer: int) -> bool:
        """Tell whether somebody has to look into an answer: 1–2 of 5, 0–6 of 10, 6–7 of effort, no."""
        return answer in _LOW[self]


_ANSWERS = {Kind.SCORE: range(1, 6), Kind.RECOMMEND: range(11), Kind.EFFORT: range(1, 8), Kind.YESNO: range(2)}
_LOW = {Kind.SCORE: range(1, 3), Kind.RECOMMEND: range(7), Kind.EFFORT: range(6, 8), Kind.YESNO: range(1)}


class PromptState(StrEnum):
    """How far a prompt has come; the value is stored."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a question was not asked; the value is stored."""

    REOPENED = "reopened"
    TAKEN_BACK = "taken_back"
    NOT_THIS_TIME = "not_this_time"
    OWN_WORK = "own_work"
    NO_PLACE = "no_place"
    OPEN_PROMPT = "open_prompt"
    ASKED_RECENTLY = "asked_recently"
    COMPLAINT = "complaint"
    TOO_LATE = "too_late"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question. `question` is empty where the standard words of its kind are asked.

    `is_contact`: asked as a customer's person, so that the answer carries their name. `asked_by` is None where
    Stafet asks by itself. `credited` did the work. `follow_up` is the task that a low answer made.
    """

    number: int
    state: PromptState
    kind: Kind
    person: str
    ask_at: datetime
    created_at: datetime
    is_contact: bool = False
    question: str = ""
    asked_by: str | None = None
    about: Reference | None = None
    customer: int | None = None
    credited: str | None = None
    channel: str | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    answer: int | None = None
    comment: str | None = None
    reason: Reason | None = None
    follow_up: int | None = None
    next_check_at: datetime | None = None
    version: int = 1

    @property
    def ref(self) -> Reference:
        return prompt_ref(self.number)

    @property
    def standard_question(self) -> str:
        """Name the catalog's words for this kind of question and person."""
        return f"feedback.question.{'customer' if self.is_contact else 'colleague'}.{self.kind}"

    @property
    def is_low(self) -> bool:
        """Tell whether the answer wants looking into."""
        return self.answer is not None and self.kind.is_low(self.answer)

    def ask(self, *, channel: str, at: datetime) -> "Prompt":
        """Ask now, in this lane."""
        asked = replace(self, state=PromptState.ASKED, channel=channel, asked_at=at, reason=None)
        return replace(asked, next_check_at=at + EXPIRY)._changed()

    def wait(self, until: datetime) -> "Prompt":
        """Ask later: it is quiet time."""
        return replace(self, state=PromptState.PLANNED, reason=None, next_check_at=until)._changed()

    def insist(self, *, at: datetime) -> "Prompt":
        """Plan it after all: whoever asks for it knows what speaks against it."""
        return replace(self, state=PromptState.PLANNED, reason=None, ask_at=at, next_check_at=at)

    def skip(self, reason: Reason) -> "Prompt":
        """Don't ask; the row keeps why."""
        return replace(self, state=PromptState.SKIPPED, reason=reason, next_check_at=None)._changed()

    def skip_this_time(self) -> "Prompt":
        """Don't ask, for whoever closed the work says so. Raises AlreadyDone where it was decided before."""
        if self.state is not PromptState.PLANNED:
            key = "already_skipped" if self.state in (PromptState.SKIPPED, PromptState.WITHDRAWN) else "already_asked"
            raise AlreadyDone(f"feedback.problem.{key}", person=f"<@{self.person}>")
        return self.skip(Reason.NOT_THIS_TIME)

    def withdraw(self, reason: Reason = Reason.REOPENED) -> "Prompt":
        """Take a question back that was not asked yet: the work was reopened, or taken back itself."""
        taken_back = replace(self, state=PromptState.WITHDRAWN, reason=reason, next_check_at=None)
        return taken_back._changed()

    def expire(self) -> "Prompt":
        """Close a question that nobody answered."""
        return replace(self, state=PromptState.EXPIRED, next_check_at=None)._changed()

    def must_be_theirs(self, person: str) -> None:
        """Let only the one who was asked go on. Raises NotAllowed."""
        if person != self.person:
            raise NotAllowed("feedback.problem.not_yours", person=f"<@{self.person}>")

    def take_answer(self, answer: int, *, by: str, at: datetime) -> "Prompt":
        """Keep an answer, or a changed one. Raises NotAllowed for anybody else, DomainError where it is closed."""
        self.must_be_theirs(by)
        if answer not in self.kind.answers:
            raise NotFound("feedback.problem.unknown", ref=str(self.ref))
        if self.state not in (PromptState.ASKED, PromptState.ANSWERED):
            raise DomainError("feedback.problem.closed")
        answered = replace(self, state=PromptState.ANSWERED, answer=answer, answered_at=at, next_check_at=None)
        return answered._changed()

    def take_comment(self, comment: str, *, by: str) -> "Prompt":
        """Keep a few words beside the answer."""
        self.must_be_theirs(by)
        if self.state is not PromptState.ANSWERED:
            raise DomainError("feedback.problem.closed")
        return replace(self, comment=comment[:COMMENT_LIMIT])._changed()

    def _changed(self) -> "Prompt":
        return replace(self, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBefore:
    """What a person was asked before: whether a question is still open, and when the last one was asked."""

    is_open: bool = False
    last_asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask later: it is quiet time until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Skip:
    """Don't ask."""

    reason: Reason


def restraint(before: AskedBefore, *, window: timedelta, now: datetime) -> Reason | None:
    """Find what forbids another question to a person: one is open, or one was asked inside the window."""
    if before.is_open:
        return Reason.OPEN_PROMPT
    if before.last_asked_at and now < before.last_asked_at + window:
        return Reason.ASKED_RECENTLY
    return None


def may_ask(
    prompt: Prompt,
    before: AskedBefore,
    *,
    window: timedelta,
    quiet_until: datetime,
    is_complaint_open: bool,
    now: datetime,
) -> Ask | Wait | Skip:
    """Decide at asking time whether a planned question is asked.

    What a colleague asked for by command was weighed when they asked; quiet time holds for it, too.
    """
    if now > prompt.ask_at + EXPIRY:
        return Skip(Reason.TOO_LATE)
    if quiet_until > now:
        return Wait(quiet_until)
    if prompt.asked_by:
        return Ask()
    if is_complaint_open:
        return Skip(Reason.COMPLAINT)
    reason = restraint(before, window=window, now=now)
    return Skip(reason) if reason else Ask()


def prompt_ref(number: int) -> Reference:
    """Name a prompt by its number."""
    return Reference(Noun.PROMPT, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What several colleagues answered to one kind of question, as numbers alone."""

    kind: Kind
    people: int
    answers: int
    total: int

    @property
    def may_be_shown(self) -> bool:
        """Tell whether there are enough people, so that nobody can be made out."""
        return self.people >= LEAST_COLLEAGUES

    @property
    def average(self) -> float:
        """The mean answer; of yes and no, the share of yes."""
        return self.total / self.answers
