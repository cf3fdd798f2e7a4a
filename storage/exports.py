"""Exports: rows for people's own spreadsheets and programs, streamed in the order of their numbers.

It only reads, takes no lock and holds up no writer, so it works beside a running bot. A column's name is a
promise to outsiders: one may be added, none may change its meaning.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Select, String, Table, and_, cast, func, select, text

from storage.engine import Database
from storage.tables import contacts, customers, handoff_tasks, handoffs, outbox, prompts, tasks, timeline
from storage.workspaces import installed

_AT_ONCE = 500


class UnknownWorkspace(Exception):
    """No such workspace has Stafet."""


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of rows: its columns, the statement that finds them, and how a row becomes values."""

    columns: tuple[str, ...]
    statement: Callable[[], Select[Any]]
    table: Table
    read: Callable[[Row[Any]], Mapping[str, Any]]


def export(database: Database, what: str, *, workspace: str | None = None) -> Iterator[dict[str, Any]]:
    """Give the rows of one kind, one by one, with the workspace first. Raises UnknownWorkspace, StorageBusy."""
    kind = EXPORTS[what]
    statement = kind.statement()
    with database.reading() as connection:
        if workspace is not None:
            if workspace not in installed(connection):
                raise UnknownWorkspace(workspace)
            statement = statement.where(kind.table.c.workspace == workspace)
        _take_the_time(connection)
        for row in connection.execute(statement, execution_options={"yield_per": _AT_ONCE}):
            values = {**row._mapping, **kind.read(row)}
            yield {name: values[name] for name in ("workspace", *kind.columns)}


def _take_the_time(connection: Connection) -> None:
    """Let whoever reads the rows be slow: the limits are for use cases, and this one holds up nobody."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def _tasks() -> Select[Any]:
    return _with_customer(tasks, tasks.c.customer)


def _read_task(row: Row[Any]) -> dict[str, Any]:
    return {
        "reference": f"T-{row.number}",
        "customer": row.customer_name,
        "source": " ".join(filter(None, (row.origin, row.source_permalink or _place(row)))),
        "handoff": f"H-{row.handoff}" if row.handoff else None,
        "undone": row.is_undone,
    }


def _place(row: Row[Any]) -> str | None:
    return f"{row.source_channel}/{row.source_ts}" if row.source_channel else None


def _handoffs() -> Select[Any]:
    moved = _joined(handoff_tasks.c.task, handoff_tasks.c.handoff == handoffs.c.number, handoffs).label("moved")
    promised = _joined(tasks.c.number, tasks.c.handoff == handoffs.c.number, handoffs).label("promised_as")
    return _with_customer(handoffs, handoffs.c.customer, moved, promised)


def _read_handoff(row: Row[Any]) -> dict[str, Any]:
    joined = f"{row.moved or ''},{row.promised_as or ''}"
    numbers = sorted({int(number) for number in joined.split(",") if number})
    return {
        "reference": f"H-{row.number}",
        "customer": row.customer_name,
        "tasks": [f"T-{number}" for number in numbers],
    }


def _customers() -> Select[Any]:
    people = _joined(contacts.c.member, contacts.c.customer == customers.c.number, customers).label("people")
    return select(customers, people).order_by(customers.c.workspace, customers.c.number)


def _read_customer(row: Row[Any]) -> dict[str, Any]:
    return {"reference": f"C-{row.number}", "contacts": sorted(filter(None, (row.people or "").split(",")))}


def _answers() -> Select[Any]:
    return _with_customer(prompts, prompts.c.customer).where(prompts.c.answered_at.is_not(None))


def _read_answer(row: Row[Any]) -> dict[str, Any]:
    asked_of = "customer" if row.is_contact else "colleague"
    return {"reference": f"F-{row.number}", "customer": row.customer_name, "asked_of": asked_of}


def _timeline() -> Select[Any]:
    return select(timeline).order_by(timeline.c.id)


def _deliveries() -> Select[Any]:
    return select(outbox).order_by(outbox.c.id)


def _read_delivery(row: Row[Any]) -> dict[str, Any]:
    to_a_person = row.lane[:1] in ("U", "W")
    return {
        "number": row.id,
        "kind": row.saying,
        "subject": row.about,
        "person": row.person or (row.lane if to_a_person else None),
        "channel": row.channel or (None if to_a_person else row.lane),
    }


def _read_as_it_is(_: Row[Any]) -> dict[str, Any]:
    return {}


def _with_customer(table: Table, number: Any, *more: Any) -> Select[Any]:
    """Select a table with the names of its customers."""
    named = and_(customers.c.workspace == table.c.workspace, customers.c.number == number)
    statement = select(table, customers.c.name.label("customer_name"), *more)
    return statement.select_from(table.outerjoin(customers, named)).order_by(table.c.workspace, table.c.number)


def _joined(column: Any, belongs: Any, outer: Table) -> ScalarSelect[Any]:
    """Join the values of a column that belong to a row of `outer` with commas."""
    values = func.aggregate_strings(cast(column, String), ",")
    return select(values).where(column.table.c.workspace == outer.c.workspace, belongs).scalar_subquery()


EXPORTS = {
    "tasks": Export(
        columns=(
            *("reference", "title", "state", "customer", "assignee", "author", "priority", "created_at"),
            *("first_due_at", "due_at", "done_at", "source", "reason", "watchers", "handoff", "undone"),
        ),
        statement=_tasks,
        table=tasks,
        read=_read_task,
    ),
    "handoffs": Export(
        columns=(
            *("reference", "state", "customer", "giver", "receiver", "promised", "situation", "next_step"),
            *("watch_out", "tasks", "offered_at", "accepted_at", "returned_at", "reason"),
        ),
        statement=_handoffs,
        table=handoffs,
        read=_read_handoff,
    ),
    "customers": Export(
        columns=("reference", "name", "language", "owner", "channel", "shared_channel", "contacts"),
        statement=_customers,
        table=customers,
        read=_read_customer,
    ),
    "answers": Export(
        columns=(
            *("reference", "question", "kind", "answer", "comment", "person", "about", "customer", "credited"),
            *("asked_of", "asked_at", "answered_at"),
        ),
        statement=_answers,
        table=prompts,
        read=_read_answer,
    ),
    "timeline": Export(
        columns=("about", "happened", "at", "by", "data"),
        statement=_timeline,
        table=timeline,
        read=_read_as_it_is,
    ),
    "deliveries": Export(
        columns=(
            *("number", "kind", "subject", "person", "channel", "state", "reason"),
            *("created_at", "due_at", "attempts", "sent_at", "ts"),
        ),
        statement=_deliveries,
        table=outbox,
        read=_read_delivery,
    ),
}
