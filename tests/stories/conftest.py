"""A small Slack and the real bot beside it, for stories that read like the product."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App, build
from bot.playground.server import Playground
from bot.settings import read_settings
from bot.slack import edge
from scheduler import backoff
from tests.support.backstage import PATIENCE, StoryLoop
from tests.support.lines import SECRET, SIGNED_HTTP, SOCKET_MODE
from tests.support.samples import unlike_slack
from tests.support.stories import Slack

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
MONDAY_MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""10:00 in Copenhagen, 11:00 in Tallinn, 12:00 in Istanbul: an ordinary week for everybody."""

RunBot = Callable[..., AbstractContextManager[App]]


@pytest.fixture
def story_loop() -> Iterator[StoryLoop]:
    """Give the playground and the bot a loop of their own."""
    loop = StoryLoop()
    yield loop
    loop.stop()


@pytest.fixture
def patience() -> float | None:
    """For how many seconds Slack and the bot wait for each other; None for their own limits, where they are shown."""
    return PATIENCE


@pytest.fixture(autouse=True)
def _briskly(monkeypatch: pytest.MonkeyPatch, patience: float | None) -> None:
    """Let the bot of a story keep no pace, and let nothing come too late: what a second changes is shown elsewhere."""
    monkeypatch.setattr(backoff, "PACE", timedelta(milliseconds=10))
    if patience:
        monkeypatch.setattr(edge, "DEADLINE", patience)


@pytest.fixture
def line(request: pytest.FixtureRequest) -> str:
    """How Slack reaches the bot."""
    return str(getattr(request, "param", SOCKET_MODE))


@pytest.fixture
def door(line: str) -> int | None:
    """The port where the bot listens over signed HTTP; over Socket Mode it listens nowhere."""
    if line != SIGNED_HTTP:
        return None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def playground(story_loop: StoryLoop, tmp_path: Path, door: int | None, patience: float | None) -> Iterator[Playground]:
    """Start a Slack on this computer that takes whatever it gets; people's clocks show Monday morning."""
    over_http = {"deliver_to": f"http://127.0.0.1:{door}/slack/events", "signing_secret": SECRET} if door else {}
    playground = story_loop.call(lambda: Playground(manifest=MANIFEST, clock_file=tmp_path / "clock", **over_http))
    playground.limits = False
    if patience:
        playground.delivery.ack_within = playground.core.triggers.life = patience
    playground.clock.set((MONDAY_MORNING - datetime.now(UTC)).total_seconds())
    story_loop.run(playground.start(port=0))
    yield playground
    story_loop.run(playground.stop())
    wrong = unlike_slack(playground.core.traffic)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def run_bot(playground: Playground, story_loop: StoryLoop, tmp_path: Path, door: int | None) -> RunBot:
    """Run the bot for a while, as often as a story wants; its database stays."""

    @contextmanager
    def running(*, http: bool = door is not None, **settings: object) -> Iterator[App]:
        given = {
            "slack_bot_token": playground.bot_token,
            "slack_app_token": playground.app_token,
            "slack_api_url": playground.api_url,
            "database_url": f"sqlite:///{tmp_path}/stafet.db",
            "stafet_clock_offset": str(tmp_path / "clock"),
            "stafet_tick_seconds": 0.1,
            "env_file": None,
            **({"slack_signing_secret": SECRET, "port": door} if door else {}),
        }
        app = build(read_settings(**given | settings))
        story_loop.run(app.start(http=http))
        try:
            if not http:
                story_loop.run(playground.connected(within=30))
            yield app
        finally:
            story_loop.run(app.stop())

    return running


@pytest.fixture
def bot(run_bot: RunBot) -> Iterator[App]:
    """Run the bot against the playground."""
    with run_bot() as app:
        yield app


@pytest.fixture
def slack(playground: Playground, story_loop: StoryLoop, bot: App) -> Slack:
    """Give the story its people; the bot is up."""
    return Slack(playground, story_loop)
