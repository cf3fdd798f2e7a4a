"""A world to kill bots in: a small Slack with a stage for every scene, a database, and one bot after the other."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.playground.delivery import Delivery
from bot.playground.sample import BOT, TEAM, sample_workspace
from bot.playground.server import Playground
from bot.playground.state import Channel, User, Workspace
from storage.engine import Database
from storage.exports import export
from storage.tables import errands
from tests.chaos.ledger import ENDS, Ledger
from tests.chaos.nursery import Life, Nursery
from tests.chaos.replicas import free_port
from tests.support.backstage import StoryLoop
from tests.support.stories import Slack

ROOT = Path(__file__).parents[2]
READY = 30.0
"""Seconds until a bot must be ready, on a machine that has other things to do."""
DEAD = 60.0
RETRIES = (0.0, *[1.0] * 240)
"""Slack sends an event three times more, within minutes; here it asks every second, for a bot that is often dead."""
HURRY = {
    "storage.lanes.LEASE": 3,
    "scheduler.errands.LEASE": 3,
    "scheduler.delivery.BEGIN_WITHIN": 1.0,
    "scheduler.errands.BEGIN_WITHIN": 1.0,
    "scheduler.unknown.SETTLE_TIME": 4,
}
"""Leases and settle times of a short run, in seconds."""


class World:
    """One Slack and one database. `hurried`: leases and settle times are short."""

    def __init__(self, folder: Path, database_url: str, *, stages: int, hurried: bool) -> None:
        self.folder = folder
        self.database_url = database_url
        self.hurried = hurried
        self.port = free_port()
        self.loop = StoryLoop()
        self.playground = self.loop.call(lambda: _small_slack(folder, stages))
        self.ledger = Ledger(self.playground.sockets)
        delivery = Delivery(self.playground.core, self.ledger)
        delivery.retry_after = RETRIES
        delivery.ack_within = READY  # what a busy bot has kept is kept, whether it said so in three seconds or in ten
        self.playground.delivery = self.playground.core.reach = delivery
        self.loop.run(self.playground.start(port=0))
        self.slack = Slack(self.playground, self.loop)
        self.kills: Counter[str] = Counter()
        self._nursery = Nursery()
        self._life: Life | None = None
        self._armed = ""

    def close(self) -> None:
        """End everything."""
        self._nursery.close()
        self.loop.run(self.playground.stop())
        self.loop.stop()

    # lives

    def begin(self, fail_point: str = "", **constants: float) -> None:
        """Let a new bot begin, with a fail point armed; don't wait."""
        self.end()
        self.slack.until(lambda: self.playground.sockets.connections == 0 or None)
        more: Mapping[str, Any] = {**(HURRY if self.hurried else {}), **constants}
        settings = self._settings() | ({"STAFET_FAIL_POINT": fail_point} if fail_point else {})
        self._life = self._nursery.bear(settings, folder=self.folder, log=self.folder / "bot.log", constants=more)
        self._armed = fail_point.partition(":")[0]

    def is_up(self, within: float = READY) -> bool:
        """Wait until the bot is connected, or dead; tell which."""
        end = time.monotonic() + within
        while not self.is_dead and time.monotonic() < end:
            if self.playground.sockets.connections:
                return True
            time.sleep(0.01)
        if not self.is_dead:
            raise AssertionError(f"the bot didn't get up:\n{self.last_words}")
        return False

    def lives(self) -> None:
        """Begin a bot that nothing kills, and wait until it is up."""
        self.begin()
        assert self.is_up(), self.last_words

    @property
    def is_dead(self) -> bool:
        """Tell whether the bot is dead."""
        return self._life is None or self._life.ended_by() is not None

    def dies(self, within: float = DEAD) -> None:
        """Wait until the armed fail point kills the bot, and count it. Raises AssertionError where it doesn't."""
        assert self._life is not None
        ended_by = self._life.waits_for_its_end(within)
        if ended_by != signal.SIGKILL:
            raise AssertionError(f"{self._armed}: no kill, but {ended_by}:\n{self.last_words}")
        self.kills[self._armed] += 1

    def end(self) -> None:
        """Kill the bot, unless it is dead."""
        if self._life:
            self._life.kill()
            self._life = None

    @property
    def logged_kills(self) -> Counter[str]:
        """Count the kills as the bots logged them, by fail point."""
        points = (line.partition("fail point ")[2] for line in self._log.splitlines() if ": kill" in line)
        return Counter(point.partition(":")[0] for point in points)

    @property
    def last_words(self) -> str:
        """The end of the log."""
        return self._log[-4000:]

    @property
    def _log(self) -> str:
        log = self.folder / "bot.log"
        return log.read_text() if log.exists() else ""

    def _settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.playground.bot_token,
            "SLACK_APP_TOKEN": self.playground.app_token,
            "SLACK_API_URL": self.playground.api_url,
            "DATABASE_URL": self.database_url,
            "STAFET_CLOCK_OFFSET": str(self.folder / "clock"),
            "STAFET_TICK_SECONDS": "0.2",
            "PORT": str(self.port),
            "STAFET_TIME_ZONE": "UTC",
            "STAFET_WORK_HOURS": "always",
        }

    # what is there

    def rows(self, what: str) -> list[Mapping[str, Any]]:
        """Read everything of one kind from the database."""
        with self._database() as database:
            return list(export(database, what))

    def unfinished(self) -> list[str]:
        """List what still has to come to its end: events that Slack sends again, errands, messages."""
        sent = [one for one in self.playground.core.traffic.deliveries if one.kind == "events_api"]
        taken = {one.payload["event_id"] for one in sent if one.outcome == "acknowledged"}
        untold = {one.payload["event_id"] for one in sent} - taken
        with self._database() as database, database.reading() as connection:
            pending = connection.execute(select(errands.c.kind)).scalars().all()
        rows = [row for row in self.rows("deliveries") if row["state"] not in ENDS]
        return [*untold, *pending, *(f"{row['number']} {row['kind']} {row['state']}" for row in rows)]

    def change_settings(self, change: Callable[[Any], Any]) -> None:
        """Change the workspace's settings, as an admin's form does."""
        from bot.clock import SystemClock
        from storage.unit_of_work import Store

        with self._database() as database, Store(database, SystemClock()).work(TEAM) as uow:
            uow.settings.save(change(uow.settings.get()))

    @contextmanager
    def _database(self) -> Iterator[Database]:
        database = Database(self.database_url)
        try:
            yield database
        finally:
            database.close()


