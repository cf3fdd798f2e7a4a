"""What every repository shares: it belongs to one workspace and can't look past it."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Executable, String, Table, bindparam, or_, select
from sqlalchemy.dialects import sqlite

from storage.tables import customers, workspaces

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

OURS = bindparam("workspace", type_=String)
READER = bindparam("reader", type_=String)


class Repository:
    """Rows of one aggregate in one workspace ⇄ frozen values."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        self.has_changed = False
        self.wants_looks = False
        """Whether rows were kept here that want a look of the tick, now or one day."""
        self._connection = connection
        self._workspace = workspace
        self._writes = writes

    def _expect_look(self, at: datetime | None) -> None:
        """Note that a row wants a look at that time; None means never."""
        self.wants_looks = self.wants_looks or at is not None

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.workspace == self._workspace


def visible(table: Table, *involves: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tell what `:reader` may see in `:workspace`: what is private only where it `involves` them, as owner, or lead."""
    owner = select(customers.c.number).where(
        customers.c.workspace == OURS, customers.c.number == table.c.customer, customers.c.owner == READER
    )
    lead = select(workspaces.c.id).where(workspaces.c.id == OURS, workspaces.c.lead == READER)
    return or_(~table.c.is_private, *involves, owner.exists(), lead.exists())


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert unless a unique key has it already; tell whether it was inserted."""
    return connection.execute(_insertion(table, connection.dialect.name), values).rowcount == 1


def upsert(connection: Connection, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert, or change the row that has these keys."""
    connection.execute(_upsertion(table, connection.dialect.name, tuple(keys), tuple(values)), keys | values)


@cache  # building a statement takes longer than running it
def _insertion(table: Table, dialect: str) -> Executable:
    statement = insert_on(table, dialect).on_conflict_do_nothing().inline()
    return statement.execution_options(preserve_rowcount=True)  # to return the row costs half as much again


@cache
def _upsertion(table: Table, dialect: str, keys: tuple[str, ...], names: tuple[str, ...]) -> Executable:
    statement = insert_on(table, dialect)
    if not names:
        return statement.on_conflict_do_nothing(index_elements=keys)
    told = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=keys, set_=told)


def insert_on(table: Table, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    """Begin an INSERT that may say what is to happen where the row is there."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # it was imported with the engine; on SQLite it never is

        return postgresql.insert(table)
    return sqlite.insert(table)
