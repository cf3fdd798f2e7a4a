"""Migrations: the schema is brought up to date at start, by one process at a time."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from storage.engine import Database
from storage.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 60.0
_NEWER = "Take a newer Stafet (git pull), or the copy of the database that was made before"
_OLDER = "Take the copy of the database that was made before, or let DATABASE_URL name a new one"
_LOCK = 0x57AFE7  # any number that nobody else takes in this PostgreSQL database
log = logging.getLogger(__name__)
logging.getLogger("alembic").setLevel(logging.WARNING)


class UnknownRevision(Exception):
    """The database can't be brought up to date from where it is: `what` is wrong with it, and how to mend that."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}. {mend}")
        self.what = what
        self.mend = mend


def upgrade(database: Database) -> None:
    """Bring the schema up to date; whoever comes second waits. Raises StorageBusy, UnknownRevision."""
    with database.migrating(PATIENCE) as connection:
        if connection.dialect.name == "postgresql":
            _wait_for_turn(connection)
        before, head = _revisions(connection)
        if before == head:
            return
        from alembic import command  # slow to import, and hardly ever needed

        with _whole_references(connection):
            command.upgrade(config(connection), "head")
    log.info("the database was at revision %s and is now at %s", before, head)


def missing_file(database: Database) -> str | None:
    """Name the SQLite file that isn't there, if it isn't: to look at it would make an empty one."""
    if database.is_sqlite:
        try:
            os.stat(str(database.url.database))
        except FileNotFoundError:
            return database.url.database
        except OSError:  # it may be there: SQLite will say why it can't be used
            return None
    return None


def check(database: Database) -> str | None:
    """Tell what is wrong with the schema's revision; None where it is right. Raises StorageBusy, UnknownRevision."""
    with database.reading() as connection:
        current, head = _revisions(connection)
    if current == head:
        return None
    return f"the database is at revision {current or 'nothing'}, Stafet wants {head}: run `python -m bot db upgrade`"


def config(connection: Connection | None = None) -> "Config":
    """Configure Alembic for these migrations; there is no alembic.ini."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _revisions(connection: Connection) -> tuple[str | None, str]:
    """Return the database's revision and the newest one: a migration's file begins with its number."""
    known = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    tables = set(inspect(connection).get_table_names())
    is_marked = "alembic_version" in tables
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() if is_marked else ()
    for one in found:
        if one not in known:
            raise UnknownRevision(f"the database is at revision {one}, which this Stafet is too old to know", _NEWER)
    if len(found) > 1 or (not found and tables & metadata.tables.keys()):
        told = " and ".join(sorted(found)) or "nothing"
        raise UnknownRevision(f"the database has tables, but its alembic_version names {told} as its revision", _OLDER)
    return (found[0] if found else None), known[-1]


def _wait_for_turn(connection: Connection) -> None:
    for statement in (
        f"SET LOCAL statement_timeout = {PATIENCE * 1000:.0f}",
        f"SET LOCAL lock_timeout = {PATIENCE * 1000:.0f}",
        f"SELECT pg_advisory_xact_lock({_LOCK})",
        "SET LOCAL lock_timeout = 5000",
        "SET LOCAL statement_timeout = 0",
    ):
        connection.execute(text(statement))


@contextmanager
def _whole_references(connection: Connection) -> Iterator[None]:
    """Check foreign keys at the end: on SQLite they are off meanwhile, or changing a table deletes its children."""
    yield
    if connection.dialect.name == "sqlite":
        broken: Any = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise ValueError(f"the migration would leave a reference to nothing: {tuple(broken)}")
