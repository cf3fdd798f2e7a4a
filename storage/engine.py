"""The database: where transactions begin and end, and what is said where it can't answer.

SQLite: one connection that writes, and says so when it begins, and others that only read. SQLAlchemy's default begins
late, and lost updates when measured. PostgreSQL: one stock of connections for both.
"""

import fcntl
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.domain.errors import AlreadyDelivered
from bot.failpoints import reach
from bot.log import Discreet
from storage.connections import (
    PATIENCE,
    STATEMENT_PATIENCE,
    Kept,
    NoneIsFree,
    Stock,
    postgres,
    sqlite_migrator,
    sqlite_reader,
    sqlite_writer,
)

POSTGRES_POOL = 8
READERS = 4
TICK_THREADS = 2
"""Few, for people wait for the interpreter that they hold: with eight an answer took 680 ms under load, with two 19."""
_STATEMENT_TO_LOCK = 5
"""So many times as long as for a lock may a statement of a batch take: others wait behind it."""
_BEGIN_TO_WRITE = "BEGIN IMMEDIATE"
_NOT_ALLOWED = ("42501", "25006")
"""PostgreSQL's words to whom it doesn't let in, or lets only read, as a server does that has become a standby."""
_NO_ADDRESS = "no database address, such as sqlite:///stafet.db; in a password, @ is written %40, and : %3A"
_CONNECTIONS = POSTGRES_POOL + TICK_THREADS + 2
"""So many to PostgreSQL: one a thread, the one of the writer's batch, and one for what is read within it."""


class StorageBusy(Discreet):
    """The database can't answer in time; nothing was recorded."""


class DatabaseTaken(Discreet):
    """Another bot has this SQLite file, or may have it."""


def database_url(address: str) -> URL:
    """Read a database address; `postgres://` and `postgresql://` mean psycopg 3.

    Raises ValueError, which quotes nothing of it: what looks like a port may be a part of the password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as e:
        raise ValueError(_NO_ADDRESS) from e
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"unsupported database: {url.drivername}")
    return url


class _Mine(threading.local):
    """What a thread is about: its batch, if `shared` is one's connection, and how long its statements may take."""

    shared: Kept | None = None
    is_untouched = True
    is_spoilt = False
    deadline = math.inf

    def __init__(self) -> None:
        self.wakes: dict[Callable[[], None], None] = {}
        self.purposes: list[str] = []

    def mind_spoilt(self) -> None:
        """Raise StorageBusy where one of those that share a transaction on PostgreSQL failed."""
        if self.is_spoilt:
            raise StorageBusy("one that shared this transaction failed")


