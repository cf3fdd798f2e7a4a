"""The same bot over signed HTTP; the stories that are told over both lines stand where all of them do."""

import io
import time

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.playground.server import Playground
from tests.support.lines import SECRET, SIGNED_HTTP
from tests.support.stories import Slack


@pytest.fixture
def line() -> str:
    return SIGNED_HTTP


def test_the_address_proves_itself_and_is_all_that_the_bot_has(slack: Slack, playground: Playground) -> None:
    assert playground.http is not None
    assert slack.loop.run(playground.http.verify())
    assert "T-1" in slack.user("kim").types("/task Call Bo", channel="#acme")
    assert playground.sockets.connections == 0


def test_what_is_not_signed_is_refused_in_one_line(slack: Slack, door: int, caplog: pytest.LogCaptureFixture) -> None:
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
            session.post(f"http://127.0.0.1:{door}/slack/events", data=io.BytesIO(raw), headers=headers) as response,
        ):
            return response.status

    for headers, raw, status in faults:
        caplog.clear()
        assert slack.loop.run(post(headers, raw)) == status, headers
        refusals = [record for record in caplog.records if record.name == "bot.slack.http"]
        assert len(refusals) == 1
        assert refusals[0].exc_info is None
    assert "Nothing here" in slack.user("kim").types("/task list", channel="#acme")


def test_health_and_readiness_are_served(slack: Slack, door: int) -> None:
    async def get(path: str) -> int:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{door}{path}") as response:
            return response.status

    assert slack.loop.run(get("/healthz")) == 200
    assert any(slack.loop.run(get("/readyz")) == 200 for _ in range(10))  # a busy bot says that it isn't
