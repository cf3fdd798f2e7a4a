"""The engines: who may open the file, what is said of a database that can't answer, what may never be stored."""

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.domain.references import task_ref
from bot.domain.tasks import Due, State, Task
from bot.domain.workspaces import Workspace
from storage.engine import Database, DatabaseTaken, StorageBusy, database_url
from storage.tables import handoffs, lanes, outbox, prompts, tasks
from storage.unit_of_work import NotDecided, Store
from storage.workspaces import install
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import Postgres, at_once

TASK = Task(number=1, title="Call", state=State.OPEN, author="U1", assignee="U2", created_at=MIDWEEK)


@pytest.mark.parametrize("address", ["postgres://h/d", "postgresql://h/d", "postgresql+psycopg://h/d"])
def test_every_spelling_of_postgresql_means_psycopg_3(address: str) -> None:
    assert database_url(address).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("address", ["mysql://h/d", "postgresql+psycopg2://h/d"])
def test_other_databases_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="unsupported"):
        database_url(address)


def test_a_file_is_named_in_one_way_only_so_that_its_lock_is_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SQLite wants a file"):
        Database(f"sqlite:///file:{tmp_path}/stafet.db?uri=true")


def test_a_second_bot_is_kept_off_the_file(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/stafet.db"
    code = f"from storage.engine import Database\nDatabase({address!r}).take()"

    def another_bot() -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    database = Database(address)
    lock = database.take()
    assert lock is not None
    assert "DatabaseTaken" in another_bot().stderr
    with pytest.raises(DatabaseTaken):
        Database(address).take()

    lock.close()
    assert another_bot().returncode == 0
    database.close()


def test_postgresql_is_taken_by_nobody(postgres_database: Database) -> None:
    assert postgres_database.take() is None


def test_a_wrong_statement_is_our_mistake_and_no_busy_database(database: Database) -> None:
    with pytest.raises(DBAPIError), database.writing() as connection:
        connection.execute(text("SELECT * FROM nowhere"))


def test_where_no_connection_is_free_the_database_is_busy(sqlite_database: Database) -> None:
    def second() -> None:
        with sqlite_database.writing():
            pass

    with sqlite_database.writing():
        (answer,) = at_once([second])
    assert isinstance(answer, StorageBusy)
    assert str(answer) == "no connection is free"


def test_sqlite_is_as_safe_as_it_can_be(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas] == ["wal", 2, 1]


def test_many_may_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    def write(address: str) -> None:
        database = Database(address)
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS words (word TEXT)"))
        database.close()

    for n in range(30):
        address = f"sqlite:///{tmp_path}/{n}.db"
        assert at_once([lambda address=address: write(address)] * 4) == [None] * 4  # type: ignore[misc]


def test_postgresql_keeps_what_it_said_it_kept(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW timezone")).scalar() == "UTC"


def test_a_failed_statement_that_was_passed_over_keeps_postgresql_from_saying_that_all_was_kept(
    postgres_database: Database,
) -> None:
    def write() -> None:
        with postgres_database.writing() as connection:
            install(connection, Workspace(id="T1"))
            with suppress(DBAPIError):
                connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(StorageBusy):
        write()
    with pytest.raises(StorageBusy), postgres_database.batch(1):
        write()


def test_nobody_has_to_hurry_after_a_batch(postgres_database: Database) -> None:
    with postgres_database.batch(0.1):
        postgres_database.hurry(0)
    with postgres_database.writing() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "10s"


def test_options_in_the_address_are_kept(postgres: Postgres) -> None:
    database = Database(postgres.address() + "&options=-c%20application_name%3Dmine")
    with database.reading() as connection:
        assert connection.execute(text("SHOW application_name")).scalar() == "mine"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "2s"
    database.close()


class TestPostgresqlRestarts:
    """A connection that is cut is a busy database; the next call works."""

    @pytest.fixture
    def store(self, postgres_database: Database) -> Store:
        with postgres_database.writing() as connection:
            install(connection, Workspace(id="T1"))
        return Store(postgres_database, FixedClock())

    @pytest.fixture
    def cut(self, postgres: Postgres, postgres_database: Database) -> Callable[[], None]:
        theirs = f"datname = '{postgres_database.url.database}'"
        return lambda: postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs}")

    def test_between_two_calls(self, store: Store, cut: Callable[[], None]) -> None:
        cut()
        with store.work("T1") as uow:
            uow.tasks.add(TASK)

    def test_between_two_calls_on_every_connection(self, store: Store, cut: Callable[[], None]) -> None:
        all_look = threading.Barrier(8)

        def look() -> Task | None:
            with store.look("T1") as uow:
                all_look.wait(5)
                return uow.tasks.find(TASK.ref)

        assert at_once([look] * 8) == [None] * 8
        cut()
        assert at_once([look] * 8) == [None] * 8

    @pytest.mark.parametrize("writes_again", [True, False], ids=["while writing", "before the commit"])
    def test_within_a_unit_of_work(self, store: Store, cut: Callable[[], None], writes_again: bool) -> None:
        def write() -> None:
            with store.work("T1") as uow:
                uow.tasks.add(TASK)
                cut()
                if writes_again:
                    uow.tasks.save(TASK)

        with pytest.raises(StorageBusy):
            write()
        with store.work("T1") as uow:
            assert uow.tasks.find(TASK.ref) is None

    def test_while_reading(self, store: Store, cut: Callable[[], None]) -> None:
        def read() -> Task | None:
            with store.look("T1") as uow:
                cut()
                return uow.tasks.find(TASK.ref)

        with pytest.raises(StorageBusy):
            read()
        with store.look("T1") as uow:
            assert uow.tasks.find(TASK.ref) is None

    def test_nobody_answers_there(self, tmp_path: Path) -> None:
        database = Database(f"postgresql://postgres@/postgres?host={tmp_path}")
        with pytest.raises(StorageBusy), database.writing():
            pass


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 29, 3, 30, 15, 123456, tzinfo=ZoneInfo("Europe/Tallinn")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Copenhagen"), fold=1),
        datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=-11))),
        datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_in_utc(store: Store, at: datetime) -> None:
    with store.work("T1") as uow:
        uow.tasks.add(replace(TASK, created_at=at))
    with store.look("T1") as uow:
        back = uow.tasks.get(task_ref(1)).created_at
    assert back == at.astimezone(UTC)
    assert back.tzinfo is UTC


