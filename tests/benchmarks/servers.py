"""Servers to measure, each a process of its own: the bot, the yardsticks, and what they cost."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.benchmarks.load import SECRET
from tests.benchmarks.standin import StandIn

ROOT = Path(__file__).parents[2]
YARDSTICKS = Path(__file__).parent / "yardsticks"
_PATIENCE = 30.0


class Server:
    """A process that listens."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", port: int, began: float) -> None:
        self.name = name
        self.port = port
        self.began = began
        self._process = process
        self._seen = psutil.Process(process.pid)

    def cpu(self) -> float:
        """Seconds of CPU that it has used so far."""
        return cpu_of(self._seen)

    def memory(self) -> float:
        """Megabytes that it holds now."""
        return float(self._seen.memory_info().rss / 2**20)

    def end(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@asynccontextmanager
async def bot(
    standin: StandIn, folder: Path, *, address: str = "", env: Mapping[str, str] | None = None, http: bool = True
) -> AsyncIterator[Server]:
    """Run `python -m bot run`, as people do, on a database of its own."""
    port = free_port()
    settings = {
        **_clean(folder),
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_APP_TOKEN": "xapp-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": standin.url,
        "DATABASE_URL": address or f"sqlite:///{folder / 'stafet.db'}",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
        **(env or {}),
    }
    command = [sys.executable, "-m", "bot", "run", *(["--http"] if http else [])]
    async with _running("Stafet", command, settings, folder, port) as server:
        yield server


@asynccontextmanager
async def yardstick(
    name: str, *arguments: str, folder: Path, env: Mapping[str, str] | None = None
) -> AsyncIterator[Server]:
    """Run a yardstick: a Python module of `yardsticks/`, or a script for Node."""
    port = free_port()
    with_node = name.endswith(".js")
    command = [shutil.which("node") or "node" if with_node else sys.executable, str(YARDSTICKS / name), *arguments]
    settings = {**_clean(folder), "SLACK_SIGNING_SECRET": SECRET, "PORT": str(port), **(env or {})}
    async with _running(name, command, settings, folder, port) as server:
        yield server


@asynccontextmanager
async def _running(
    name: str, command: Sequence[str], env: Mapping[str, str], folder: Path, port: int
) -> AsyncIterator[Server]:
    began = time.perf_counter()
    log = folder / f"{name.partition('.')[0]}-{port}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=dict(env), cwd=folder, stdout=file, stderr=file)
    server = Server(name, process, port, began)
    try:
        await _listens(process, port, log)
        yield server
    finally:
        await asyncio.to_thread(server.end)


async def _listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.005)
        else:
            writer.close()
            return
    raise RuntimeError(f"it doesn't listen: {log.read_text()[-2000:]}")


def cpu_of(process: psutil.Process) -> float:
    """Seconds of CPU that a process has used, user and system; exact on Linux, else in ticks of 10 ms."""
    if sys.platform == "linux":
        return time.clock_gettime((~process.pid << 3) | 2)  # the kernel's own clock of that process
    used = process.cpu_times()
    return float(used.user + used.system)


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _clean(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "NODE_ENV": "production"}
