"""Connections that outlive their transactions: SQLAlchemy's pool and its BEGIN cost six times what the database does.

SQLAlchemy takes all that is ever done on one of them for a single transaction; BEGIN and COMMIT are said to the driver,
and what the driver says of them is raised as SQLAlchemy's errors. SQLite: connections that write (WAL, FULL), others
that only read. PostgreSQL: psycopg 3, and a BEGIN that carries the time limits and finds out whether the connection was
cut: psycopg's, a ping and the limits took four round trips where this takes one.
"""

import queue
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

PATIENCE = 2.0
STATEMENT_PATIENCE = 10.0
_TURN = 0.01
"""Seconds between two tries to make WAL of a file."""


class NoneIsFree(Exception):
    """All connections are in use."""


class Kept(ABC):
    """A connection that is kept open, for one transaction after the other."""

    __slots__ = ("_engine", "connection", "driver")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open()

    @abstractmethod
    def begin(self, words: str, patience: float) -> None:
        """Begin with these words; wait `patience` seconds for another process. Raises DBAPIError."""

    @abstractmethod
    def commit(self) -> None:
        """Commit. Raises DBAPIError."""

    def roll_back(self) -> bool:
        """Undo what was begun; tell whether the connection may serve again."""
        try:
            self.driver.rollback()
        except self._engine.dialect.loaded_dbapi.Error:
            return False
        return not self.connection.invalidated

    def close(self) -> None:
        """Let go of it, whatever state it is in."""
        with suppress(SQLAlchemyError):
            self.connection.close()

    def _open(self) -> None:
        self.connection = self._engine.connect()
        self.connection.begin()
        self.driver: Any = self.connection.connection.dbapi_connection


class _KeptSqlite(Kept):
    __slots__ = ("_patience",)

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._patience: float | None = None

    def begin(self, words: str, patience: float) -> None:
        if patience != self._patience:
            self.driver.execute(f"PRAGMA busy_timeout = {max(0, int(patience * 1000))}")
            self._patience = patience
        self._say(words)

    def commit(self) -> None:
        self._say("COMMIT")

    def _say(self, words: str) -> None:
        try:
            self.driver.execute(words)
        except sqlite3.Error as e:
            raise DBAPIError.instance(words, None, e, sqlite3.Error, hide_parameters=True) from e


class _KeptPostgres(Kept):
    """It asks libpq straight away, for psycopg's own way takes twice as long; what to begin with carries the limits."""

    __slots__ = ()

    def begin(self, words: str, patience: float) -> None:
        try:
            self._say(words)
        except OperationalError:
            if not self.driver.closed:
                raise
            self.close()
            self._open()
            self._say(words)

    def commit(self) -> None:
        if self._say("COMMIT") != b"COMMIT":  # a ROLLBACK, and no error, where a statement failed before
            raise OperationalError("COMMIT", None, RuntimeError("a statement of this transaction failed"))

    def _say(self, words: str) -> bytes | None:
        dbapi: Any = self._engine.dialect.loaded_dbapi
        try:
            result = self.driver.pgconn.exec_(words.encode())
            done: bytes | None = result.command_status
            if not done:
                raise dbapi.OperationalError(result.error_message.decode(errors="replace").strip())
        except dbapi.Error as e:
            raise OperationalError(words, None, e) from e
        return done


class Stock:
    """So many connections at most, each opened when it is needed first."""

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine = engine
        self._kind: Callable[[Engine], Kept] = _KeptSqlite if engine.dialect.name == "sqlite" else _KeptPostgres
        self._idle: list[Kept] = []
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()  # a semaphore takes ten times as long
        for _ in range(size):
            self._places.put(None)

    def take(self) -> Kept:
        """Take the one that was used last, for it is warm. Raises NoneIsFree, DBAPIError."""
        try:
            self._places.get(timeout=PATIENCE)
        except queue.Empty as e:
            raise NoneIsFree from e
        try:
            with suppress(IndexError):
                return self._idle.pop()
            return self._kind(self.engine)
        except BaseException:
            self._places.put(None)
            raise

    def give_back(self, kept: Kept, *, is_sound: bool) -> None:
        """Keep it for the next one, if it is sound."""
        if is_sound:
            self._idle.append(kept)
        else:
            kept.close()
        self._places.put(None)

    def close(self) -> None:
        """Let go of those that nobody uses."""
        while self._idle:
            self._idle.pop().close()


def sqlite_writer(url: URL) -> Engine:
    """Make the engine of what writes to a SQLite file."""
    return _sqlite(url, "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def sqlite_migrator(url: URL) -> Engine:
    """Make the engine of what changes its schema, which deletes no rows because of what refers to them."""
    return _sqlite(url, "journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF")


def sqlite_reader(url: URL) -> Engine:
    """Make the engine of what only reads it."""
    return _sqlite(url, "query_only = ON")


def _sqlite(url: URL, *pragmas: str) -> Engine:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            _set(connection, pragma)

    options: dict[str, Any] = {"isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, poolclass=NullPool, connect_args=options, hide_parameters=True)
    event.listen(engine, "connect", prepare)
    return engine


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Set it, and wait for whoever makes WAL of a new file just now: SQLite itself doesn't wait for that."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_TURN)
        else:
            return


def postgres(url: URL) -> Engine:
    """Make the engine of a PostgreSQL database."""
    from storage.postgres_cursor import LazyCursor  # psycopg is slow to import, and SQLite needs none

    settings = {
        "synchronous_commit": "on",
        "timezone": "UTC",
        "lock_timeout": f"{PATIENCE * 1000:.0f}",
        "statement_timeout": f"{STATEMENT_PATIENCE * 1000:.0f}",
        "idle_in_transaction_session_timeout": "30000",  # a replica that was stopped must not keep its locks
    }
    given = url.normalized_query.get("options", ())
    options = " ".join([*given, *(f"-c {name}={value}" for name, value in settings.items())])
    arguments = {
        "options": options,
        "autocommit": True,
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "cursor_factory": LazyCursor,
    }
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
