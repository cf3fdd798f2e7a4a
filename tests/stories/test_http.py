"""The same bot over signed HTTP."""

import io
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.app import App, build
from bot.playground.server import Playground
from bot.settings import read_settings
from tests.stories.conftest import MANIFEST, MONDAY_MORNING
from tests.support.stories import Slack, StoryLoop

SECRET = "a-signing-secret"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def playground(story_loop: StoryLoop, tmp_path: Path, port: int) -> Iterator[Playground]:
    """A Slack that delivers over HTTP."""
    deliver_to = f"http://127.0.0.1:{port}/slack/events"
    playground = story_loop.call(
        lambda: Playground(
            manifest=MANIFEST, clock_file=tmp_path / "clock", deliver_to=deliver_to, signing_secret=SECRET
        )
    )
    playground.clock.set((MONDAY_MORNING - datetime.now(UTC)).total_seconds())
    story_loop.run(playground.start(port=0))
    yield playground
    story_loop.run(playground.stop())


@pytest.fixture
def bot(playground: Playground, story_loop: StoryLoop, tmp_path: Path, port: int) -> Iterator[App]:
    settings = read_settings(
        slack_bot_token=playground.bot_token,
        slack_signing_secret=SECRET,
        slack_api_url=playground.api_url,
        database_url=f"sqlite:///{tmp_path}/stafet.db",
        stafet_clock_offset=str(tmp_path / "clock"),
        stafet_tick_seconds=0.1,
        port=port,
        _env_file=None,
    )
    app = build(settings)
    story_loop.run(app.start(http=True))
    yield app
    story_loop.run(app.stop())


def test_a_task_goes_its_whole_way_over_http(slack: Slack, playground: Playground) -> None:
    slack.loop.run(playground.http.verify())
    answer = slack.user("kim").types("/task Send the payload to Acme friday 15:00", channel="#acme")
    assert "Friday 5 March 2027" in answer or "Friday, 5 March 2027" in answer
    card = slack.channel("#acme").waits_for("Send the payload")
    slack.user("mari").presses("task.done", on=card)
    card.changes_to("Reopen")
    slack.user("kim").says("task: call Bo", channel="#acme")
    slack.channel("#acme").waits_for("*call Bo*")


def test_what_is_not_signed_is_refused_in_one_line(slack: Slack, port: int, caplog: pytest.LogCaptureFixture) -> None:
    body = b"command=/task&text=hello&team_id=TNORDLYS01&user_id=UKIM000000"
    now = str(int(time.time()))
    good = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body)
    old, ahead = str(int(now) - 310), str(int(now) + 320)
    of_then = {at: SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body) for at in (old, ahead)}
    faults = [
        ({}, body, 401),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=00"}, body, 401),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good}, body + b"x", 401),
        ({"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": good}, body, 401),
        ({"X-Slack-Request-Timestamp": str(int(now) - 10), "X-Slack-Signature": good}, body, 401),
        ({"X-Slack-Request-Timestamp": old, "X-Slack-Signature": of_then[old]}, body, 401),
        ({"X-Slack-Request-Timestamp": ahead, "X-Slack-Signature": of_then[ahead]}, body, 401),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=é"}, body, 401),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good}, b"x" * (1024 * 1024 + 1), 400),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": good}, b"\xff\xfe", 401),
    ]

    async def post(headers: dict[str, str], raw: bytes) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/slack/events", data=io.BytesIO(raw), headers=headers) as response,
        ):
            return response.status

    for headers, raw, status in faults:
        caplog.clear()
        assert slack.loop.run(post(headers, raw)) == status, headers
        refusals = [record for record in caplog.records if record.name == "bot.slack.http"]
        assert len(refusals) == 1
        assert refusals[0].exc_info is None
    assert "Nothing here" in slack.user("kim").types("/task list", channel="#acme")


def test_health_and_readiness_are_served(slack: Slack, port: int) -> None:
    async def get(path: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
            return response.status

    assert slack.loop.run(get("/healthz")) == 200
    assert slack.loop.run(get("/readyz")) == 200