def author_of(stage: int) -> str:
    """Name the one who acts on a stage."""
    return f"anna{stage:03d}"


def partner_of(stage: int) -> str:
    """Name the one to whom it is done."""
    return f"bert{stage:03d}"


def channel_of(stage: int) -> str:
    """Name the channel of a stage; both are in it, and so is the bot."""
    return f"stage-{stage:03d}"


def _small_slack(folder: Path, stages: int) -> Playground:
    playground = Playground(manifest=ROOT / "manifest.yml", workspace=_workspace(stages), clock_file=folder / "clock")
    playground.limits = False
    return playground


def _workspace(stages: int) -> Workspace:
    space = sample_workspace()
    for stage in range(stages):
        pair = [author_of(stage), partner_of(stage)]
        for name in pair:
            id = f"U{name.upper()}"
            space.users[id] = User(id, name, name.title(), TEAM, "en-GB", "Europe/London", "Staff", f"{name}@x.example")
            space.direct(id)
        members = [f"U{name.upper()}" for name in pair]
        id = f"CSTAGE{stage:04d}"
        space.channels[id] = Channel(id, channel_of(stage), members=[*members, BOT])
        space.channels[f"CQUIET{stage:04d}"] = Channel(f"CQUIET{stage:04d}", f"without-{stage:03d}", members=members)
    return space