def test_instants_sort_and_compare_as_instants(store: Store) -> None:
    east, west = timezone(timedelta(hours=12)), timezone(timedelta(hours=-12))
    with store.work("T1") as uow:
        uow.tasks.add(replace(TASK, next_check_at=MIDWEEK.astimezone(east)))
    with store.due("tasks", MIDWEEK.astimezone(west) - timedelta(microseconds=1)) as due:
        assert due == []
    with store.due("tasks", MIDWEEK.astimezone(west)) as due:
        assert len(due) == 1


def test_a_naive_instant_is_refused(store: Store) -> None:
    naive = MIDWEEK.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"), store.work("T1") as uow:
        uow.tasks.add(replace(TASK, created_at=naive))
    with pytest.raises(NotDecided) as told, store.due("tasks", naive):
        pass
    assert "time zone" in str(told.value.__cause__)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": State.DONE},
        {"done_at": MIDWEEK},
        {"state": State.DONE, "done_at": MIDWEEK, "next_check_at": MIDWEEK},
        {"state": State.CANCELLED, "next_check_at": MIDWEEK},
        {"state": State.WAITING, "next_check_at": MIDWEEK},
        {"due": Due(at=MIDWEEK)},
        {"customer": 7},
        {"handoff": 7},
    ],
    ids=str,
)
def test_a_task_that_may_not_be_is_refused(store: Store, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), store.work("T1") as uow:
        uow.tasks.add(replace(TASK, **changes))  # type: ignore[arg-type]


def test_two_tasks_are_never_made_from_one_message(store: Store) -> None:
    twice = "INSERT INTO tasks (number, {0}) SELECT number + 1, {0} FROM tasks"
    names = ", ".join(column.name for column in tasks.columns if column.name != "number")
    with store.work("T1") as uow:
        uow.tasks.add(TASK)
    with store.database.writing() as connection:
        connection.execute(text(twice.format(names)))  # no source: as many as you like
        connection.execute(text("UPDATE tasks SET source_channel = 'C1', source_ts = '1.1' WHERE number = 1"))
    with pytest.raises(IntegrityError), store.database.writing() as connection:
        connection.execute(text("UPDATE tasks SET source_channel = 'C1', source_ts = '1.1' WHERE number = 2"))


_HANDOFF = {
    "workspace": "T1",
    "number": 1,
    "giver": "U1",
    "receiver": "U2",
    "promised": "",
    "situation": "",
    "next_step": "",
    "watch_out": "",
    "changes_owner": False,
    "created_at": MIDWEEK,
    "is_private": False,
    "version": 1,
}
_PROMPT = {
    "workspace": "T1",
    "number": 1,
    "state": "asked",
    "kind": "nps",
    "question": "?",
    "person": "U1",
    "ask_at": MIDWEEK,
    "created_at": MIDWEEK,
}
_MESSAGE = {
    "workspace": "T1",
    "lane": "C1",
    "saying": "answer",
    "about": "T-1",
    "key": "k",
    "params": {},
    "due_at": MIDWEEK,
    "created_at": MIDWEEK,
    "attempts": 0,
    "token": "t",
    "may_repeat": False,
}


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (handoffs, _HANDOFF | {"state": "accepted"}),
        (prompts, _PROMPT | {"answer": 9}),
        (prompts, _PROMPT | {"answered_at": MIDWEEK}),
        (outbox, _MESSAGE | {"state": "lost"}),
        (outbox, _MESSAGE | {"state": "new", "lane": "nowhere"}),
    ],
    ids=["handoff without time", "answer without time", "time without answer", "unknown state", "no lane"],
)
def test_a_row_that_may_not_be_is_refused(store: Store, table: object, row: dict[str, object]) -> None:
    with store.database.writing() as connection:
        connection.execute(insert(lanes).values(workspace="T1", lane="C1", free_at=MIDWEEK, fence=0))
    with pytest.raises(IntegrityError), store.database.writing() as connection:
        connection.execute(insert(table).values(**row))  # type: ignore[arg-type]
    with store.look("T1") as uow:
        assert uow.tasks.find(task_ref(1)) is None
    with store.database.reading() as connection:
        assert connection.execute(select(table)).first() is None  # type: ignore[call-overload]
