"""What is acknowledged is kept: while the database can't keep it, nothing is."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.app import App
from bot.playground.server import Playground
from bot.slack.edge import DEADLINE
from handlers import ROUTES
from handlers.routes import Command, EventRoute
from tests.support.backstage import StoryLoop
from tests.support.deliveries import Somebody
from tests.support.outgoing import was_put

TASK = next(route for route in ROUTES if isinstance(route, Command) and route.name == "/task")
MESSAGE = next(route for route in ROUTES if isinstance(route, EventRoute) and route.kind == "message")


@pytest.fixture
def patience() -> None:
    """Keep the limits of Slack and of the bot: this is where they are shown."""


@pytest.fixture
def kim(playground: Playground) -> Somebody:
    """Kim, in the channel about Acme."""
    workspace = playground.workspace.id
    return Somebody(id="UKIM000000", home=workspace, team=workspace, channel="CACME00001")


@contextmanager
def locked(bot: App) -> Iterator[None]:
    """Hold the database as another process would."""
    holder = sqlite3.connect(str(bot.database.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.execute("ROLLBACK")
    holder.close()


def is_kept(bot: App, workspace: str) -> bool:
    return was_put(bot.database, workspace, "card:T-1:1")


def time_of_a_no(bot: App, body: dict[str, Any], story_loop: StoryLoop) -> float:
    """Send what can't be kept; give in how many seconds that was said."""
    began = time.monotonic()
    assert story_loop.run(bot.edge.receive(body)).status == 503
    return time.monotonic() - began


def test_an_event_that_can_not_be_kept_is_not_acknowledged(bot: App, kim: Somebody, story_loop: StoryLoop) -> None:
    body = kim.uses(MESSAGE, words="task: Send the offer")
    with locked(bot):
        took = (time_of_a_no(bot, body, story_loop) for _ in range(3))
        assert any(seconds < DEADLINE + 0.7 for seconds in took)  # the machine may have other things to do
    assert not is_kept(bot, kim.home)
    assert story_loop.run(bot.edge.receive(body)).status == 200
    assert is_kept(bot, kim.home)


def test_a_command_that_can_not_be_kept_says_so(bot: App, kim: Somebody, story_loop: StoryLoop) -> None:
    body = kim.uses(TASK, words="Send the offer")
    with locked(bot):
        answer = story_loop.run(bot.edge.receive(body))
    assert (answer.status, "try again" in answer.body) == (200, True)
    assert not is_kept(bot, kim.home)
    assert "T-1" in story_loop.run(bot.edge.receive(kim.uses(TASK, words="Send the offer"))).body
    assert is_kept(bot, kim.home)
