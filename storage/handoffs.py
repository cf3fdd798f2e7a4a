"""Handoffs: rows ⇄ values, the tasks that move with them, and lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, insert, or_, select, update

from bot.domain.errors import NotFound
from bot.domain.handoffs import Handoff, HandoffState, Terms
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Source
from storage.rows import OURS, READER, Repository, visible
from storage.tables import handoff_tasks, handoffs

WAITING = (HandoffState.DRAFT.value, HandoffState.OFFERED.value)
_VISIBLE = visible(handoffs, handoffs.c.giver == READER, handoffs.c.receiver == READER)
_MAY_SEE = select(handoffs.c.number).where(
    handoffs.c.workspace == OURS, handoffs.c.number == bindparam("number"), _VISIBLE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffFilter:
    """Which handoffs a list shows: only those that wait, unless `include_over`.

    `involved` gives or receives them; `reader` may see what is private.
    """

    reader: str
    receiver: str | None = None
    giver: str | None = None
    involved: str | None = None
    customer: int | None = None
    include_over: bool = False


class Handoffs(Repository):
    """The handoffs of one workspace."""

    def get(self, ref: Reference, *, reader: str | None = None) -> Handoff:
        """Get a handoff. Raises NotFound, also where it is private and not for `reader`."""
        found = self.find(ref)
        if found is None or (reader and found.is_private and not self._may_see(found, reader)):
            raise NotFound("handoff.problem.unknown", ref=str(ref))
        return found

    def find(self, ref: Reference) -> Handoff | None:
        """Find a handoff by its reference."""
        if ref.noun is not Noun.HANDOFF:
            return None
        return self._one(select(handoffs).where(self._mine(handoffs), handoffs.c.number == ref.number))

    def made_from(self, channel: str, ts: str) -> Handoff | None:
        """Find the handoff that was made from a message."""
        from_it = (handoffs.c.source_channel == channel, handoffs.c.source_ts == ts)
        return self._one(select(handoffs).where(self._mine(handoffs), *from_it))

    def list(self, wanted: HandoffFilter, *, offset: int = 0, limit: int = 10) -> Sequence[Handoff]:
        """List handoffs, newest first."""
        statement = select(handoffs).where(handoffs.c.workspace == OURS, _VISIBLE, *_conditions(wanted))
        statement = statement.order_by(handoffs.c.number.desc()).offset(offset).limit(limit)
        asked = {"workspace": self._workspace, "reader": wanted.reader}
        return self._values(self._connection.execute(statement, asked).all())

    def add(self, handoff: Handoff) -> None:
        """Insert a handoff."""
        self._expect_look(handoff.next_check_at)
        values = {"workspace": self._workspace, "number": handoff.number, **_values(handoff)}
        self._connection.execute(insert(handoffs).values(**values))
        self._keep_tasks(handoff)

    def save(self, handoff: Handoff) -> None:
        """Keep a changed handoff."""
        self._expect_look(handoff.next_check_at)
        mine = (self._mine(handoffs), handoffs.c.number == handoff.number)
        self._connection.execute(update(handoffs).where(*mine).values(**_values(handoff)))
        gone = (self._mine(handoff_tasks), handoff_tasks.c.handoff == handoff.number)
        self._connection.execute(delete(handoff_tasks).where(*gone))
        self._keep_tasks(handoff)

    def _keep_tasks(self, handoff: Handoff) -> None:
        rows = [
            {"workspace": self._workspace, "handoff": handoff.number, "task": task}
            for task in dict.fromkeys(handoff.terms.tasks)
        ]
        if rows:
            self._connection.execute(insert(handoff_tasks), rows)

    def _one(self, statement: "Select[tuple[Any, ...]]") -> Handoff | None:
        row = self._connection.execute(statement.with_for_update() if self._writes else statement).first()
        return self._values([row])[0] if row else None

    def _values(self, rows: "Sequence[Row[tuple[Any, ...]]]") -> Sequence[Handoff]:
        if not rows:
            return []
        moving = self._tasks_of([row.number for row in rows])
        return [_handoff(row, tuple(moving.get(row.number, ()))) for row in rows]

    def _tasks_of(self, numbers: Iterable[int]) -> dict[int, Sequence[int]]:
        statement = (
            select(handoff_tasks.c.handoff, handoff_tasks.c.task)
            .where(self._mine(handoff_tasks), handoff_tasks.c.handoff.in_(numbers))
            .order_by(handoff_tasks.c.task)
        )
        found: dict[int, Any] = {}
        for handoff, task in self._connection.execute(statement):
            found.setdefault(handoff, []).append(task)
        return found

    def _may_see(self, handoff: Handoff, reader: str) -> bool:
        asked = {"workspace": self._workspace, "number": handoff.number, "reader": reader}
        return self._connection.execute(_MAY_SEE, asked).first() is not None


def _conditions(wanted: HandoffFilter) -> "Iterable[ColumnElement[bool]]":
    if not wanted.include_over:
        yield handoffs.c.state.in_(WAITING)
    if wanted.receiver:
        yield handoffs.c.receiver == wanted.receiver
    if wanted.giver:
        yield handoffs.c.giver == wanted.giver
    if wanted.involved:
        yield or_(handoffs.c.giver == wanted.involved, handoffs.c.receiver == wanted.involved)
    if wanted.customer is not None:
        yield handoffs.c.customer == wanted.customer


def _handoff(row: "Row[tuple[Any, ...]]", tasks: tuple[int, ...]) -> Handoff:
    values = dict(row._mapping)
    terms = Terms(
        receiver=values["receiver"],
        customer=values["customer"],
        promised=values["promised"],
        situation=values["situation"],
        next_step=values["next_step"],
        watch_out=values["watch_out"],
        tasks=tasks,
        changes_owner=values["changes_owner"],
    )
    return Handoff(
        number=values["number"],
        state=HandoffState(values["state"]),
        giver=values["giver"],
        terms=terms,
        source=_source(values),
        **{name: values[name] for name in _PLAIN},
    )


_PLAIN = (
    "created_at",
    "receiver_words",
    "receiver_due_at",
    "question",
    "reason",
    "offered_at",
    "accepted_at",
    "returned_at",
    "reminded_at",
    "asked_in",
    "is_private",
    "next_check_at",
    "version",
)
"""Columns that hold a handoff's own values as they are."""


def _source(values: dict[str, Any]) -> Source | None:
    if values["source_ts"] is None:
        return None
    return Source(
        channel=values["source_channel"],
        ts=values["source_ts"],
        thread_ts=values["source_thread_ts"],
        text=values["source_text"] or "",
        permalink=values["source_permalink"],
    )


def _values(handoff: Handoff) -> dict[str, Any]:
    terms, source = handoff.terms, handoff.source
    return {
        "state": handoff.state.value,
        "giver": handoff.giver,
        "customer": terms.customer,
        "receiver": terms.receiver,
        "promised": terms.promised,
        "situation": terms.situation,
        "next_step": terms.next_step,
        "watch_out": terms.watch_out,
        "changes_owner": terms.changes_owner,
        "source_channel": source.channel if source else None,
        "source_ts": source.ts if source else None,
        "source_thread_ts": source.thread_ts if source else None,
        "source_text": source.text if source else None,
        "source_permalink": source.permalink if source else None,
        **{name: getattr(handoff, name) for name in _PLAIN},
    }
