"""Whatever comes twice, at the same instant or minutes later, counts once: over both transports, on both databases.

A day's work is told once, then again from the beginning; and in another world everything twice at the same instant.
"""

import asyncio
import dataclasses
import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, build
from bot.playground.core import Answer
from bot.playground.delivery import Line
from bot.playground.http_delivery import HttpDelivery
from bot.playground.server import Playground
from bot.playground.state import Json
from bot.settings import read_settings
from tests.stories.conftest import MANIFEST, MONDAY_MORNING
from tests.support.backstage import PATIENCE, StoryLoop
from tests.support.databases import Postgres
from tests.support.seen import Seen
from tests.support.stories import Slack

SECRET = "a-signing-secret"
SAID = ("chat.postMessage", "chat.postEphemeral", "chat.delete", "reactions.add", "views.open", "views.push")
TABLES = ("tasks", "handoffs", "customers", "prompts", "timeline", "errands", "notices")


class Repeating:
    """A line that tells everything so many times at the same instant, and remembers what it told."""

    def __init__(self, line: Line, times: int) -> None:
        self.told: list[tuple[str, Json]] = []
        self.failures: list[str] = []
        self._line = line
        self._times = times

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Deliver, and give the answer that says something."""
        self.told.append((kind, payload))
        answers = await asyncio.gather(*(self.send_once(kind, payload) for _ in range(self._times)))
        return next((answer for answer in answers if answer.body), answers[0])

    async def send_once(self, kind: str, payload: Json) -> Answer:
        """Deliver one copy."""
        answer = await self._line.send(kind, payload, attempt=0, reason="", within=PATIENCE)
        if answer.failure:
            self.failures.append(f"{kind}: {answer.failure}")
        return answer


@dataclasses.dataclass(frozen=True)
class World:
    """A Slack, a bot, and the line between them."""

    slack: Slack
    bot: App
    line: Repeating

    def settles(self) -> None:
        """Wait until everybody has their answer."""
        time.sleep(0.05)
        told = self.slack.playground.core.traffic.deliveries
        assert self.slack.until(lambda: all(one.outcome != "sent" for one in told) or None)
        self.slack.loop.run(self.bot.edge.settled())

    def rests(self) -> None:
        """Wait until everything that was to be said is said."""
        self.settles()
        end = time.monotonic() + PATIENCE
        while self._open() and time.monotonic() < end:
            time.sleep(0.02)

    def _open(self) -> int:
        with self.bot.database.reading() as connection:
            waiting = "SELECT (SELECT count(*) FROM outbox WHERE state IN ('new', 'sending')) + count(*) FROM errands"
            return int(connection.exec_driver_sql(waiting).scalar_one())

    def facts(self) -> dict[str, Any]:
        """Count everything that came of it."""
        playground = self.slack.playground
        with self.bot.database.reading() as connection:
            rows = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in TABLES}
            sayings = connection.exec_driver_sql("SELECT saying, count(*) FROM outbox GROUP BY saying").all()
        channels = playground.workspace.channels.values()
        return {
            "rows": rows,
            "sayings": dict(tuple(row) for row in sayings),
            "calls": Counter(call.method for call in playground.core.traffic.calls if call.method in SAID),
            "whispers": sorted(m.text for channel in channels for m in channel.ephemerals.values()),
        }


@contextmanager
def world(folder: Path, address: str, *, http: bool, times: int) -> Iterator[World]:
    """Start a Slack that tells everything so many times, and a bot."""
    folder.mkdir()
    loop = StoryLoop()
    playground = loop.call(lambda: Playground(manifest=MANIFEST, clock_file=folder / "clock"))
    playground.clock.set((MONDAY_MORNING - datetime.now(UTC)).total_seconds())
    playground.limits = False
    playground.delivery.ack_within = playground.core.triggers.life = PATIENCE
    loop.run(playground.start(port=0))
    settings = read_settings(
        slack_bot_token=playground.bot_token,
        slack_app_token=playground.app_token,
        slack_signing_secret=SECRET,
        slack_api_url=playground.api_url,
        database_url=address,
        stafet_clock_offset=str(folder / "clock"),
        stafet_tick_seconds=0.1,
        port=0,
        env_file=None,
    )
    app = build(settings)
    loop.run(app.start(http=http))
    door = HttpDelivery(f"http://127.0.0.1:{app.port}/slack/events", SECRET)
    if not http:
        loop.run(playground.connected())
    line = Repeating(door if http else playground.sockets, times)
    playground.delivery._line = line
    try:
        yield World(Slack(playground, loop), app, line)
    finally:
        loop.run(app.stop())
        loop.run(door.close())
        loop.run(playground.stop())
        loop.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Give fresh databases of each kind, as many as are asked for."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("migrated_file")
        numbers = iter(range(9))

        def copy() -> str:
            path = tmp_path / f"{next(numbers)}.db"
            shutil.copy(template, path)
            return f"sqlite:///{path}"

        yield copy
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    names: list[str] = []

    def create() -> str:
        names.append(postgres.create())
        return postgres.address(names[-1])

    yield create
    for name in names:
        postgres.drop(name)


def day(world: World) -> None:
    """Work for a while: commands, clicks, forms and shortcuts."""
    slack, settles = world.slack, world.settles
    kim, mari = slack.user("kim"), slack.user("mari")

    def card(text: str) -> Seen:
        settles()
        return slack.channel("#acme").waits_for(text)

    kim.types("/customer add Fjord", channel="#acme")
    kim.types("/task Call Bo @mari", channel="#acme")
    mari.presses("task.done", on=card("Call Bo"))
    settles()
    mari.presses("task.reopen", on=card("Call Bo"))
    settles()
    mari.presses("task.more", on=card("Call Bo"))
    settles()
    mari.presses("task.block", on=card("Call Bo"))
    mari.form().fill(reason="no answer").submits()
    settles()
    kim.types("/task", channel="#general")
    kim.form().fill(title="Write to Ida").submits()
    settles()
    kim.uses_shortcut("task.new")
    kim.form().fill(title="From a shortcut").submits()
    settles()


def more_of_the_day(world: World) -> None:
    """Work on: messages, a handoff, and what is only looked at."""
    slack, settles = world.slack, world.settles
    kim, mari = slack.user("kim"), slack.user("mari")

    message = kim.says("the printer is broken", channel="#ops")
    kim.uses_shortcut("task.from_message", on=message)
    kim.form().submits()
    settles()
    kim.uses_shortcut("task.from_message", on=message)
    settles()
    other = kim.says("the lamp is broken", channel="#borealis")
    kim.reacts("pushpin", on=other)
    settles()
    kim.says("task: water the plants", channel="#general")
    kim.says("<@USTAFET001> task: feed the cat", channel="#ops")
    kim.says("hello")
    settles()
    kim.edits(message, "the printer is on fire")
    settles()
    kim.types("/handoff Fjord to @mari: they were promised a draft by friday", channel="#acme")
    kim.form().fill(state="Begun", next_step="Call Ida").submits()
    settles()
    mari.presses("handoff.accept", on=slack.dm("mari").waits_for("promised a draft"))
    mari.form().fill(next_step="Call Ida").submits()
    settles()
    kim.types("/task list", channel="#acme")
    kim.types("/task T-99", channel="#acme")
    kim.types("/stafet settings", channel="#acme")
    settles()


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_what_is_told_twice_at_the_same_instant_or_again_later_counts_once(
    tmp_path: Path, address: Callable[[], str], transport: str
) -> None:
    http = transport == "http"
    with world(tmp_path / "once", address(), http=http, times=1) as once:
        day(once)
        more_of_the_day(once)
        once.rests()
        wanted = once.facts()
        for kind, payload in list(once.line.told):
            once.slack.loop.run(once.line.send_once(kind, payload))
        once.rests()
        assert once.line.failures == []
        assert once.facts() == wanted
    assert wanted["rows"]["tasks"] >= 7
    with world(tmp_path / "twice", address(), http=http, times=2) as twice:
        day(twice)
        more_of_the_day(twice)
        twice.rests()
        assert twice.line.failures == []
        assert twice.facts() == wanted


def test_what_was_possible_when_it_was_told_is_no_mistake_when_it_is_told_again(
    slack: Slack, playground: Playground
) -> None:
    slack.user("kim").types("/task", channel="#acme")
    due = MONDAY_MORNING + timedelta(minutes=2)
    slack.user("kim").form().fill(title="Call Bo", due=due).submits()
    slack.channel("#acme").waits_for("Call Bo")
    sent = next(one for one in playground.core.traffic.deliveries if "view" in one.payload)
    slack.clock.forward(minutes=3)
    again = slack.run(playground.delivery._line.send(sent.kind, sent.payload, attempt=0, reason="", within=PATIENCE))
    assert (again.failure, again.body) == ("", None)
    other = slack.do(lambda: json.loads(json.dumps(sent.payload)))
    other["view"]["hash"] = "another"
    new = slack.run(playground.delivery._line.send(sent.kind, other, attempt=0, reason="", within=PATIENCE))
    assert new.body["response_action"] == "errors"
