"""Tasks: rows ⇄ values, lists, and what is due for a look."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, make_dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, cast, insert, literal, select, update

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
_ADD = insert(tasks)
_SAVE = update(tasks).where(tasks.c.workspace == bindparam("of"), tasks.c.number == bindparam("which"))
_SILENCE = (
    update(tasks)
    .where(tasks.c.workspace == bindparam("of"), tasks.c.number.in_(bindparam("numbers", expanding=True)))
    .values(next_check_at=None)
)


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
        rows = self._connection.execute(_HELD[_NUMBERED] if self._writes else _NUMBERED, asked).all()
        found = {task.number: task for task in map(_task, rows)}
        return [found[number] for number in asked["numbers"] if number in found]

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
        """Keep what a sweep changed of tasks, and nothing else of them: it alone is in few of their indexes.

        Those that want no further look, as what is late, are kept together: one by one it takes three times as long.
        """
        seen_again = []
        silent: dict[frozenset[Step], list[int]] = defaultdict(list)
        for look in looks:
            if look.next_check_at is None:
                silent[look.told].append(look.task)
            else:
                values = {"told": _written(look.told), "next_check_at": look.next_check_at}
                seen_again.append({"of": self._workspace, "which": look.task, **values})
        if seen_again:
            self._connection.execute(_SAVE, seen_again)
        for told, numbers in silent.items():
            self._connection.execute(_SILENCE, {"of": self._workspace, "numbers": numbers, "told": _written(told)})

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


_AT: Any = make_dataclass("_At", tasks.c.keys(), slots=True)(*range(len(tasks.c)))
"""Where each column stands in a whole row: by their names a task takes half as long again to read."""


def _task(whole: Sequence[Any]) -> Task:
    row = tuple(whole)  # SQLAlchemy's own row is slower to read
    return Task(
        number=row[_AT.number],
        title=row[_AT.title],
        state=_state(row[_AT.state]),
        author=row[_AT.author],
        assignee=row[_AT.assignee],
        created_at=row[_AT.created_at],
        customer=row[_AT.customer],
        priority=_priority(row[_AT.priority]),
        watchers=tuple(row[_AT.watchers]),
        due=_due(row),
        given_at=row[_AT.given_at],
        first_due_at=row[_AT.first_due_at],
        done_at=row[_AT.done_at],
        reason=row[_AT.reason],
        waiting_since=row[_AT.waiting_since],
        told=_told(row[_AT.told]),
        answered=row[_AT.answered],
        snoozed_until=row[_AT.snoozed_until],
        origin=_origin(row[_AT.origin]),
        source=_source(row),
        asked_in=row[_AT.asked_in],
        is_private=row[_AT.is_private],
        is_undone=row[_AT.is_undone],
        handoff=row[_AT.handoff],
        next_check_at=row[_AT.next_check_at],
        version=row[_AT.version],
    )


_state, _priority, _origin = cache(State), cache(Priority), cache(Origin)


@cache
def _told(steps: str) -> frozenset[Step]:
    return frozenset(map(Step, steps.split()))


@cache
def _written(steps: frozenset[Step]) -> str:
    return " ".join(sorted(steps))


def _due(row: tuple[Any, ...]) -> Due | None:
    if row[_AT.due_at] is None:
        return None
    return Due(at=row[_AT.due_at], wall=row[_AT.due_wall], zone=row[_AT.due_zone])


def _source(row: tuple[Any, ...]) -> Source | None:
    if row[_AT.source_ts] is None:
        return None
    return Source(
        channel=row[_AT.source_channel],
        ts=row[_AT.source_ts],
        thread_ts=row[_AT.source_thread_ts],
        author=row[_AT.source_author],
        text=row[_AT.source_text] or "",
        permalink=row[_AT.source_permalink],
        fate=row[_AT.source_fate],
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
        "told": _written(task.told),
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
