"""What every repository shares: it belongs to one workspace and can't look past it."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import customers, workspaces


class Repository:
    """Rows of one aggregate in one workspace ⇄ frozen values."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        self._connection = connection
        self._workspace = workspace
        self._writes = writes

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.workspace == self._workspace

    def _visible(self, table: Table, reader: str, *involves: ColumnElement[bool]) -> ColumnElement[bool]:
        """Tell what a person may see: what is private only where it `involves` them, as account owner, or as lead."""
        owner = select(customers.c.number).where(
            self._mine(customers), customers.c.number == table.c.customer, customers.c.owner == reader
        )
        lead = select(workspaces.c.id).where(workspaces.c.id == self._workspace, workspaces.c.lead == reader)
        return or_(~table.c.is_private, *involves, owner.exists(), lead.exists())


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert unless a unique key has it already; tell whether it was inserted."""
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing().returning(table.c[_first_key(table)])
    return connection.execute(statement).first() is not None


def upsert(connection: Connection, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert, or change the row that has these keys."""
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    statement = insert.values(**keys, **values)
    if values:
        statement = statement.on_conflict_do_update(index_elements=list(keys), set_=values)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(keys))
    connection.execute(statement)


def _first_key(table: Table) -> str:
    return next(iter(table.primary_key.columns)).name
