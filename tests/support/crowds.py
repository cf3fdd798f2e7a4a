"""A crowd: a workspace with as many open tasks as a test wants, made by the database itself, seconds for a million."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from storage.engine import Database
from storage.tables import tasks
from tests.support.clocks import MIDWEEK

WORKSPACE = "T1"
PEOPLE = 200
CUSTOMERS = 300
FIRST_DUE_AT = MIDWEEK + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many tasks, how many of them are late, and how they are spread.

    One in ten has no due time; the others fall due from `FIRST_DUE_AT` on, over 60 days. The late ones were due in the
    day before and want no look, as they were told of.
    """

    tasks: int
    late: int = 0


def gather(database: Database, crowd: Crowd, *, workspace: str = WORKSPACE) -> None:
    """Insert the members, the customers and the tasks of a crowd into an installed workspace."""
    with database.writing() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA cache_size = -400000"))
        else:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger for each reference
        _insert_people(connection, workspace)
        _insert_customers(connection, workspace)
        _insert_tasks(connection, workspace, crowd)
        connection.execute(
            text("INSERT INTO counters (workspace, noun, last) VALUES (:w, 'T', :n)"),
            {"w": workspace, "n": crowd.tasks},
        )
    if database.is_sqlite:
        database.close()  # its next connection is an ordinary one again
    else:
        with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # autovacuum does it where nobody is in a hurry


def _insert_people(connection: Connection, workspace: str) -> None:
    _insert(
        connection,
        "members",
        PEOPLE,
        {
            "workspace": f"'{workspace}'",
            "id": "'U' || n",
            "name": "'Person ' || n",
            "handle": "'person' || n",
            **dict.fromkeys(("is_admin", "is_bot", "is_outsider", "is_guest", "is_gone"), "false"),
        },
    )


def _insert_customers(connection: Connection, workspace: str) -> None:
    values = {
        "workspace": f"'{workspace}'",
        "number": "n",
        "name": "'Customer ' || n",
        "folded": "'customer ' || n",
        "owner": f"'U' || (1 + n % {PEOPLE})",
    }
    _insert(connection, "customers", CUSTOMERS, values)


def _insert_tasks(connection: Connection, workspace: str, crowd: Crowd) -> None:
    dated = crowd.tasks * 9 // 10
    ahead = _later(connection, FIRST_DUE_AT, f"n * {timedelta(days=60).total_seconds() / max(1, dated):.6f}")
    past = _later(connection, MIDWEEK, f"-1 - n * {timedelta(days=1).total_seconds() / max(1, crowd.late):.6f}")
    due_at = f"CASE WHEN n <= {crowd.late} THEN {past} WHEN n <= {dated} THEN {ahead} END"
    given = {column.name: "NULL" for column in tasks.columns if column.nullable} | {
        "workspace": f"'{workspace}'",
        "number": "n",
        "title": "'Send the offer number ' || n || ' to the customer'",
        "state": "CASE n % 10 WHEN 7 THEN 'blocked' WHEN 8 THEN 'waiting' ELSE 'open' END",
        "customer": f"1 + n * 7 % {CUSTOMERS}",
        "author": f"'U' || (1 + n * 3 % {PEOPLE})",
        "assignee": f"'U' || (1 + n * 11 % {PEOPLE})",
        "priority": "'normal'",
        "watchers": "'[]'",
        "created_at": _later(connection, MIDWEEK, "-86400 * 30"),
        "given_at": _later(connection, MIDWEEK, "-86400 * 30"),
        "first_due_at": due_at,
        "due_at": due_at,
        "told": f"CASE WHEN n <= {crowd.late} THEN 'late' ELSE '' END",
        "answered": "false",
        "origin": "'command'",
        "is_private": "n % 50 = 0",
        "is_undone": "false",
        "next_check_at": f"CASE WHEN n > {crowd.late} AND n <= {dated} AND n % 10 <> 8 THEN {ahead} END",
        "version": "1",
    }
    _insert(connection, "tasks", crowd.tasks, given)


def _insert(connection: Connection, table: str, count: int, values: dict[str, str]) -> None:
    if connection.dialect.name == "sqlite":
        numbers = f"WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < {count})"
    else:
        numbers = f"WITH one AS (SELECT n FROM generate_series(1, {count}) AS n)"
    given = ", ".join(values.values())
    connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) {numbers} SELECT {given} FROM one"))


def _later(connection: Connection, start: datetime, seconds: str) -> str:
    if connection.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f000', '{start:%Y-%m-%d %H:%M:%S}', ({seconds}) || ' seconds')"
    return f"timestamptz '{start.isoformat()}' + ({seconds}) * interval '1 second'"
