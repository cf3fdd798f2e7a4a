"""Tasks: rows ⇄ values, lists, and what is due for a look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, String, bindparam, cast, insert, literal, select, update

from bot.domain.delays import LookedAt, Step
from bot.domain.errors import NotFound
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Due, Origin, Priority, Source, State, Task
from storage.rows import OURS, READER, Repository, visible
from storage.tables import ONGOING, tasks

_OURS = tasks.c.workspace == OURS
_FIND = select(tasks).where(_OURS, tasks.c.number == bindparam("number"))
_MADE_FROM = select(tasks).where(
    _OURS, tasks.c.source_channel == bindparam("channel"), tasks.c.source_ts == bindparam("ts")
)
_NUMBERED = (
    select(tasks).where(_OURS, tasks.c.number.in_(bindparam("numbers", expanding=True))).order_by(tasks.c.number)
)
_HELD = {statement: statement.with_for_update(key_share=True) for statement in (_FIND, _MADE_FROM, _NUMBERED)}
_WATCHES = cast(tasks.c.watchers, String).contains(literal('"') + READER + '"')
_VISIBLE = visible(tasks, tasks.c.author == READER, tasks.c.assignee == READER, _WATCHES)
_MAY_SEE = select(tasks.c.number).where(_OURS, tasks.c.number == bindparam("number"), _VISIBLE)
_NAMES = tasks.columns.keys()
_ADD = insert(tasks)
_SAVE = update(tasks).where(tasks.c.workspace == bindparam("of"), tasks.c.number == bindparam("which"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which ongoing tasks a list shows. `late_at` and `due_before` are instants; `reader` may see what is private."""

    reader: str
    assignee: str | None = None
    customer: int | None = None
    late_at: datetime | None = None
    due_before: datetime | None = None


class Tasks(Repository):
    """The tasks of one workspace."""

    def get(self, ref: Reference, *, reader: str | None = None) -> Task:
        """Get a task. Raises NotFound, also where it is private and not for `reader`."""
        found = self.find(ref)
        if found is None or (reader and found.is_private and not self._may_see(found, reader)):
            raise NotFound("task.problem.unknown", ref=str(ref))
        return found

    def find(self, ref: Reference) -> Task | None:
        """Find a task by its reference."""
        if ref.noun is not Noun.TASK:
            return None
        return self._one(_FIND, number=ref.number)

    def list_numbered(self, numbers: Iterable[int]) -> Sequence[Task]:
        """List tasks by their numbers, in the order given."""
        asked = {"workspace": self._workspace, "numbers": list(numbers)}
        rows = self._connection.execute(_HELD[_NUMBERED] if self._writes else _NUMBERED, asked)
        found = {row.number: row for row in rows}
        return [_task(found[number]) for number in asked["numbers"] if number in found]

    def made_from(self, channel: str, ts: str) -> Task | None:
        """Find the task that was made from a message."""
        return self._one(_MADE_FROM, channel=channel, ts=ts)

    def list(self, wanted: TaskFilter, *, offset: int = 0, limit: int = 10) -> Sequence[Task]:
        """List tasks, soonest due first, those without a due time last."""
        asked = {name: value for name, value in asdict(wanted).items() if value is not None}
        page = {"workspace": self._workspace, "offset": offset, "limit": limit}
        return [_task(row) for row in self._connection.execute(_list(frozenset(asked)), asked | page)]

    def of_handoff(self, number: int) -> Sequence[Task]:
        """List the tasks that a handoff's promises became."""
        statement = select(tasks).where(self._mine(tasks), tasks.c.handoff == number).order_by(tasks.c.number)
        return [_task(row) for row in self._connection.execute(statement)]

    def add(self, task: Task) -> None:
        """Insert a task."""
        self._expect_look(task.next_check_at)
        self._connection.execute(_ADD, {"workspace": self._workspace, "number": task.number, **_values(task)})

    def save(self, task: Task) -> None:
        """Keep a changed task."""
        self._expect_look(task.next_check_at)
        self._connection.execute(_SAVE, {"of": self._workspace, "which": task.number, **_values(task)})

    def keep_looks(self, looks: Iterable[LookedAt]) -> None:
        """Keep what a sweep changed of tasks, and nothing else of them: it alone is in few of their indexes."""
        rows = [
            {
                "of": self._workspace,
                "which": look.task,
                "told": " ".join(sorted(look.told)),
                "next_check_at": look.next_check_at,
            }
            for look in looks
        ]
        if rows:
            self._connection.execute(_SAVE, rows)

    def _one(self, statement: "Select[Any]", **asked: str | int) -> Task | None:
        asked["workspace"] = self._workspace
        row = self._connection.execute(_HELD[statement] if self._writes else statement, asked).first()
        return _task(row) if row else None

    def _may_see(self, task: Task, reader: str) -> bool:
        asked = {"workspace": self._workspace, "number": task.number, "reader": reader}
        return self._connection.execute(_MAY_SEE, asked).first() is not None


@cache
def _list(asked: frozenset[str]) -> "Select[Any]":
    """Build the statement of a list that is filtered by these fields of a TaskFilter."""
    statement = select(tasks).where(_OURS, ONGOING, _VISIBLE)
    for name in sorted(asked - {"reader"}):
        statement = statement.where(*_FILTERS[name])
    in_order = statement.order_by(tasks.c.due_at.asc().nulls_last(), tasks.c.number)
    return in_order.offset(bindparam("offset", type_=Integer)).limit(bindparam("limit", type_=Integer))


_FILTERS: Mapping[str, Sequence[ColumnElement[bool]]] = {
    "assignee": (tasks.c.assignee == bindparam("assignee"),),
    "customer": (tasks.c.customer == bindparam("customer"),),
    "late_at": (tasks.c.due_at <= bindparam("late_at"), tasks.c.state != State.WAITING.value),
    "due_before": (tasks.c.due_at < bindparam("due_before"),),
}


def _task(row: "Row[tuple[Any, ...]]") -> Task:
    values: dict[str, Any] = dict(zip(_NAMES, row, strict=True))  # a third of what the row's own way costs
    return Task(
        number=values["number"],
        title=values["title"],
        state=_state(values["state"]),
        author=values["author"],
        assignee=values["assignee"],
        created_at=values["created_at"],
        customer=values["customer"],
        priority=_priority(values["priority"]),
        watchers=tuple(values["watchers"]),
        due=_due(values),
        given_at=values["given_at"],
        first_due_at=values["first_due_at"],
        done_at=values["done_at"],
        reason=values["reason"],
        waiting_since=values["waiting_since"],
        told=_told(values["told"]),
        answered=values["answered"],
        snoozed_until=values["snoozed_until"],
        origin=_origin(values["origin"]),
        source=_source(values),
        asked_in=values["asked_in"],
        is_private=values["is_private"],
        is_undone=values["is_undone"],
        handoff=values["handoff"],
        next_check_at=values["next_check_at"],
        version=values["version"],
    )


_state, _priority, _origin = cache(State), cache(Priority), cache(Origin)


@cache
def _told(steps: str) -> frozenset[Step]:
    return frozenset(map(Step, steps.split()))


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
