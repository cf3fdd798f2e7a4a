"""Tasks: one promise each, and how it may change. Every change returns the new value and its timeline entry."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.calendar import Calendar
from bot.domain.delays import Step
from bot.domain.errors import AlreadyDone, DomainError
from bot.domain.references import Reference, task_ref
from bot.domain.timeline import Entry, Happened

UNDO_WINDOW = timedelta(minutes=10)


class State(StrEnum):
    OPEN = "open"
    BLOCKED = "blocked"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Origin(StrEnum):
    """How a task came to be recorded."""

    COMMAND = "command"
    FORM = "form"
    MENTION = "mention"
    PREFIX = "prefix"
    REACTION = "reaction"
    SHORTCUT = "shortcut"
    HANDOFF = "handoff"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The message that a task was made from, and what became of it."""

    channel: str
    ts: str
    thread_ts: str | None = None
    author: str | None = None
    text: str = ""
    permalink: str | None = None
    fate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A due time: the instant, beside the local intent where a person named a clock time or a day."""

    at: datetime
    wall: datetime | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One promise. `asked_in` is the channel where it was asked for; `given_at` when today's due time was given."""

    number: int
    title: str
    state: State
    author: str
    assignee: str
    created_at: datetime
    customer: int | None = None
    priority: Priority = Priority.NORMAL
    watchers: tuple[str, ...] = ()
    due: Due | None = None
    given_at: datetime | None = None
    first_due_at: datetime | None = None
    done_at: datetime | None = None
    reason: str | None = None
    waiting_since: datetime | None = None
    told: frozenset[Step] = frozenset()
    answered: bool = False
    snoozed_until: datetime | None = None
    origin: Origin = Origin.COMMAND
    source: Source | None = None
    asked_in: str | None = None
    is_private: bool = False
    is_undone: bool = False
    handoff: int | None = None
    next_check_at: datetime | None = None
    version: int = 1

    @property
    def ref(self) -> Reference:
        return task_ref(self.number)

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.CANCELLED)

    @property
    def due_at(self) -> datetime | None:
        return self.due.at if self.due else None

    def is_late(self, now: datetime) -> bool:
        """Tell whether the promise is past due; a task that is over or waits for the customer is not late."""
        return self.due is not None and self.due.at <= now and self.state in (State.OPEN, State.BLOCKED)

    def finish(self, calendar: Calendar, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Mark as done; what was waited for the customer isn't lost to who opens it again. Raises AlreadyDone."""
        self.must_not_be_over()
        going, moved = self._after_waiting(calendar, at)
        done = replace(going, state=State.DONE, done_at=at, reason=None)
        return done, self._entry(Happened.TASK_WAS_DONE, by, at, **moved)

    def cancel(self, calendar: Calendar, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Cancel; what was waited for the customer isn't lost to who opens it again. Raises AlreadyDone."""
        self.must_not_be_over()
        going, moved = self._after_waiting(calendar, at)
        cancelled = replace(going, state=State.CANCELLED)
        return cancelled, self._entry(Happened.TASK_WAS_CANCELLED, by, at, **moved)

    def undo(self, calendar: Calendar, *, by: str, at: datetime, touched_by_others: bool) -> "tuple[Task, Entry]":
        """Take back what was just recorded: for 10 minutes, by its author, while nobody else has touched it."""
        if self.is_undone:
            raise AlreadyDone("task.problem.already_undone", ref=str(self.ref))
        if by != self.author or touched_by_others or at - self.created_at > UNDO_WINDOW:
            raise DomainError("task.problem.undo_too_late", ref=str(self.ref))
        going, moved = self._after_waiting(calendar, at)
        undone = replace(going, state=State.CANCELLED, is_undone=True, done_at=None)
        return undone, self._entry(Happened.TASK_WAS_UNDONE, by, at, **moved)

    def reopen(self, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Open again what was done or cancelled. Raises DomainError where it is open."""
        if not self.is_over:
            raise AlreadyDone("task.problem.is_open", ref=str(self.ref))
        opened = replace(self, state=State.OPEN, done_at=None, reason=None, is_undone=False)
        return opened, self._entry(Happened.TASK_WAS_REOPENED, by, at, was=self.state.value)

    def move(self, due: Due, *, by: str, at: datetime, reason: str | None) -> "tuple[Task, Entry]":
        """Give a new due time; the first promise is kept for ever. A new ladder starts.

        Raises DomainError where the new time isn't ahead.
        """
        self.must_not_be_over()
        if due.at <= at:
            raise DomainError("due.problem.past", field="due")
        moved = replace(
            self,
            due=due,
            given_at=at,
            first_due_at=self.first_due_at or due.at,
            told=frozenset(),
            answered=False,
            snoozed_until=None,
            state=State.OPEN if self.state is State.WAITING else self.state,
            waiting_since=None,
        )
        was = self.due.at.isoformat() if self.due else ""
        return moved, self._entry(Happened.TASK_WAS_MOVED, by, at, was=was, to=due.at.isoformat(), reason=reason or "")

    def give(self, assignee: str, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Make another person the assignee. Raises DomainError where it is theirs already."""
        self.must_not_be_over()
        if assignee == self.assignee:
            raise AlreadyDone("task.problem.already_theirs", ref=str(self.ref), person=assignee)
        given = replace(self, assignee=assignee, answered=False, snoozed_until=None)
        return given, self._entry(Happened.TASK_WAS_GIVEN, by, at, was=self.assignee, to=assignee)

    def block(self, reason: str, calendar: Calendar, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Mark as blocked, with the reason; the clock goes on, and what was waited for the customer isn't lost."""
        self.must_not_be_over()
        if self.state is State.BLOCKED and self.reason == reason:
            raise AlreadyDone("task.problem.is_blocked", ref=str(self.ref))
        going, moved = self._after_waiting(calendar, at)
        blocked = replace(going, state=State.BLOCKED, reason=reason)
        return blocked, self._entry(Happened.TASK_WAS_BLOCKED, by, at, reason=reason, **moved)

    def wait(self, reason: str | None, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Wait for the customer: the clock stops."""
        self.must_not_be_over()
        if self.state is State.WAITING:
            raise AlreadyDone("task.problem.is_waiting", ref=str(self.ref))
        waiting = replace(self, state=State.WAITING, reason=reason, waiting_since=at)
        return waiting, self._entry(Happened.TASK_WAITS, by, at, reason=reason or "")

    def resume(self, calendar: Calendar, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Go on after blocked or waiting; the due time moves by exactly the business time waited."""
        if self.state not in (State.BLOCKED, State.WAITING):
            raise AlreadyDone("task.problem.not_waiting", ref=str(self.ref))
        going, moved = self._after_waiting(calendar, at)
        resumed = replace(going, state=State.OPEN, reason=None)
        return resumed, self._entry(Happened.TASK_WAS_RESUMED, by, at, **moved)

    def on_track(self, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Answer the heads-up: it will be on time. Raises DomainError where it is late already."""
        self.must_not_be_over()
        self._must_be_ahead(at)
        return replace(self, answered=True, snoozed_until=None), self._entry(Happened.TASK_IS_ON_TRACK, by, at)

    def snooze(self, until: datetime, *, by: str, at: datetime) -> "tuple[Task, Entry]":
        """Hear of the heads-up again at `until`; nothing else moves."""
        self.must_not_be_over()
        self._must_be_ahead(at)
        snoozed = replace(self, snoozed_until=until, answered=False, told=self.told - {Step.HEADS_UP})
        return snoozed, self._entry(Happened.TASK_WARNING_WAS_SNOOZED, by, at, until=until.isoformat())

    def _after_waiting(self, calendar: Calendar, at: datetime) -> "tuple[Task, dict[str, str]]":
        """Let the clock go on: the due time moves by the business time waited; tell from when to when."""
        going = replace(self, waiting_since=None)
        waited = calendar.between(self.waiting_since, at) if self.waiting_since else None
        if self.due is None or not waited:
            return going, {}
        due = Due(at=calendar.add(self.due.at, waited))
        moved = {"was": self.due.at.isoformat(), "to": due.at.isoformat()}
        return replace(going, due=due, told=frozenset(), answered=False, snoozed_until=None), moved

    def must_not_be_over(self) -> None:
        """Raise AlreadyDone where it is done or cancelled: only *Reopen* changes it then."""
        if self.state is State.DONE:
            raise AlreadyDone("task.problem.already_done", ref=str(self.ref))
        if self.state is State.CANCELLED:
            raise AlreadyDone("task.problem.already_cancelled", ref=str(self.ref))

    def _must_be_ahead(self, at: datetime) -> None:
        if self.due and self.due.at <= at:
            raise DomainError("delay.problem.past", ref=str(self.ref))

    def _entry(self, happened: Happened, by: str, at: datetime, **data: str) -> Entry:
        return Entry(self.ref, happened, at, by, data)
