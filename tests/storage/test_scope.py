"""No repository method can look past its workspace: every one is called, and every statement that it sends is read."""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import AlreadyDelivered, DomainError
from bot.domain.references import Noun, Reference
from storage.engine import Database
from storage.memory import outdate
from storage.rows import Repository
from storage.tables import metadata
from storage.unit_of_work import Store, UnitOfWork
from tests.support.clocks import MIDWEEK

SECRET = "SECRET of T1"
NOUNS = {"handoffs": Noun.HANDOFF, "notices": Noun.NOTICE, "prompts": Noun.PROMPT, "customers": Noun.CUSTOMER}
WORDS = {
    "id": "U1",
    "person": "U1",
    "member": "U1",
    "reader": "U1",
    "assignee": "U1",
    "author": "U1",
    "channel": "C1",
    "lane": "C1",
    "ts": "1.1",
    "key": "k1",
    "after": "",
    "state": "open",
    "customer": 1,
    "task": 1,
    "handoff": 1,
}


class Undone(Exception):
    """Take back what a call wrote."""


def repositories() -> list[str]:
    """List the names of a unit of work's repositories."""
    unit = UnitOfWork(typing.cast(Connection, None), "T1", writes=True)
    return sorted(name for name in vars(UnitOfWork) if isinstance(getattr(unit, name), Repository))


def methods() -> list[tuple[str, str]]:
    """List every public method of every repository, those that write first."""
    unit = UnitOfWork(typing.cast(Connection, None), "T1", writes=True)
    found = []
    for repository in repositories():
        for name, _ in inspect.getmembers(getattr(unit, repository), inspect.ismethod):
            if not name.startswith("_"):
                found.append((repository, name))
    return found


def sample(annotation: Any, name: str, repository: str) -> Any:
    """Make a value of a type: always the same, so that what one workspace keeps is what the other asks for."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return sample(next(kind for kind in inner if kind is not type(None)), name, repository)
    if annotation is Reference:
        return Reference(NOUNS.get(repository, Noun.TASK), 1)
    if annotation is str:
        return WORDS.get(name, SECRET)
    if annotation is datetime:
        return MIDWEEK
    if annotation is date:
        return MIDWEEK.date()
    if annotation is bool:
        return True
    if annotation in (int, float):
        return 1
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if isinstance(annotation, type) and is_dataclass(annotation):
        hints = get_type_hints(annotation)
        wanted = [f for f in fields(annotation) if f.default is MISSING and f.default_factory is MISSING]
        return annotation(**{f.name: sample(hints[f.name], f.name, repository) for f in wanted})
    if origin in (Mapping, dict):
        return {"word": SECRET}
    if origin is tuple or origin in (list, set, frozenset, Sequence, Iterable, Iterator):
        kind = {list: list, set: set, frozenset: frozenset}.get(origin, tuple)
        return kind([sample(inner[0], name.removesuffix("s"), repository)])
    raise TypeError(f"{repository}: tell `sample` how to make {name}: {annotation}")


def call(unit: UnitOfWork, repository: str, name: str) -> Any:
    """Call a method with samples for all that it must have."""
    method: Callable[..., Any] = getattr(getattr(unit, repository), name)
    hints = get_type_hints(method, localns=vars(typing))
    args, named = [], {}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD:
            continue
        value = sample(hints[parameter.name], parameter.name, repository)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            args.append(value)
    answer = method(*args, **named)
    return list(answer) if isinstance(answer, Iterator) else answer


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, str]]]:
    """Collect what is sent to the database, with the values."""
    sent: list[tuple[str, str]] = []

    def collect(_c: object, _k: object, statement: str, values: object, _x: object, many: bool) -> None:
        sent.append((statement, repr(values)))

    event.listen(database.writer, "before_cursor_execute", collect)
    yield sent
    event.remove(database.writer, "before_cursor_execute", collect)


def rows_of(database: Database, workspace: str) -> dict[str, list[Any]]:
    """Read everything that a workspace has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(table).where(table.c.workspace == workspace)).all()  # type: ignore[misc]
            for table in metadata.sorted_tables
            if "workspace" in table.c
        }


@pytest.fixture
def filled(store: Store) -> Store:
    """A store where T1 has kept a sample of everything that its repositories can keep."""
    calls = [method for method in methods() if method[1] not in ("forget", "finish", "remove", "delete")]
    order = ["members", "channels", "customers", "handoffs", "tasks"]
    calls.sort(key=lambda one: (order.index(one[0]) if one[0] in order else 9, one[1] not in ("add", "save", "put")))
    for repository, name in calls:
        try:
            with store.work("T1") as unit:
                call(unit, repository, name)
        except (DomainError, AlreadyDelivered):
            continue
    return store


def test_every_table_but_the_workspaces_themselves_belongs_to_one() -> None:
    unscoped = {table.name for table in metadata.sorted_tables if "workspace" not in table.primary_key.columns}
    assert {name for name in unscoped if "workspace" not in metadata.tables[name].c} == {"workspaces"}


def test_no_method_shows_or_asks_for_what_is_anothers(filled: Store) -> None:
    kept = {name for name, rows in rows_of(filled.database, "T1").items() if rows}
    assert set(repositories()) - {"settings", "dead"} <= kept  # the dead are rows of the outbox

    for repository, name in methods():
        answer = None
        with (
            statements(filled.database) as sent,
            suppress(Undone, DomainError, IntegrityError),
            filled.work("T2") as unit,
        ):
            outdate(unit.connection)  # what is remembered of the last call would be asked for nowhere
            answer = call(unit, repository, name)
            raise Undone
        about = f"{repository}.{name}"
        sent = [each for each in sent if each[0].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
        assert sent, f"{about} asks the database nothing"
        assert all("T2" in values for _, values in sent), f"{about} sends a statement without its workspace: {sent}"
        assert SECRET not in repr(answer), f"{about} shows what is T1's"


def test_no_method_changes_what_is_anothers(filled: Store) -> None:
    before = rows_of(filled.database, "T1")
    for repository, name in methods():
        with suppress(DomainError, AlreadyDelivered, IntegrityError), filled.work("T2") as unit:
            call(unit, repository, name)
        assert rows_of(filled.database, "T1") == before, f"{repository}.{name} changes what is T1's"
