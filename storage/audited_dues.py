"""The dues of a day and what became of each: one of the two books that the audit compares."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bot.domain.delays import Step
from bot.domain.feedback import PromptState, prompt_ref
from bot.domain.handoffs import HandoffState
from bot.domain.outgoing import Saying, Sending
from bot.domain.references import Noun, handoff_ref, task_ref
from bot.domain.tasks import State
from bot.domain.timeline import Happened
from storage.tables import handoffs, outbox, prompts, tasks, timeline
from storage.workspaces import installed

OPEN = (Sending.NEW.value, Sending.SENDING.value, Sending.UNKNOWN.value)
CANCELLED, WAITING, LOST = "cancelled", "open", "lost"
_MOST = 2000
"""The newest of a day: where more than these fall due, each is among them for some audits."""
_AT_ONCE = 500
_MOST_ASKED = 50


@dataclass(slots=True)
class _Due:
    """Something that was to be said: the keys that its message may have, and what it is where there is none.

    `people` are those to whom it may have been said, or sent on.
    """

    workspace: str
    name: str
    keys: list[str]
    unsaid: str
    people: list[str] = field(default_factory=list)
    fate: str = ""

    def look_for(self, keys: Iterable[str]) -> None:
        self.keys, self.fate = list(keys), ""


def what_became_of_dues(
    connection: Connection, since: datetime, until: datetime, now: datetime
) -> tuple[Counter[str], list[tuple[str, str]]]:
    """Follow everything that fell due between two instants (people's time): fates, and the names of what was lost."""
    dues = [
        *_promises(connection, since, until, now),
        *_offers(connection, since, until),
        *_questions(connection, since, until),
    ]
    _look_up(connection, dues)
    for due in [due for due in dues if due.fate == LOST and due.name.startswith(Noun.TASK)][:_MOST_ASKED]:
        _ask_the_timeline(connection, due)
    lost = [(due.workspace, due.name) for due in dues if due.fate == LOST]
    return Counter(due.fate for due in dues), lost


def _promises(connection: Connection, since: datetime, until: datetime, now: datetime) -> Iterator[_Due]:
    """List the promises that fell due: somebody hears that they are late, unless they were kept or called off."""
    for row in _fell_due(connection, since, until):
        name = str(task_ref(row.number))
        key = f"delay:{name}:{Step.LATE}:{row.due_at.isoformat()}"
        yield _Due(row.workspace, name, [key, f"{key}:{row.assignee}"], _if_unsaid(row, now), [row.assignee])


def _fell_due(connection: Connection, since: datetime, until: datetime) -> "Iterator[Row[tuple[Any, ...]]]":
    """List tasks by their due time, newest first; for each workspace and state, as their index begins with both."""
    names = ("workspace", "number", "state", "due_at", "told", "assignee", "next_check_at")
    columns: Select[tuple[Any, ...]] = select(*(tasks.c[name] for name in names))
    newest = columns.where(tasks.c.due_at.between(since, until)).order_by(tasks.c.due_at.desc()).limit(_MOST)
    for workspace in installed(connection):
        for state in State:
            yield from connection.execute(newest.where(tasks.c.workspace == workspace, tasks.c.state == state.value))


def _if_unsaid(task: Any, now: datetime) -> str:
    if task.state not in (State.OPEN, State.BLOCKED):
        return CANCELLED
    is_next = task.next_check_at is not None and task.next_check_at <= now
    return WAITING if is_next and Step.LATE not in task.told.split() else LOST


def _offers(connection: Connection, since: datetime, until: datetime) -> Iterator[_Due]:
    """List the handoffs that wait for their receiver, who was told of them."""
    waits = (handoffs.c.next_check_at > since, handoffs.c.state == HandoffState.OFFERED.value)
    columns = (handoffs.c.workspace, handoffs.c.number, handoffs.c.receiver, handoffs.c.version)
    offered = select(*columns).where(*waits, handoffs.c.offered_at.between(since, until))
    for row in connection.execute(offered.limit(_MOST)):
        ref = handoff_ref(row.number)
        keys = [f"{Saying.HANDOFF_OFFER}:{ref}:{row.receiver}:{version}" for version in range(1, row.version + 1)]
        yield _Due(row.workspace, str(ref), keys, LOST)


def _questions(connection: Connection, since: datetime, until: datetime) -> Iterator[_Due]:
    """List the questions that were asked and that nobody has answered yet."""
    waits = (prompts.c.next_check_at > since, prompts.c.state == PromptState.ASKED.value)
    columns = (prompts.c.workspace, prompts.c.number, prompts.c.person)
    asked = select(*columns).where(*waits, prompts.c.asked_at.between(since, until))
    for row in connection.execute(asked.limit(_MOST)):
        ref = prompt_ref(row.number)
        yield _Due(row.workspace, str(ref), [f"prompt:{ref}"], LOST, [row.person])


def _look_up(connection: Connection, dues: list[_Due]) -> None:
    """Find what became of each by the keys of its message, and of what was sent on, by the keys that it has there."""
    asked = dues
    while asked:
        rows = _messages(connection, asked)
        sent_on = []
        for due in asked:
            found = [rows[due.workspace, key] for key in due.keys if (due.workspace, key) in rows]
            due.fate = _fate(found) if found else due.unsaid
            moved = [row for row in found if row.state == Sending.DROPPED.value and _went_to(row)]
            if moved and len(moved) == len(found):
                lanes = {_went_to(row) for row in moved}.union(due.people)
                due.look_for(f"{row.key}>{lane}" for row in moved for lane in lanes)
                due.unsaid = LOST
                sent_on.append(due)
        asked = sent_on


def _messages(connection: Connection, dues: Iterable[_Due]) -> "dict[tuple[str, str], Row[tuple[Any, ...]]]":
    wanted: dict[str, list[str]] = {}
    for due in dues:
        wanted.setdefault(due.workspace, []).extend(due.keys)
    columns: Select[tuple[Any, ...]] = select(outbox.c.workspace, outbox.c.key, outbox.c.state, outbox.c.reason)
    rows = {}
    for workspace, keys in wanted.items():
        for first in range(0, len(keys), _AT_ONCE):
            these = outbox.c.key.in_(keys[first : first + _AT_ONCE])
            for row in connection.execute(columns.where(outbox.c.workspace == workspace, these)):
                rows[row.workspace, row.key] = row
    return rows


def _fate(found: "list[Row[tuple[Any, ...]]]") -> str:
    """Sum up several messages about one thing: what was sent counts, else what is still under way, else the newest."""
    states = [row.state for row in found]
    if Sending.SENT.value in states:
        return Sending.SENT.value
    return WAITING if any(state in OPEN for state in states) else str(states[-1])


def _went_to(row: "Row[tuple[Any, ...]]") -> str:
    return str(row.reason or "").partition("rerouted to ")[2]


def _ask_the_timeline(connection: Connection, due: _Due) -> None:
    """Look again for what was told to whoever had the task before; that is rare."""
    given = (timeline.c.about == due.name, timeline.c.happened == Happened.TASK_WAS_GIVEN.value)
    statement = select(timeline.c.data).where(timeline.c.workspace == due.workspace, *given)
    former = [str(data.get("was")) for data in connection.execute(statement).scalars()]
    key = due.keys[0].partition(">")[0].removesuffix(f":{due.people[0]}")
    due.people.extend(former)
    due.look_for([key, *(f"{key}:{person}" for person in due.people)])
    _look_up(connection, [due])
    if due.fate != Sending.SENT:  # what waits for somebody else's hours is dropped then
        due.fate = LOST
