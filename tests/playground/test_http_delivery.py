"""Signed HTTP, as an address of the bot's own meets it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.playground.server import Playground
from tests.playground.parts import MANIFEST, button

SECRET = "a signing secret"
Answering = Callable[[str], web.Response]


class Bot:
    """Keep what is posted and answer as a test wants."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], str]] = []
        self.answer: Answering = lambda _body: web.Response()

    async def handle(self, request: web.Request) -> web.Response:
        """Take one request."""
        body = await request.text()
        self.heard.append((dict(request.headers), body))
        return self.answer(body)


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest_asyncio.fixture
async def http(bot: Bot, tmp_path: Path) -> AsyncIterator[Playground]:
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    server = TestServer(app)
    await server.start_server()
    address = str(server.make_url("/slack/events"))
    playground = Playground(manifest=MANIFEST, deliver_to=address, signing_secret=SECRET)
    await playground.start()
    yield playground
    await playground.stop()
    await server.close()


async def heard(bot: Bot, count: int) -> None:
    async with asyncio.timeout(30):
        while len(bot.heard) < count:  # noqa: ASYNC110 - what is waited for is a list that grows
            await asyncio.sleep(0.01)


async def test_every_request_is_signed_over_its_raw_body(http: Playground, bot: Bot) -> None:
    await http.people.types("ane", "#acme", "/task blåbær & co")
    await http.people.types("ane", "#acme", "hello")
    await heard(bot, 2)
    for headers, body in bot.heard:
        assert SignatureVerifier(SECRET).is_valid_request(body, headers)
        assert not SignatureVerifier("wrong").is_valid_request(body, headers)


async def test_a_command_is_a_form_and_its_answer_is_the_body(http: Playground, bot: Bot) -> None:
    bot.answer = lambda _body: web.json_response({"text": "Noted", "response_type": "in_channel"})
    outcome = await http.people.types("ane", "#acme", "/task x")
    headers, body = bot.heard[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body)["command"] == ["/task"]
    assert parse_qs(body)["text"] == ["x"]
    assert outcome.message is not None
    assert outcome.message.visible_to is None
    assert outcome.message.text == "Noted"


async def test_a_plain_text_answer_is_shown_too(http: Playground, bot: Bot) -> None:
    bot.answer = lambda _body: web.Response(text="plainly noted")
    outcome = await http.people.types("ane", "#acme", "/task x")
    assert outcome.message is not None
    assert outcome.message.text == "plainly noted"


@pytest.mark.parametrize("status", [404, 500, 302])
async def test_a_command_that_is_refused_failed(http: Playground, bot: Bot, status: int) -> None:
    bot.answer = lambda _body: web.Response(status=status)
    assert "dispatch_failed" in (await http.people.types("ane", "#acme", "/task x")).error


async def test_a_click_comes_as_a_payload_field(http: Playground, bot: Bot) -> None:
    channel = http.workspace.channels["CACME00001"]
    from bot.playground.posting import content_of, post_as_bot

    blocks = [{"type": "actions", "block_id": "b", "elements": [button("task.done", value="T-1")]}]
    message = post_as_bot(http.core, channel, content_of({"text": "card", "blocks": blocks}))
    await http.people.presses("mari", message, ("b", "task.done"))
    bodies = [body for _, body in bot.heard if body.startswith("payload=")]
    payload: dict[str, Any] = json.loads(parse_qs(bodies[0])["payload"][0])
    assert payload["type"] == "block_actions"
    assert payload["actions"][0]["value"] == "T-1"
    assert payload["user"] == {"id": "UMARI00000", "username": "mari", "name": "mari", "team_id": "TNORDLYS01"}


async def test_an_event_is_told_again_with_its_headers(http: Playground, bot: Bot) -> None:
    http.delivery.retry_after = (0.0, 0.01, 0.02)
    bot.answer = lambda _body: web.Response(status=500)
    await http.people.types("ane", "#acme", "hello")
    await heard(bot, 4)
    assert [headers.get("X-Slack-Retry-Num") for headers, _ in bot.heard] == [None, "1", "2", "3"]
    assert bot.heard[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert json.loads(bot.heard[0][1])["event"]["text"] == "hello"


async def test_an_event_is_not_told_again_to_who_asks_for_that(http: Playground, bot: Bot) -> None:
    http.delivery.retry_after = (0.0, 0.0, 0.0)
    bot.answer = lambda _body: web.Response(status=503, headers={"X-Slack-No-Retry": "1"})
    await http.people.types("ane", "#acme", "hello")
    await asyncio.sleep(0.1)
    assert len(bot.heard) == 1


async def test_what_is_acknowledged_too_late_timed_out(http: Playground, bot: Bot) -> None:
    http.delivery.ack_within, http.delivery.retry_after = 0.1, (0.0,)
    http.late(4)
    outcome = await http.people.types("ane", "#acme", "/task x")
    assert outcome.error == '/task failed with the error "operation_timeout"'
    await http.people.types("ane", "#acme", "hello")
    await heard(bot, 3)
    assert bot.heard[2][0]["X-Slack-Retry-Num"] == "1"
    assert bot.heard[2][0]["X-Slack-Retry-Reason"] == "http_timeout"
    assert http.core.faults.happened["late_ack"] >= 2


async def test_who_sends_slack_round_and_round_hears_of_it(http: Playground, bot: Bot) -> None:
    http.delivery.retry_after = (0.0,)
    bot.answer = lambda _body: web.Response(status=307, headers={"Location": "/slack/events"})
    await http.people.types("ane", "#acme", "hello")
    await heard(bot, 6)
    reasons = [headers.get("X-Slack-Retry-Reason") for headers, _ in bot.heard]
    assert reasons == [None, None, None, *["too_many_redirects"] * 3]
