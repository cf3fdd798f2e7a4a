"""A nursery of bots: one process imports the program once, and every life that is asked for is forked from it.

A bot from here is the same program as `python -m bot`, a process of its own that can be killed and stopped; it only
saves the second that importing takes, which is what a run of thousands of kills consists of.

    nursery = Nursery()
    life = nursery.bear({"DATABASE_URL": …}, folder=…, log=…)
    life.waits_for_its_end(within=10)
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOOK = 0.01


class Life:
    """One process of the bot's."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self._ended_by: int | None = None

    def ended_by(self) -> int | None:
        """Get the signal that ended it, minus the exit code where none did; None while it lives."""
        if self._ended_by is None:
            self._ended_by = self._nursery.ask("look", pid=self.pid)
        return self._ended_by

    def waits_for_its_end(self, within: float) -> int | None:
        """Wait for so many seconds at most; say what ended it."""
        end = time.monotonic() + within
        while self.ended_by() is None and time.monotonic() < end:
            time.sleep(LOOK)
        return self.ended_by()

    def kill(self) -> None:
        """Kill it as a power cut would; it may be dead already."""
        if self.ended_by() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.waits_for_its_end(within=10)


class Nursery:
    """The process that the others are forked from."""

    def __init__(self) -> None:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/")}
        command = [sys.executable, "-m", "tests.chaos.nursery"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload]

    def bear(
        self, settings: Mapping[str, str], *, folder: Path, log: Path, constants: Mapping[str, Any] | None = None
    ) -> Life:
        """Start a bot. `constants` are module constants to change in it, as `{"scheduler.timers.UPKEEP_AFTER": 1.0}`.

        A number stands for seconds where the constant is a timedelta.
        """
        asked = {"settings": dict(settings), "folder": str(folder), "log": str(log), "constants": dict(constants or {})}
        return Life(self, int(self.ask("bear", **asked)))

    def ask(self, what: str, **more: Any) -> Any:
        """Ask the process for something."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"what": what, **more}), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End it, and every bot of its."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _serve() -> None:
    """Fork bots for as long as somebody asks."""
    from bot import cli  # everything that a bot needs, once

    alive: set[int] = set()
    try:
        _answer(cli.main, alive)
    finally:
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _answer(main: Any, alive: set[int]) -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["what"] == "bear":
            pid = os.fork()
            if pid == 0:
                _live(main, **{name: asked[name] for name in ("settings", "folder", "log", "constants")})
            alive.add(pid)
            answer: int | None = pid
        else:
            ended, status = os.waitpid(asked["pid"], os.WNOHANG)
            alive.discard(ended)
            answer = _what_ended(status) if ended else None
        print(json.dumps(answer), flush=True)


def _live(main: Any, settings: Mapping[str, str], folder: str, log: str, constants: Mapping[str, Any]) -> None:
    """Be a bot, in the forked process; never return."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, theirs)
    os.environ.update(settings)
    os.chdir(folder)
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        kind = type(getattr(importlib.import_module(module), constant))
        setattr(sys.modules[module], constant, kind(seconds=value) if kind.__name__ == "timedelta" else value)
    code = 1
    try:
        main(["run"], prog_name="python -m bot")
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os._exit(code)


def _what_ended(status: int) -> int:
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


if __name__ == "__main__":
    _serve()
