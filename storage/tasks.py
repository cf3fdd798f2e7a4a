"""Tasks: rows ⇄ values, lists, and what is due for a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, cast, insert, select, update

from bot.domain.delays import Step
from bot.domain.errors import NotFound
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Due, Origin, Priority, Source, State, Task
from storage.rows import Repository
from storage.tables import tasks

ONGOING = (State.OPEN.value, State.BLOCKED.value, State.WAITING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks a list shows. `late_at` and `due_before` are instants; `reader` may see what is private."""

    reader: str
    assignee: str | None = None
    customer: int | None = None
    late_at: datetime | None = None
    due_before: datetime | None = None
    include_over: bool = False


class Tasks(Repository):
    """The tasks of one workspace."""

    def get(self, ref: Reference, *, reader: str | None = None) -> Task:
        """Get a task. Raises NotFound, also where it is private and not for `reader`."""
        found = self.find(ref)
        if found is None or (reader and not self._may_see(found, reader)):
            raise NotFound("task.problem.unknown", ref=str(ref))
        return found

    def find(self, ref: Reference) -> Task | None:
        """Find a task by its reference."""
        if ref.noun is not Noun.TASK:
            return None
        return self._one(select(tasks).where(self._mine(tasks), tasks.c.number == ref.number))

    def made_from(self, channel: str, ts: str) -> Task | None:
        """Find the task that was made from a message."""
        from_it = (tasks.c.source_channel == channel, tasks.c.source_ts == ts)
        return self._one(select(tasks).where(self._mine(tasks), *from_it))

    def list(self, wanted: TaskFilter, *, offset: int = 0, limit: int = 10) -> Sequence[Task]:
        """List tasks, soonest due first, those without a due time last."""
        visible = select(tasks).where(self._mine(tasks), self._visible_to(wanted.reader))
        statement = _filtered(visible, wanted)
        statement = statement.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.number)
        return [_task(row) for row in self._connection.execute(statement.offset(offset).limit(limit))]

    def of_handoff(self, number: int) -> Sequence[Task]:
        """List the tasks that a handoff's promises became."""
        statement = select(tasks).where(self._mine(tasks), tasks.c.handoff == number).order_by(tasks.c.number)
        return [_task(row) for row in self._connection.execute(statement)]

    def add(self, task: Task) -> None:
        """Insert a task."""
        self._connection.execute(insert(tasks).values(workspace=self._workspace, number=task.number, **_values(task)))

    def save(self, task: Task) -> None:
        """Keep a changed task."""
        mine = (self._mine(tasks), tasks.c.number == task.number)
        self._connection.execute(update(tasks).where(*mine).values(**_values(task)))

    def _one(self, statement: "Select[tuple[Any, ...]]") -> Task | None:
        row = self._connection.execute(statement.with_for_update(key_share=True) if self._writes else statement).first()
        return _task(row) if row else None

    def _may_see(self, task: Task, reader: str) -> bool:
        mine = (self._mine(tasks), tasks.c.number == task.number, self._visible_to(reader))
        return self._connection.execute(select(tasks.c.number).where(*mine)).first() is not None

    def _visible_to(self, reader: str) -> ColumnElement[bool]:
        watches = cast(tasks.c.watchers, String).contains(f'"{reader}"')
        return self._visible(tasks, reader, tasks.c.author == reader, tasks.c.assignee == reader, watches)


def _filtered(statement: "Select[tuple[Any, ...]]", wanted: TaskFilter) -> "Select[tuple[Any, ...]]":
    if not wanted.include_over:
        statement = statement.where(tasks.c.state.in_(ONGOING))
    if wanted.assignee:
        statement = statement.where(tasks.c.assignee == wanted.assignee)
    if wanted.customer is not None:
        statement = statement.where(tasks.c.customer == wanted.customer)
    if wanted.late_at:
        statement = statement.where(tasks.c.due_at <= wanted.late_at, tasks.c.state != State.WAITING.value)
    if wanted.due_before:
        statement = statement.where(tasks.c.due_at < wanted.due_before)
    return statement


def _task(row: "Row[tuple[Any, ...]]") -> Task:
    values = dict(row._mapping)
    return Task(
        number=values["number"],
        title=values["title"],
        state=State(values["state"]),
        author=values["author"],
        assignee=values["assignee"],
        created_at=values["created_at"],
        customer=values["customer"],
        priority=Priority(values["priority"]),
        watchers=tuple(values["watchers"]),
        due=_due(values),
        given_at=values["given_at"],
        first_due_at=values["first_due_at"],
        done_at=values["done_at"],
        reason=values["reason"],
        waiting_since=values["waiting_since"],
        told=frozenset(map(Step, values["told"].split())),
        answered=values["answered"],
        snoozed_until=values["snoozed_until"],
        origin=Origin(values["origin"]),
        source=_source(values),
        asked_in=values["asked_in"],
        is_private=values["is_private"],
        is_undone=values["is_undone"],
        handoff=values["handoff"],
        next_check_at=values["next_check_at"],
        version=values["version"],
    )


def _due(values: dict[str, Any]) -> Due | None:
    if values["due_at"] is None:
        return None
    return Due(at=values["due_at"], wall=values["due_wall"], zone=values["due_zone"])


def _source(values: dict[str, Any]) -> Source | None:
    if values["source_ts"] is None:
        return None
    return Source(
        channel=values["source_channel"],
        ts=values["source_ts"],
        thread_ts=values["source_thread_ts"],
        author=values["source_author"],
        text=values["source_text"] or "",
        permalink=values["source_permalink"],
        fate=values["source_fate"],
    )


def _values(task: Task) -> dict[str, Any]:
    due, source = task.due, task.source
    return {
        "title": task.title,
        "state": task.state.value,
        "customer": task.customer,
        "author": task.author,
        "assignee": task.assignee,
        "priority": task.priority.value,
        "watchers": list(task.watchers),
        "created_at": task.created_at,
        "given_at": task.given_at,
        "first_due_at": task.first_due_at,
        "due_at": due.at if due else None,
        "due_wall": due.wall if due else None,
        "due_zone": due.zone if due else None,
        "done_at": task.done_at,
        "reason": task.reason,
        "waiting_since": task.waiting_since,
        "told": " ".join(sorted(task.told)),
        "answered": task.answered,
        "snoozed_until": task.snoozed_until,
        "origin": task.origin.value,
        "asked_in": task.asked_in,
        "source_channel": source.channel if source else None,
        "source_ts": source.ts if source else None,
        "source_thread_ts": source.thread_ts if source else None,
        "source_author": source.author if source else None,
        "source_text": source.text if source else None,
        "source_permalink": source.permalink if source else None,
        "source_fate": source.fate if source else None,
        "is_private": task.is_private,
        "is_undone": task.is_undone,
        "handoff": task.handoff,
        "next_check_at": task.next_check_at,
        "version": task.version,
    }
