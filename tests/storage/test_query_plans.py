"""A tick that finds nothing due reads an index and no table."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from bot.domain.outgoing import Claimed, Outgoing, Saying, Sending
from bot.domain.references import task_ref
from storage.audit import audit
from storage.engine import Database
from storage.errands import claim_errands
from storage.lanes import claim, next_free_in
from storage.outbox import unknown
from storage.tables import errands, lanes, outbox, tasks
from storage.unit_of_work import Store
from tests.storage.test_units_of_work import a_task
from tests.support.clocks import MIDWEEK

MANY = 3000
ENDS = (Sending.SENT.value, Sending.DROPPED.value, Sending.EXPIRED.value, Sending.DEAD.value)


@pytest.fixture
def busy_store(store: Store) -> Store:
    """A store with thousands of rows, none of them due before tomorrow."""
    later = [MIDWEEK + timedelta(days=1, seconds=n) for n in range(MANY)]
    common = {"workspace": "T1", "created_at": MIDWEEK, "attempts": 1, "due_at": MIDWEEK}
    message = common | {"saying": "answer", "about": "T-1", "params": {}, "token": "t", "may_repeat": False}
    with store.work("T1") as uow:
        uow.tasks.add(a_task(MANY))
    with store.database.writing() as connection:
        task = dict(connection.execute(select(tasks)).mappings().one())
        connection.execute(
            insert(tasks),
            [task | {"number": n, "due_at": at, "first_due_at": at, "next_check_at": at} for n, at in enumerate(later)],
        )
        lane = {"workspace": "T1", "free_at": MIDWEEK, "fence": 0}
        connection.execute(insert(lanes), [lane | {"lane": f"C{n}", "due_at": at} for n, at in enumerate(later)])
        connection.execute(
            insert(outbox),
            [message | {"lane": f"C{n}", "key": f"k{n}", "state": ENDS[n % 4]} for n in range(MANY)],
        )
        errand = {"workspace": "T1", "kind": "k", "params": {}, "attempts": 0}
        connection.execute(insert(errands), [errand | {"run_at": at} for at in later])
        if not store.database.is_sqlite:  # where nobody counts a table's rows, and a plan must do without
            connection.execute(text("ANALYZE"))
    return store


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """Collect how the database goes about each SELECT."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    found: list[str] = []
    asked: list[tuple[str, Any]] = []

    def collect(_c: object, _k: object, statement: str, values: object, _x: object, _m: bool) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(database.writer, "before_cursor_execute", collect)
    yield found
    event.remove(database.writer, "before_cursor_execute", collect)
    with database.writing() as connection:
        for statement, values in asked:
            rows = connection.exec_driver_sql(explain + statement, values).all()
            found.append("\n".join(str(row[-1]) for row in rows))


def assert_indexed(found: list[str], *, of: int = 1) -> None:
    assert len(found) == of
    for plan in found:
        assert "Index" in plan or "INDEX" in plan, plan
        assert "Seq Scan" not in plan, plan
        assert "SCAN" not in plan or "USING COVERING INDEX" in plan, plan
        assert not re.search(r"SEARCH (tasks|outbox) USING INDEX \w+ \(workspace=\?\)", plan), plan  # all rows, then


def test_a_sweep(busy_store: Store) -> None:
    with plans(busy_store.database) as found, busy_store.due("tasks", MIDWEEK) as due:
        assert due == []
    assert_indexed(found)


def test_a_delivery(busy_store: Store) -> None:
    with plans(busy_store.database) as found, busy_store.database.writing() as connection:
        assert claim(connection, now=MIDWEEK, machine_now=MIDWEEK, limit=10) == []
        assert unknown(connection, attempted_before=MIDWEEK, limit=20) == []
        assert next_free_in(connection, now=MIDWEEK, machine_now=MIDWEEK) is None
        assert claim_errands(connection, now=MIDWEEK, lease_until=MIDWEEK) == []
    assert_indexed(found, of=4)


def test_a_look_before_a_send(busy_store: Store) -> None:
    about = Outgoing(saying=Saying.TASK_CARD, about=task_ref(1), lane="C1", key="k", due_at=MIDWEEK)
    claimed = Claimed(id=1, workspace="T1", message=about, attempts=1, token="t", fence=1, may_repeat=False)
    with plans(busy_store.database) as found, busy_store.work("T1") as uow:
        assert not uow.outbox.is_unsure(claimed, [Saying.TASK_CARD])
        assert not uow.outbox.is_on_its_way("k")
    assert_indexed(found, of=2)


def test_an_audit(busy_store: Store) -> None:
    with plans(busy_store.database) as found, busy_store.database.writing() as connection:
        audit(connection, now=MIDWEEK, machine_now=MIDWEEK)
    assert len(found) > 15
    for plan in found:
        scanned = set(re.findall(r"(?:Seq Scan on|SCAN) (\w+)(?! USING COVERING)", plan))
        assert not scanned & {"tasks", "outbox", "lanes", "errands"}, plan
