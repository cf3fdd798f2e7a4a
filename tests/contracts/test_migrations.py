"""Migrations: what they make is what `storage/tables.py` says, and any number of processes may start at once."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.engine import Database
from storage.migrate import UnknownRevision, check, config, upgrade
from storage.tables import metadata
from tests.support.databases import Postgres, at_once


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.db")
        yield database
        database.close()
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(template=None)
    database = Database(postgres.address(name))
    yield database
    database.close()
    postgres.drop(name)


def shape(connection: Connection) -> dict[str, Any]:
    """Describe every table as the database knows it, names of constraints included."""
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": [{**column, "type": repr(column["type"])} for column in inspector.get_columns(table)],
            "key": inspector.get_pk_constraint(table),
            "unique": by_name(inspector.get_unique_constraints(table)),
            "checks": by_name(inspector.get_check_constraints(table)),
            "references": by_name(inspector.get_foreign_keys(table)),
            "indexes": by_name([index_shape(index) for index in inspector.get_indexes(table)]),
        }
    return found


def index_shape(index: Any) -> dict[str, Any]:
    """Write out which rows an index holds: the words come as an object that equals no other."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def by_name(things: Any) -> list[Any]:
    return sorted(things, key=lambda thing: str(thing["name"]))


def test_each_begins_with_its_number_and_follows_the_one_before() -> None:
    """The start looks at the files' names alone, for Alembic is slow to import."""
    scripts = list(ScriptDirectory.from_config(config()).walk_revisions())
    names = [Path(script.path).name.partition("_")[0] for script in scripts]
    assert names == [script.revision for script in scripts] == sorted(names, reverse=True)


def test_they_make_what_the_tables_say(empty: Database) -> None:
    with empty.writing() as connection:
        metadata.create_all(connection)
        wanted = shape(connection)
        metadata.drop_all(connection)
    upgrade(empty)
    with empty.writing() as connection:
        made = shape(connection)
    assert set(made) == set(wanted)
    for table, description in wanted.items():
        assert made[table] == description, f"{table}: see tests/support/draft_migration.py"


def test_alembic_finds_nothing_to_change(database: Database) -> None:
    with database.writing() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_every_constraint_has_a_name(database: Database) -> None:
    with database.writing() as connection:
        for table, description in shape(connection).items():
            for kind in ("unique", "checks", "references", "indexes"):
                assert all(thing["name"] for thing in description[kind]), (table, kind)


def test_four_threads_at_once_all_succeed(empty: Database) -> None:
    addresses = [empty.url.render_as_string(hide_password=False)] * 4

    def start(address: str) -> str | None:
        database = Database(address)
        upgrade(database)
        found = check(database)
        database.close()
        return found

    assert at_once([lambda address=address: start(address) for address in addresses]) == [None] * 4  # type: ignore[misc]


def test_four_processes_at_once_all_succeed(empty: Database) -> None:
    address = empty.url.render_as_string(hide_password=False)
    code = (
        "from storage.engine import Database\nfrom storage.migrate import check, upgrade\n"
        f"database = Database({address!r})\nupgrade(database)\nassert check(database) is None\n"
    )

    def start(_n: int) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [""] * 4
    assert check(empty) is None


def test_a_second_time_changes_nothing_and_says_nothing(
    empty: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    upgrade(empty)
    with empty.writing() as connection:
        before = shape(connection)
    assert {record.name for record in caplog.records} == {"storage.migrate"}
    caplog.clear()
    upgrade(empty)
    with empty.writing() as connection:
        assert shape(connection) == before
    assert not caplog.records
    assert capfd.readouterr().out == ""


def test_a_check_names_what_is_missing(empty: Database) -> None:
    assert "nothing" in (check(empty) or "")
    upgrade(empty)
    assert check(empty) is None


def test_a_newer_database_is_not_touched(empty: Database) -> None:
    upgrade(empty)
    with empty.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownRevision, match="9999"):
        check(empty)
    with pytest.raises(UnknownRevision):
        upgrade(empty)


@pytest.mark.parametrize("change", ["DELETE FROM alembic_version", "INSERT INTO alembic_version VALUES ('0001')"])
def test_a_database_that_does_not_say_where_it_is_is_not_touched(empty: Database, change: str) -> None:
    upgrade(empty)
    with empty.writing() as connection:
        connection.execute(text(change))
        before = shape(connection)
    for begin in (check, upgrade):
        with pytest.raises(UnknownRevision, match="its alembic_version names"):
            begin(empty)
    with empty.writing() as connection:
        assert shape(connection) == before


def test_a_database_that_holds_nothing_but_the_revisions_own_table_is_a_new_one(empty: Database) -> None:
    with empty.writing() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
    upgrade(empty)
    assert check(empty) is None


def test_a_migrated_connection_is_as_strict_as_before(empty: Database) -> None:
    upgrade(empty)
    with empty.writing() as connection:
        if empty.is_sqlite:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        else:
            assert connection.execute(text("SHOW lock_timeout")).scalar() == "2s"
            assert connection.execute(text("SHOW statement_timeout")).scalar() == "10s"
