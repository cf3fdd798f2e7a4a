"""The fleet: a small Slack with many channels, a database, and any number of replicas between them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.playground import posting
from bot.playground.delivery import Delivery
from bot.playground.sample import BOT, sample_workspace
from bot.playground.server import Playground
from bot.playground.state import Channel, Workspace
from bot.playground.typed_text import as_rich_text
from storage.engine import Database, StorageBusy
from storage.exports import export
from tests.chaos.doors import SECRET, Doors
from tests.chaos.ledger import ENDS, Account, Ledger, account, name_of, said_in
from tests.chaos.replicas import ROOT, Replica
from tests.support.backstage import StoryLoop

PEOPLE = ("UANE000000", "UMARI00000", "UDENIZ0000", "UKIM000000")
KIM = "UKIM000000"
LOOK = 0.2
RETRIES = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, *[30.0] * 10)
"""When what wasn't acknowledged is delivered again. Slack's own are 0, 60 and 300 seconds."""

MOST_UNANSWERED = 20


class Fleet:
    """Everything that a fault run needs. Times are in seconds."""

    def __init__(
        self, folder: Path, database_url: str, *, channels: int = 20, http: bool = True, hurried: bool = False
    ) -> None:
        self.folder = folder
        self.database_url = database_url
        self.replicas: list[Replica] = []
        self._http, self._hurried = http, hurried
        self._loop = StoryLoop()
        self.playground = self._loop.call(lambda: self._open_slack(channels))
        self._doors = Doors()
        self.ledger = Ledger(self._doors if http else self.playground.sockets)
        self.delivery = Delivery(self.playground.core, self.ledger)
        self.delivery.retry_after = RETRIES
        self.playground.delivery = self.playground.core.reach = self.delivery
        self._asked = 0
        self._written: set[str] = set()
        self._loop.run(self.playground.start(port=0))

    def _open_slack(self, channels: int) -> Playground:
        workspace = busy_workspace(channels)
        slack = Playground(manifest=ROOT / "manifest.yml", workspace=workspace, clock_file=self.folder / "clock")
        slack.core.tiers = False  # a run does in minutes what people do in days; the pace of posts stays
        return slack

    # replicas

    def start(self, count: int = 1, **environment: str) -> list[Replica]:
        """Start replicas beside those that run, and wait until all are ready."""
        new = [self._replica(len(self.replicas) + number) for number in range(1, count + 1)]
        self.replicas += new
        for replica in new:
            replica.start(**environment)
        for replica in new:
            replica.waits_until_ready()
        self._loop.call(lambda: self._doors.lead_to(replica.address for replica in new))
        return new

    def another(self) -> Replica:
        """Make one more replica that nobody waits for and Slack doesn't reach."""
        self.replicas.append(self._replica(len(self.replicas) + 1))
        return self.replicas[-1]

    def close(self) -> None:
        """End every process and the small Slack."""
        for replica in self.replicas:
            replica.kill()
        self._loop.run(self._doors.close())
        self._loop.run(self.playground.stop())
        self._loop.stop()

    def _replica(self, number: int) -> Replica:
        return Replica(f"replica-{number}", self.folder, self._settings(), http=self._http, hurried=self._hurried)

    def _settings(self) -> Mapping[str, str]:
        transport = {"SLACK_SIGNING_SECRET": SECRET} if self._http else {"SLACK_APP_TOKEN": self.playground.app_token}
        return {
            **transport,
            "SLACK_BOT_TOKEN": self.playground.bot_token,
            "SLACK_API_URL": self.playground.api_url,
            "DATABASE_URL": self.database_url,
            "STAFET_CLOCK_OFFSET": str(self.folder / "clock"),
            "STAFET_TICK_SECONDS": "1",
            "STAFET_TIME_ZONE": "UTC",
            "STAFET_WORK_HOURS": "always",
        }

    # what people do

    def people_write(
        self,
        count: int,
        *,
        a_second: float,
        due: str = "",
        times: Callable[[], int] = lambda: 1,
        patiently: bool = True,
    ) -> range:
        """Have people ask for so many more tasks in messages, each delivered `times()` times at once.

        `patiently`: they wait while 20 have no answer, so that a slow machine isn't what is tested.
        """
        new, within = self._next(count), 1200 if patiently else count / a_second + 60
        self._loop.run(self._write(new, a_second, due, times, patiently), within=within)
        return new

    def people_command(self, count: int, *, a_second: float, due: str = "") -> range:
        """Have people ask for so many more tasks with /task; it ends when every command was answered or failed."""
        new = self._next(count)
        self._loop.run(self._command(new, a_second, due), within=count / a_second + 60)
        return new

    def clock_goes_on(self, by: timedelta) -> None:
        """Move people's clocks."""
        self._loop.call(lambda: self.playground.clock.forward(by.total_seconds()))

    def _next(self, count: int) -> range:
        self._asked += count
        return range(self._asked - count, self._asked)

    async def _write(
        self, numbers: range, a_second: float, due: str, times: Callable[[], int], patiently: bool
    ) -> None:
        async for number in _paced(numbers, a_second):
            while patiently and len(self._written - self.ledger.acknowledged) >= MOST_UNANSWERED:  # noqa: ASYNC110
                await asyncio.sleep(LOOK / 10)
            self._written.add(name_of(number))
            self.playground.deliver_times(times())
            channel = self._channel(number)
            text = f"task: {name_of(number)} {due}".strip()
            content = {"text": text, "blocks": as_rich_text(text), "thread_ts": None}
            posting.post(self.playground.core, channel, PEOPLE[number % len(PEOPLE)], content)
            self.playground.deliver_times(1)

    async def _command(self, numbers: range, a_second: float, due: str) -> None:
        commands = []
        async for number in _paced(numbers, a_second):
            text = f"/task {name_of(number)} {due}".strip()
            types = self.playground.people.types(KIM, self._channel(number).id, text)
            commands.append(asyncio.create_task(types))
        await asyncio.gather(*commands)

    def _channel(self, number: int) -> Channel:
        wide = [channel for channel in self.playground.workspace.channels.values() if channel.name.startswith("wide")]
        return wide[number % len(wide)]

    # what becomes of it

    def waits_until_answered(self, within: float = 300.0) -> None:
        """Wait until everything that was asked for was acknowledged."""
        self.waits_until(lambda: len(self.ledger.acknowledged) == self._asked, within, "acknowledged")

    def waits_until_ended(self, within: float = 300.0) -> float:
        """Wait until every row of the outbox has come to an end; give how long that took."""
        began = time.monotonic()
        self.waits_until(lambda: self._waiting() == 0, within, "ended")
        return time.monotonic() - began

    def waits_until(self, is_so: Callable[[], bool], within: float, what: str) -> None:
        """Wait until something is so."""
        end = time.monotonic() + within
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError(f"not all {what} within {within:.0f} s: {self.account()}\n{self.complaints()}")
            time.sleep(LOOK)

    def account(self) -> Account:
        """Say what became of everything."""
        return self._loop.call(lambda: account(self.ledger, self.database_url, self.playground))

    def complaints(self) -> str:
        """Give the last lines of every replica's log, without the tracebacks."""
        return "\n".join(f"{one.name}: {line[:300]}" for one in self.replicas for line in one.log.splitlines()[-5:])

    @property
    def faults(self) -> Counter[str]:
        """How often the small Slack failed on purpose, by the fault's name, and refused a post for its pace."""
        return self.playground.core.faults.happened + Counter(pace=self.playground.core.pace.refused)

    @property
    def database_file(self) -> Path:
        """Where the SQLite file is."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    def posts(self) -> int:
        """Count what the bot has posted so far."""
        return self._loop.call(lambda: len(said_in(self.playground)))

    def rows(self, kind: str) -> int:
        """Count the rows of the outbox of one kind."""
        return sum(row["kind"] == kind for row in self._rows())

    def lags(self) -> list[tuple[str, float]]:
        """Say for each card that answers a message in which channel it stands, and how long after the message."""
        said = self._loop.call(lambda: said_in(self.playground))
        return [(m.channel, float(m.ts) - float(m.thread_ts)) for m in said if m.thread_ts]

    def posted_at(self, channel: str) -> list[float]:
        """Say when (Unix seconds) each post came into a channel."""
        said = self._loop.call(lambda: said_in(self.playground))
        return [float(message.ts) for message in said if message.channel == channel]

    def do(self, work: Callable[[], None]) -> None:
        """Do something to the small Slack, such as `fleet.do(lambda: fleet.playground.down())`."""
        self._loop.call(work)

    def _waiting(self) -> int:
        try:
            return sum(row["state"] not in ENDS for row in self._rows())
        except StorageBusy:
            return -1

    def _rows(self) -> list[dict[str, Any]]:
        database = Database(self.database_url)
        try:
            return list(export(database, "deliveries"))
        finally:
            database.close()


def busy_workspace(channels: int) -> Workspace:
    """Build the sample workspace with many more channels in it."""
    space = sample_workspace()
    for number in range(channels):
        id = f"CWIDE{number:05d}"
        space.channels[id] = Channel(id, f"wide-{number}", members=[*PEOPLE, BOT])
    return space


def often(most: int, seed: int = 7) -> Callable[[], int]:
    """Choose by chance how often something is delivered: 1 to `most` times, the same in every run."""
    chance = random.Random(seed)
    return lambda: chance.randint(1, most)


async def _paced(numbers: Iterable[int], a_second: float) -> AsyncIterator[int]:
    began = time.monotonic()
    for step, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, began + step / a_second - time.monotonic()))
        yield number
