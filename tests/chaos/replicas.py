"""Replicas: `python -m bot run` as processes of their own, to be killed, stopped for a while, and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds until a replica must be ready, on a machine that has other things to do."""


class Replica:
    """One process of the bot with a port and a log of its own. `hurried`: leases and settle times are short."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str], *, http: bool, hurried: bool) -> None:
        self.name = name
        self.port = free_port()
        self._folder = folder
        self._http = http
        self._module = "tests.chaos.hurried" if hurried else "bot"
        self._log = folder / f"{name}.log"
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.took_to_stop = 0.0

    @property
    def address(self) -> str:
        """Where Slack's requests go."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    @property
    def is_running(self) -> bool:
        """Tell whether the process is there, stopped for a while or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What it logged in all its lives."""
        return self._log.read_text() if self._log.exists() else ""

    def start(self, **more: str) -> "Replica":
        """Start the process, with `more` in its environment; don't wait."""
        command = [sys.executable, "-m", self._module, "run", *(["--http"] if self._http else [])]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._env | more, cwd=self._folder, stdin=subprocess.DEVNULL, stderr=log, stdout=log
            )
        return self

    def waits_until_ready(self, within: float = PATIENCE) -> float:
        """Wait until it says that it is ready; give how long that took, in seconds."""
        began = time.monotonic()
        while not self.is_ready():
            if not self.is_running or time.monotonic() > began + within:
                raise AssertionError(f"{self.name} didn't get ready:\n{self.log[-4000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        """Ask /readyz."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(15)

    def stop(self, within: float = 15.0) -> None:
        """Ask it to end, and wait; `took_to_stop` is how long that took, in seconds."""
        began = time.monotonic()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(within)
        self.took_to_stop = time.monotonic() - began

    def waits_until_gone(self, within: float = PATIENCE) -> int:
        """Wait until it ended by itself; give its exit code."""
        assert self._process is not None
        return self._process.wait(within)

    def freeze(self) -> None:
        """Stop it for a while, as a machine does that is being moved."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def memory(self) -> int:
        """How much memory it holds, in KiB."""
        assert self._process is not None
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, check=True)
        return int(told.stdout)

    def cores(self) -> set[int]:
        """Which cores it may run on (Linux)."""
        assert self._process is not None
        return os.sched_getaffinity(self._process.pid)

    def _signal(self, what: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(what)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
