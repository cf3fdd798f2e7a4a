"""The database: engines that keep rule 8 of the architecture, and the transactions that they open.

SQLite: one connection that writes (`BEGIN IMMEDIATE`), others that only read (`BEGIN`), WAL, FULL. SQLAlchemy's
default begins late and lost updates when measured. PostgreSQL: psycopg 3, one pool for both.
"""

import fcntl
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from bot.failpoints import reach
from bot.log import Discreet

POSTGRES_POOL = 8
READERS = 4
PATIENCE = 2.0
STATEMENT_PATIENCE = 10.0
_LIMITS = text("SELECT set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true)")


class StorageBusy(Discreet):
    """The database can't answer in time; nothing was recorded."""


class DatabaseTaken(Discreet):
    """Another bot has this SQLite file."""


def database_url(address: str) -> URL:
    """Read a database address; `postgres://` and `postgresql://` mean psycopg 3."""
    try:
        url = make_url(address)
    except ArgumentError as e:
        raise ValueError("no database address; an example is sqlite:///stafet.db") from e
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"unsupported database: {url.drivername}")
    return url


class Database:
    """Open transactions. Within `batch()` on the same thread they become savepoints of the batch's one commit."""

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer, self._reader = _sqlite_engines(self.url) if self.is_sqlite else _postgres_engines(self.url)
        self._batch = threading.local()
        self._hurry = threading.local()

    @contextmanager
    def batch(self, patience: float) -> Iterator[None]:
        """Open one writing transaction that this thread's units of work share; commit it at the end.

        `patience` is in seconds: how long to wait for another process. Raises StorageBusy.
        """
        wakes: dict[Callable[[], None], None] = {}
        purposes: list[str] = []
        with self._connect(self._writer) as connection:
            _be_patient(connection, patience)
            with _busy_is_told(), connection.begin():
                self._batch.connection, self._batch.wakes, self._batch.purposes = connection, wakes, purposes
                try:
                    yield
                finally:
                    self._batch.connection = None
                _reach("before.commit", purposes)
        _reach("after.commit", purposes)
        for wake in wakes:
            wake()

    def after_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` once what was just written is kept: at once, or at the end of this thread's batch."""
        if getattr(self._batch, "connection", None) is None:
            wake()
        else:
            self._batch.wakes[wake] = None

    @contextmanager
    def hurrying(self, deadline: float) -> Iterator[None]:
        """Let no statement of this thread wait for longer than until `deadline` (monotonic seconds) on PostgreSQL."""
        self._hurry.deadline = deadline
        try:
            yield
        finally:
            self._hurry.deadline = None

    @contextmanager
    def writing(self, purpose: str = "") -> Iterator[Connection]:
        """Open a transaction that writes; `purpose` names the fail points before and after its commit."""
        shared: Connection | None = getattr(self._batch, "connection", None)
        if shared is not None:
            with _busy_is_told(), _savepoint(shared):
                yield shared
            self._batch.purposes.append(purpose)
            return
        with self._connect(self._writer) as connection:
            _be_patient(connection, PATIENCE)
            with _busy_is_told(), connection.begin():
                _hurry(connection, getattr(self._hurry, "deadline", None))
                yield connection
                _reach("before.commit", [purpose])
        _reach("after.commit", [purpose])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads and waits for no writer."""
        with self._connect(self._reader) as connection:
            if not self.is_sqlite:  # SQLite's readers are `query_only`
                connection = connection.execution_options(postgresql_readonly=True)
            with _busy_is_told(), connection.begin():
                _hurry(connection, getattr(self._hurry, "deadline", None))
                yield connection

    @contextmanager
    def _connect(self, engine: Engine) -> Iterator[Connection]:
        with _busy_is_told():
            connection = engine.connect()
        with connection:
            yield connection

    @contextmanager
    def migrating(self, patience: float) -> Iterator[Connection]:
        """Open a transaction that changes the schema: SQLite minds no foreign keys within it. Raises StorageBusy."""
        with self._connect(self._writer) as connection:
            _be_patient(connection, patience)
            _mind_references(connection, False)
            try:
                with _busy_is_told(), connection.begin():
                    yield connection
                    reach("before.commit.schema")
                reach("after.commit.schema")
            finally:
                _mind_references(connection, True)

    @property
    def writer(self) -> Engine:
        """The engine that migrations use."""
        return self._writer

    def take(self) -> IO[str] | None:
        """Keep a second bot off the same SQLite file, for as long as the answer stays open. Raises DatabaseTaken."""
        path = self.url.database
        if not self.is_sqlite or not path or path == ":memory:":
            return None
        lock = Path(path + ".lock").open("w")  # noqa: SIM115 - held until the bot stops
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            lock.close()
            raise DatabaseTaken(path) from e
        return lock

    def close(self) -> None:
        """Let go of every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _reach(place: str, purposes: Sequence[str]) -> None:
    for purpose in purposes:
        reach(place, purpose)


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """Keep what is done within it together; said to SQLite itself, for SQLAlchemy's way costs ten times as much."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute("SAVEPOINT one")
    try:
        yield
    except BaseException:
        try:
            driver.execute("ROLLBACK TO one")
            driver.execute("RELEASE one")
        except sqlite3.Error as e:  # a full disk has ended the whole transaction
            raise StorageBusy(str(e)) from e
        raise
    driver.execute("RELEASE one")


@contextmanager
def _busy_is_told() -> Iterator[None]:
    """Turn what the drivers say of a database that can't answer into StorageBusy."""
    try:
        yield
    except PoolTimeout as e:
        raise StorageBusy("no connection is free") from e
    except DBAPIError as e:
        unable = isinstance(e, OperationalError) and not _is_our_mistake(e)
        if unable or e.connection_invalidated or _is_no_database(e):
            raise StorageBusy(str(e.orig)) from e
        raise


def _is_our_mistake(error: OperationalError) -> bool:
    """Tell a statement that SQLite can't run (no such table) from a file that can't answer; the driver mixes them."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _is_no_database(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB


def _be_patient(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA busy_timeout = {max(0, int(seconds * 1000))}")


def _mind_references(connection: Connection, minds: bool) -> None:
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA foreign_keys = {'ON' if minds else 'OFF'}")


def _hurry(connection: Connection, deadline: float | None) -> None:
    if connection.dialect.name == "postgresql" and deadline is not None:
        left = max(1, int((deadline - time.monotonic()) * 1000))
        if left < STATEMENT_PATIENCE * 1000:
            limits = {"lock": min(left, int(PATIENCE * 1000)), "statement": left}
            connection.execute(_LIMITS, {name: str(limit) for name, limit in limits.items()})


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    if not url.database or url.database == ":memory:":
        raise ValueError("SQLite wants a file")
    if not Path(url.database).absolute().parent.is_dir():
        raise ValueError(f"there is no folder for {url.database}")
    options: dict[str, Any] = {"isolation_level": None, "check_same_thread": False}
    writer = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=options, hide_parameters=True
    )
    reader = create_engine(
        url, poolclass=QueuePool, pool_size=READERS, max_overflow=READERS, connect_args=options, hide_parameters=True
    )
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "connect", _prepare_reader)
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writer, reader


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
    connection.execute("PRAGMA query_only = ON")


def _postgres_engines(url: URL) -> tuple[Engine, Engine]:
    settings = {
        "synchronous_commit": "on",
        "timezone": "UTC",
        "lock_timeout": f"{PATIENCE * 1000:.0f}",
        "statement_timeout": f"{STATEMENT_PATIENCE * 1000:.0f}",
        "idle_in_transaction_session_timeout": "30000",  # a replica that was stopped must not keep its locks
    }
    given = url.normalized_query.get("options", ())
    options = " ".join([*given, *(f"-c {name}={value}" for name, value in settings.items())])
    engine = create_engine(
        url,
        pool_size=POSTGRES_POOL,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 3, "tcp_user_timeout": 10_000},
    )
    return engine, engine
