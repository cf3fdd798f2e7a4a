"""What could not be delivered is found by an index, however much was sent, and only in its own workspace."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from bot.domain.outgoing import Saying, Sending
from bot.domain.workspaces import Workspace
from storage.tables import lanes, outbox
from storage.undelivered import count_dead, list_dead
from storage.unit_of_work import Store
from storage.workspaces import install
from tests.support.clocks import MIDWEEK

MANY = 3000
WEEK = timedelta(days=7)


def row(key: str, state: Sending, **more: Any) -> dict[str, Any]:
    common: dict[str, Any] = {
        "workspace": "T1",
        "lane": "C1",
        "saying": Saying.LATE.value,
        "about": "T-1",
        "params": {},
        "created_at": MIDWEEK,
        "due_at": MIDWEEK,
        "attempts": 1,
        "attempted_at": MIDWEEK,
        "token": "t",
        "may_repeat": False,
        "reason": "is_archived",
    }
    return common | {"key": key, "state": state.value} | more


@pytest.fixture
def many_sent(store: Store) -> Store:
    """A store with thousands of sent messages and three dead ones, one of them long ago."""
    with store.database.writing() as connection:
        connection.execute(insert(lanes).values(workspace="T1", lane="C1", free_at=MIDWEEK, fence=0))
        rows = [row(f"k{n}", Sending.SENT, attempted_at=MIDWEEK - timedelta(minutes=n)) for n in range(MANY)]
        rows.append(row("old", Sending.DEAD, attempted_at=MIDWEEK - timedelta(days=8)))
        rows.append(row("first", Sending.DEAD, about="T-1", attempted_at=MIDWEEK - timedelta(hours=2)))
        rows.append(row("second", Sending.DEAD, about="T-2", attempted_at=MIDWEEK - timedelta(hours=1)))
        connection.execute(insert(outbox), rows)
        connection.execute(text("ANALYZE"))
    return store


def test_the_newest_come_first_and_what_is_long_ago_not_at_all(many_sent: Store) -> None:
    with many_sent.look("T1") as uow:
        found = uow.dead.list(since=MIDWEEK - WEEK, limit=5)
        assert [str(row.about) for row in found] == ["T-2", "T-1"]
        assert [str(row.about) for row in uow.dead.list(since=MIDWEEK - WEEK, limit=1)] == ["T-2"]
        assert uow.dead.count(since=MIDWEEK - WEEK) == 2


def test_another_workspace_sees_nothing_of_it(many_sent: Store) -> None:
    with many_sent.database.writing() as connection:
        install(connection, Workspace(id="T2"))
    with many_sent.look("T2") as uow:
        assert uow.dead.list(since=MIDWEEK - WEEK, limit=5) == []
        assert uow.dead.count(since=MIDWEEK - WEEK) == 0


def test_what_only_a_newer_program_can_say_is_passed_over(many_sent: Store) -> None:
    with many_sent.database.writing() as connection:
        connection.execute(insert(outbox), [row("new", Sending.DEAD, saying="from.the.future")])
    with many_sent.database.reading() as connection:
        assert len(list_dead(connection, since=MIDWEEK - WEEK, limit=5)) == 2
        assert count_dead(connection, since=MIDWEEK - WEEK) == 2


def test_what_was_sent_is_not_looked_at(many_sent: Store) -> None:
    asked: list[tuple[str, Any]] = []

    def collect(_c: object, _k: object, statement: str, values: object, _x: object, _m: bool) -> None:
        asked.append((statement, values))

    database = many_sent.database
    with database.writing() as connection:
        event.listen(database.writer, "before_cursor_execute", collect)
        list_dead(connection, since=MIDWEEK - WEEK, limit=5, workspace="T1")
        count_dead(connection, since=MIDWEEK - WEEK, workspace="T1")
        event.remove(database.writer, "before_cursor_execute", collect)
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plans = ["\n".join(str(r[-1]) for r in connection.exec_driver_sql(explain + sql, v).all()) for sql, v in asked]

    assert len(plans) == 2
    for plan in plans:
        assert "ix_outbox_state_attempted_at" in plan, plan
        assert "SCAN outbox" not in plan, plan
        assert "Seq Scan" not in plan, plan
