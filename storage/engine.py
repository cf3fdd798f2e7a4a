"""The database: engines that keep rule 8 of the architecture, and the transactions that they open.

SQLite: one connection that writes (`BEGIN IMMEDIATE`), others that only read (`BEGIN`), WAL, FULL. SQLAlchemy's
default begins late and lost updates when measured. PostgreSQL: psycopg 3, one pool for both, and a `BEGIN` of ours
that carries the time limits and finds out whether the connection was cut: psycopg's, a ping and the limits took four
round trips where this takes one.
"""

import fcntl
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from bot.domain.errors import AlreadyDelivered
from bot.failpoints import reach
from bot.log import Discreet

POSTGRES_POOL = 8
READERS = 4
TICK_THREADS = 2
"""Few, for people wait for the interpreter that they hold: with eight an answer took 680 ms under load, with two 19."""
PATIENCE = 2.0
STATEMENT_PATIENCE = 10.0
_STATEMENT_TO_LOCK = 5
"""So many times as long as for a lock may a statement of a batch take: others wait behind it."""
_CONNECTIONS = POSTGRES_POOL + TICK_THREADS + 2
"""So many to PostgreSQL: one a thread, the one of the writer's batch, and one for what is read within it."""


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
    """Open transactions. Within `batch()` on the same thread those that write share the batch's one commit."""

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._batch = threading.local()
        self._hurry = threading.local()
        if self.is_sqlite:
            self._writer, self._reader = _sqlite_engines(self.url)
        else:
            self._writer, self._reader = _postgres_engines(self.url, self._begin_on_postgres)

    @contextmanager
    def batch(self, patience: float) -> Iterator[None]:
        """Open one writing transaction that this thread's units of work share; commit it at the end.

        `patience` is in seconds: how long to wait for another process. On SQLite each unit of work has a savepoint. On
        PostgreSQL a savepoint is another round trip: where one fails, nothing of the batch is kept. Raises StorageBusy.
        """
        wakes: dict[Callable[[], None], None] = {}
        purposes: list[str] = []
        with self._connect(self._writer) as connection:
            _be_patient(connection, patience)
            with _busy_is_told(), self._begin_briefly(connection, patience):
                self._batch.connection, self._batch.wakes, self._batch.purposes = connection, wakes, purposes
                self._batch.is_spoilt = False
                try:
                    yield
                finally:
                    self._batch.connection = None
                self._mind_spoilt()
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
    def hurrying(self, deadline: float, *, patience: float = PATIENCE) -> Iterator[None]:
        """Let no statement of this thread take longer than until `deadline` (monotonic seconds) on PostgreSQL.

        `patience` is in seconds: how long to wait for a lock.
        """
        self._hurry.deadline, self._hurry.patience = deadline, patience
        try:
            yield
        finally:
            self._hurry.deadline = None

    @contextmanager
    def writing(self, purpose: str = "") -> Iterator[Connection]:
        """Open a transaction that writes; `purpose` names the fail points before and after its commit."""
        shared: Connection | None = getattr(self._batch, "connection", None)
        if shared is not None:
            with _busy_is_told(), _savepoint(shared) if self.is_sqlite else self._all_or_nothing():
                yield shared
            self._batch.purposes.append(purpose)
            return
        with self._connect(self._writer) as connection:
            _be_patient(connection, PATIENCE)
            with _busy_is_told(), connection.begin():
                yield connection
                _reach("before.commit", [purpose])
        _reach("after.commit", [purpose])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads and waits for no writer."""
        with self._connect(self._reader) as connection, _busy_is_told(), connection.begin():
            yield connection

    def _begin_briefly(self, connection: Connection, patience: float) -> RootTransaction:
        with self.hurrying(time.monotonic() + patience * _STATEMENT_TO_LOCK, patience=patience):
            return connection.begin()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self._mind_spoilt()
        try:
            yield
        except AlreadyDelivered:  # said before anything is written
            raise
        except BaseException:
            self._batch.is_spoilt = True
            raise

    def _mind_spoilt(self) -> None:
        if self._batch.is_spoilt:
            raise StorageBusy("one that shared this transaction failed")

    @contextmanager
    def _connect(self, engine: Engine) -> Iterator[Connection]:
        with _busy_is_told():
            connection = engine.connect()
        with connection:
            yield connection

    def _begin_on_postgres(self, connection: Connection) -> None:
        """Begin, and limit what a statement may take: in one round trip, where psycopg by itself takes two."""
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        words = ["BEGIN READ ONLY" if options.get("only_reads") else "BEGIN"]
        deadline: float | None = getattr(self._hurry, "deadline", None)
        left = STATEMENT_PATIENCE if deadline is None else deadline - time.monotonic()
        if left < STATEMENT_PATIENCE:
            limits = {"statement_timeout": left, "lock_timeout": min(left, self._hurry.patience)}
            words += [f"SET LOCAL {name} = {max(1, int(limit * 1000))}" for name, limit in limits.items()]
        _say_first(connection, "; ".join(words))

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


def _postgres_engines(url: URL, begin: Callable[[Connection], None]) -> tuple[Engine, Engine]:
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
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,  # a connection that was just used is warm
        pool_timeout=PATIENCE,
        hide_parameters=True,
        connect_args={"options": options, "autocommit": True, "connect_timeout": 3, "tcp_user_timeout": 10_000},
    )
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", _refuse_what_failed)
    return engine, engine.execution_options(only_reads=True)


def _say_first(connection: Connection, words: str) -> None:
    """Say the first words of a transaction, over another connection where this one was cut: nothing is done yet.

    So they tell what a ping would, without the round trip. Raises StorageBusy.
    """
    for _ in range(_CONNECTIONS):
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(words, prepare=False)
        except connection.dialect.loaded_dbapi.Error as e:
            if not driver.closed:
                raise StorageBusy(str(e)) from e
            connection.invalidate(e)
        else:
            return
    raise StorageBusy("no connection lasts")


def _refuse_what_failed(connection: Connection) -> None:
    """PostgreSQL answers the COMMIT of a transaction in which a statement failed with a ROLLBACK, and no error."""
    driver: Any = connection.connection.dbapi_connection
    if driver.info.transaction_status.name == "INERROR":
        raise StorageBusy("a statement of this transaction failed")