class Database:
    """Open transactions. Within `batch()` on the same thread those that write share the batch's one commit."""

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._mine = _Mine()
        self._file: os.stat_result | None = None
        if self.is_sqlite:
            _check_path(self.url)
            self._writers = Stock(sqlite_writer(self.url), 1)
            self._readers = Stock(sqlite_reader(self.url), 2 * READERS)
        else:
            self._writers = self._readers = Stock(postgres(self.url), _CONNECTIONS)

    @contextmanager
    def batch(self, patience: float) -> Iterator[None]:
        """Open one writing transaction that this thread's units of work share; commit it at the end.

        `patience` is in seconds: how long to wait for another process. On SQLite each unit of work has a savepoint. On
        PostgreSQL a savepoint is another round trip: where one fails, nothing of the batch is kept. Raises StorageBusy.
        """
        mine = self._mine
        wakes: dict[Callable[[], None], None] = {}
        purposes: list[str] = []
        words = self._begin(time.monotonic() + patience * _STATEMENT_TO_LOCK, patience)
        transaction = _Transaction(self._writers, words, purposes, patience)
        with transaction:
            mine.shared, mine.wakes, mine.purposes = transaction.kept, wakes, purposes
            mine.is_untouched, mine.is_spoilt = True, False
            try:
                yield
            finally:
                mine.shared, mine.deadline = None, math.inf
            mine.mind_spoilt()
        for wake in wakes:
            wake()

    def after_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` once what was just written is kept: at once, or at the end of this thread's batch."""
        if self._mine.shared is None:
            wake()
        else:
            self._mine.wakes[wake] = None

    def hurry(self, deadline: float) -> None:
        """Let this thread's next statements on PostgreSQL take until `deadline` at most, in monotonic seconds."""
        self._mine.deadline = deadline

    def writing(self, purpose: str = "") -> AbstractContextManager[Connection]:
        """Open a transaction that writes; `purpose` names the fail points before and after its commit."""
        if self._mine.shared is not None:
            return (_Savepoint if self.is_sqlite else _AllOrNothing)(self._mine, self._mine.shared, purpose)
        return _Transaction(self._writers, self._begin(self._mine.deadline), [purpose])

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads and waits for no writer."""
        return _Transaction(self._readers, self._begin(self._mine.deadline, only_reads=True))

    @contextmanager
    def migrating(self, patience: float) -> Iterator[Connection]:
        """Open a transaction that changes the schema: SQLite minds no foreign keys within it. Raises StorageBusy."""
        own = Stock(sqlite_migrator(self.url) if self.is_sqlite else self.writer, 1)
        try:
            with _Transaction(own, self._begin(math.inf), ["schema"], patience) as connection:
                yield connection
        finally:
            own.close()

    def _begin(self, deadline: float, patience: float = PATIENCE, *, only_reads: bool = False) -> str:
        """Say how to begin; on PostgreSQL with what a statement may take, and `patience` seconds for a lock."""
        if self.is_sqlite:
            self._mind_the_file()
            return "BEGIN" if only_reads else _BEGIN_TO_WRITE
        words = "BEGIN READ ONLY" if only_reads else "BEGIN"
        left = deadline - time.monotonic()
        if left < STATEMENT_PATIENCE:
            for name, limit in (("statement_timeout", left), ("lock_timeout", min(left, patience))):
                words += f"; SET LOCAL {name} = {max(1, int(limit * 1000))}"
        return words

    def _mind_the_file(self) -> None:
        """Raise StorageBusy where it isn't the one that is open: what goes into a deleted file is kept by nobody."""
        try:
            file = os.stat(str(self.url.database))
        except OSError:
            file = None
        self._file = self._file or file
        if self._file and not (file and os.path.samestat(file, self._file)):
            raise StorageBusy(f"{self.url.database} was moved, replaced or deleted under us: start again")

    @property
    def writer(self) -> Engine:
        """The engine of what writes."""
        return self._writers.engine

    def take(self) -> IO[str] | None:
        """Keep a second bot off the same SQLite file, for as long as the answer stays open.

        Raises DatabaseTaken, and StorageBusy where nothing can be written beside the file.
        """
        if not self.is_sqlite:
            return None
        path = os.path.realpath(str(self.url.database))
        if os.path.exists(path) and os.stat(path).st_nlink > 1:  # our lock is by name, and so is SQLite's own journal
            raise DatabaseTaken(f"{path} has a second name, a hard link: SQLite loses data by using both; remove one")
        try:
            lock = Path(path + ".lock").open("w")  # noqa: SIM115 - held until the bot stops
        except OSError as e:
            raise StorageBusy(str(e)) from e
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            lock.close()
            raise DatabaseTaken(f"another Stafet is using {path}; stop it first, or take another DATABASE_URL") from e
        return lock

    def close(self) -> None:
        """Let go of every connection."""
        self._writers.close()
        self._readers.close()


class _Transaction:
    """A transaction of its own. What is said of a database that can't answer becomes StorageBusy."""

    __slots__ = ("_patience", "_purposes", "_stock", "_words", "kept")

    def __init__(self, stock: Stock, words: str, purposes: Sequence[str] = (), patience: float = PATIENCE) -> None:
        self._stock = stock
        self._words = words
        self._purposes = purposes
        self._patience = patience

    def __enter__(self) -> Connection:
        try:
            kept = self.kept = self._stock.take()
        except NoneIsFree as e:
            raise StorageBusy("no connection is free") from e
        except (DBAPIError, UnicodeError) as e:  # an option that there is not, a host whose name can be none
            raise StorageBusy(str(getattr(e, "orig", e))) from e
        try:
            kept.begin(self._words, self._patience)
        except BaseException as e:
            self._undo(e)
            raise
        return kept.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is not None:
            self._undo(error)
            return
        try:
            _reach("before.commit", self._purposes)
            self.kept.commit()
        except BaseException as e:
            self._undo(e)
            raise
        self._stock.give_back(self.kept, is_sound=True)
        _reach("after.commit", self._purposes)

    def _undo(self, error: BaseException) -> None:
        self._stock.give_back(self.kept, is_sound=self.kept.roll_back())
        _tell_busy(error)


class _Part:
    """A unit of work within a batch."""

    __slots__ = ("_mine", "_purpose", "_shared")

    def __init__(self, mine: _Mine, shared: Kept, purpose: str) -> None:
        self._mine = mine
        self._shared = shared
        self._purpose = purpose


class _Savepoint(_Part):
    """One on SQLite: what is done within it is kept together, or not at all. The first can be undone without one."""

    __slots__ = ("_is_first",)

    def __enter__(self) -> Connection:
        self._is_first, self._mine.is_untouched = self._mine.is_untouched, False
        if not self._is_first:
            self._shared.driver.execute("SAVEPOINT one")
        return self._shared.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None:
            if not self._is_first:
                self._shared.driver.execute("RELEASE one")
            self._mine.purposes.append(self._purpose)
            return
        try:
            for words in ("ROLLBACK", _BEGIN_TO_WRITE) if self._is_first else ("ROLLBACK TO one", "RELEASE one"):
                self._shared.driver.execute(words)
        except sqlite3.Error as e:
            _tell_busy(error)  # a full disk has ended the whole transaction
            raise StorageBusy(str(e)) from e  # another process came between
        self._mine.is_untouched = self._is_first
        _tell_busy(error)


class _AllOrNothing(_Part):
    """One on PostgreSQL, where nothing of the batch is kept if it fails."""

    __slots__ = ()

    def __enter__(self) -> Connection:
        self._mine.mind_spoilt()
        return self._shared.connection

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None:
            self._mine.purposes.append(self._purpose)
        elif not isinstance(error, AlreadyDelivered):  # said before anything is written
            self._mine.is_spoilt = True
            _tell_busy(error)


def _reach(place: str, purposes: Sequence[str]) -> None:
    for purpose in purposes:
        reach(place, purpose)


def _tell_busy(error: BaseException) -> None:
    """Raise StorageBusy, if this is what the drivers say of a database that can't answer."""
    if isinstance(error, DBAPIError):
        unable = isinstance(error, OperationalError) and not _is_our_mistake(error)
        if unable or error.connection_invalidated or _is_no_database(error):
            raise StorageBusy(str(error.orig)) from error


def _is_our_mistake(error: OperationalError) -> bool:
    """Tell a statement that SQLite can't run (no such table) from a file that can't answer; the driver mixes them."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR


def _is_no_database(error: DBAPIError) -> bool:
    """Tell a database that is none, is broken, or doesn't let us in."""
    if getattr(error.orig, "sqlstate", None) in _NOT_ALLOWED:
        return True
    return getattr(error.orig, "sqlite_errorcode", None) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _check_path(url: URL) -> None:
    if url.host or not url.database or url.database == ":memory:" or "uri" in url.query:
        raise ValueError("SQLite wants a file after three slashes, such as sqlite:///stafet.db")
    if not os.path.isdir(Path(url.database).absolute().parent):  # Path.is_dir() fails where we may not look
        raise ValueError(f"there is no folder for {url.database}")
