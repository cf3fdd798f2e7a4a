"""The bot as a process of its own, to be killed and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.playground.server import Playground
from tests.support.backstage import StoryLoop

ROOT = Path(__file__).parents[2]


class BotProcess:
    """`python -m bot run` against a playground, with the four settings that it needs, the clock, and `more` of them."""

    def __init__(self, playground: Playground, loop: StoryLoop, folder: Path, database_url: str, **more: str) -> None:
        self._playground = playground
        self._loop = loop
        self._log = folder / "bot.log"
        self._folder = folder
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": playground.bot_token,
            "SLACK_APP_TOKEN": playground.app_token,
            "SLACK_API_URL": playground.api_url,
            "DATABASE_URL": database_url,
            "STAFET_CLOCK_OFFSET": str(folder / "clock"),
            "STAFET_TICK_SECONDS": "0.2",
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> None:
        """Start it, and wait until its socket is up."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "run", *arguments]
            self._process = subprocess.Popen(command, env=self._env, cwd=self._folder, stderr=log, stdout=log)
        self._loop.run(self._playground.connected(within=60))

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def run(self, *arguments: str) -> str:
        """Run another command of the bot's beside it; give what it printed."""
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(command, env=self._env, cwd=self._folder, capture_output=True, text=True, check=True)
        return done.stdout

    @property
    def log(self) -> str:
        """What it logged so far."""
        return self._log.read_text()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(15)
            self._process = None


@contextmanager
def ending(bot: BotProcess) -> Iterator[BotProcess]:
    """End it whatever happens."""
    try:
        yield bot
    finally:
        bot.kill()


@contextmanager
def database_held(path: Path, seconds: float) -> Iterator[None]:
    """Hold a SQLite file from another process for a while."""
    code = (
        "import sqlite3, sys, time\n"
        "held = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "held.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True)\n"
        "time.sleep(float(sys.argv[2]))\n"
        "held.execute('ROLLBACK')\n"
    )
    command = [sys.executable, "-c", code, str(path), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield
    finally:
        process.wait(seconds + 10)
        process.stdout.close()
