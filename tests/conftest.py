"""Fixtures that everybody shares. `store` and `database` run a test twice: on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.domain.workspaces import Workspace
from storage.engine import Database
from storage.unit_of_work import Store
from storage.workspaces import install
from tests.support.chromium import started
from tests.support.clocks import FixedClock
from tests.support.databases import Postgres, begin_run, end_run, sqlite_template


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="fault runs with the full counts; hours, and not under xdist")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Tell whether fault runs take their full counts."""
    return bool(request.config.getoption("--full"))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        end_run()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test run; it starts when it is first asked for an address."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated SQLite database."""
    path = tmp_path / "stafet.db"
    shutil.copy(migrated_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[Database]:
    """A fresh, migrated PostgreSQL database."""
    name = postgres.create()
    database = Database(postgres.address(name))
    yield database
    database.close()
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh, migrated database; the test runs on both kinds."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    made: Database = request.getfixturevalue(kind)
    return made


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still on a Wednesday morning."""
    return FixedClock()


@pytest.fixture
def store(database: Database, clock: FixedClock) -> Store:
    """A store with two workspaces installed, T1 and T2."""
    with database.writing() as connection:
        for id, name in (("T1", "Fjord"), ("T2", "Aurora")):
            install(connection, Workspace(id=id, name=name, bot_user=f"U{id}BOT", bot_id=f"B{id}BOT"))
    return Store(database, clock)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the pages of one module: while Playwright runs, no other event loop can in this thread."""
    with started() as browser:
        yield browser
