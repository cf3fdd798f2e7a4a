"""Stafet without its timers, beside a small Slack: a test says when delivery runs, and what time it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import App, build
from bot.domain.commands import AddTask
from bot.domain.members import Actor
from bot.domain.tasks import Task
from bot.domain.workspaces import Workspace
from bot.playground.server import Playground
from bot.settings import read_settings
from storage.engine import Database
from storage.tables import outbox
from tests.support.backstage import StoryLoop
from tests.support.clocks import FixedClock
from tests.support.stories import Slack

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY_MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LONG_ENOUGH = timedelta(seconds=80)
"""Lease and settle time are over."""


@dataclass(frozen=True)
class Bench:
    """The parts of a bot whose delivery runs when a test says so."""

    app: App
    playground: Playground
    slack: Slack
    loop: StoryLoop
    clock: FixedClock

    def deliver(self) -> None:
        """Send what is due, and find out about what is unknown."""
        self.loop.run(self._deliver())

    def deliver_what_is_quick(self) -> None:
        """Begin to send what is due, and wait for nothing."""
        self.loop.run(self.app.delivery.run())

    async def _deliver(self) -> None:
        delivery = self.app.delivery
        await delivery.run()
        while delivery.is_sending:
            await delivery.settled()
            await delivery.run()
        await self.app.unknown.resolve()

    def wait(self, seconds: float = 5) -> None:
        """Let time pass, and send what is due then."""
        self.clock.both_forward(seconds=seconds)
        self.deliver()

    def settle(self) -> None:
        """Let the settle time of unknown sends pass, find out about them, and send what waited for that."""
        self.wait(LONG_ENOUGH.total_seconds())
        for _ in range(3):
            self.wait()

    def actor(self, name: str) -> Actor:
        """Act as somebody."""
        return Actor(workspace=self.playground.workspace.id, member=self.slack.user(name).user.id)

    def channel(self, name: str) -> str:
        """Name a channel by its id."""
        return self.slack.channel(name).id

    def records(self, title: str, *, by: str = "ane", **more: object) -> Task:
        """Record a task."""
        asked_in = more.pop("asked_in", self.channel("#acme"))
        command = AddTask(title=title, asked_in=asked_in, **more)  # type: ignore[arg-type]
        return self.app.services.tasks.add(self.actor(by), command).details.task

    def states(self) -> dict[str, str]:
        """List how far each message has come, by its key."""
        with self.app.database.reading() as connection:
            return {row.key: row.state for row in connection.execute(select(outbox.c.key, outbox.c.state))}


@pytest.fixture
def story_loop() -> Iterator[StoryLoop]:
    """Give the playground and the bot a loop of their own."""
    loop = StoryLoop()
    yield loop
    loop.stop()


@pytest.fixture
def playground(story_loop: StoryLoop) -> Iterator[Playground]:
    """Start a Slack on this computer, without pace."""
    playground = story_loop.call(lambda: Playground(manifest=MANIFEST))
    playground.limits = False
    story_loop.run(playground.start(port=0))
    yield playground
    story_loop.run(playground.stop())


@pytest.fixture
def bench(playground: Playground, story_loop: StoryLoop, database: Database) -> Iterator[Bench]:
    """Build the bot on each kind of database; nothing in it runs by itself."""
    clock = FixedClock(MONDAY_MORNING, machine_at=datetime.now(UTC))
    settings = read_settings(
        slack_bot_token=playground.bot_token,
        slack_app_token=playground.app_token,
        slack_api_url=playground.api_url,
        database_url=database.url.render_as_string(hide_password=False),
        env_file=None,
    )
    app = build(settings, clock=clock)
    told = story_loop.run(app.gateway.identity())
    app.services.upkeep.install(
        Workspace(id=told.workspace, name="Nordlys", url=told.url, bot_user=told.bot_user, bot_id=told.bot_id)
    )
    app.services.people.learn(told.workspace, story_loop.run(app.gateway.members())[0])
    yield Bench(app, playground, Slack(playground, story_loop), story_loop, clock)
    story_loop.run(app.gateway.close())  # type: ignore[attr-defined]
    app.workers.close()
    app.database.close()
