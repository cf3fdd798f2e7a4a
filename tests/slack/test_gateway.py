"""The gateway against a server that says little."""

import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.connector import Connection

from bot.slack.gateway import Away, Busy, Refused, Unclear, WebGateway
from bot.slack.session import TooLate, _InTime, beginning_by


@pytest.fixture
def calls() -> list[str]:
    """Collect the methods that were called."""
    return []


@pytest.fixture
def answers() -> list[Callable[[], web.Response]]:
    """Hold what the server says next; without it, it says ok."""
    return []


@pytest_asyncio.fixture
async def gateway(calls: list[str], answers: list[Callable[[], web.Response]]) -> AsyncIterator[WebGateway]:
    """Speak to a server that says ok to everything, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.match_info["method"])
        return answers.pop()() if answers else web.json_response({"ok": True})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    gateway = WebGateway("xoxb-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
    yield gateway
    await gateway.close()
    await runner.cleanup()


async def test_an_answer_without_what_was_asked_for_is_no_answer(gateway: WebGateway) -> None:
    for asked in (gateway.member("U1"), gateway.channel("C1"), gateway.open_dm("U1"), gateway.is_in("C1", "U1")):
        with pytest.raises(Refused, match="unknown_method"):
            await asked
    with pytest.raises(Refused, match="unknown_method"):
        await gateway.message("C1", "1.1")


async def test_a_post_without_its_place_may_have_been_posted(gateway: WebGateway) -> None:
    with pytest.raises(Unclear):
        await gateway.post("C1", {"text": "hello"}, token="t1", thread_ts=None)


async def test_nothing_is_sent_that_begins_too_late(gateway: WebGateway, calls: list[str]) -> None:
    for _ in ("over a new connection", "over one that is there"):
        with beginning_by(time.monotonic() - 1), pytest.raises(TooLate):
            await gateway.delete("C1", "1.1")
    await gateway.react("C1", "1.1", "eyes")
    assert calls == ["reactions.add"]


async def test_nothing_leaves_after_a_stop_between_its_connection_and_its_bytes(
    gateway: WebGateway, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = _InTime.connect

    async def connect_and_be_stopped(self: _InTime, *request: Any, **named: Any) -> Connection:
        connection = await connect(self, *request, **named)
        time.sleep(0.3)  # noqa: ASYNC251 - as a process that is stopped does
        return connection

    monkeypatch.setattr(_InTime, "connect", connect_and_be_stopped)
    for _ in ("over a new connection", "over one that is there"):
        with beginning_by(time.monotonic() + 0.2), pytest.raises(TooLate):
            await gateway.post("C1", {"text": "hello"}, token="t1", thread_ts=None)
    assert calls == []


PAUSES = {"0": 1, "1": 1, "2.5": 2.5, "30": 30, "3600": 3600}
NO_PAUSES = ("", "soon", "nan", "inf", "-5", "9" * 30, "Wed, 21 Oct 2027 07:28:00 GMT")


@pytest.mark.parametrize(
    ("body", "kind"),
    [('{"ok": false, "error": "ratelimited"}', "application/json"), ("<p>", "text/html"), ("{", "application/json")],
)
async def test_slack_says_how_long_to_wait_and_what_makes_no_sense_is_half_a_minute(
    gateway: WebGateway, answers: list[Callable[[], web.Response]], body: str, kind: str
) -> None:
    for asked, waits in {**PAUSES, **dict.fromkeys(NO_PAUSES, 30)}.items():
        headers = {"Retry-After": asked} if asked else {}
        answers.append(partial(web.Response, status=429, headers=headers, text=body, content_type=kind))
        with pytest.raises(Busy) as busy:
            await gateway.member("U1")
        assert busy.value.retry_after == waits, asked


NOT_SLACKS = {
    "a page": (200, "<html>Sign in</html>", "text/html"),
    "plain text": (200, "ok", "text/plain"),
    "broken": (200, "{", "application/json"),
    "a list": (200, "[1]", "application/json"),
    "a number": (200, "7", "application/json"),
    "null": (200, "null", "application/json"),
    "empty": (200, "", "application/json"),
    "a no without a word": (200, '{"ok": false}', "application/json"),
    "a no with a strange word": (200, '{"ok": false, "error": ["x"]}', "application/json"),
    "a page of a gateway": (502, "<html>Bad Gateway</html>", "text/html"),
    "broken, of a gateway": (503, "{", "application/json"),
}


@pytest.mark.parametrize("name", NOT_SLACKS)
async def test_what_is_not_slacks_answer_says_nothing_of_a_message(
    gateway: WebGateway, answers: list[Callable[[], web.Response]], name: str
) -> None:
    status, body, kind = NOT_SLACKS[name]
    answers.append(lambda: web.Response(status=status, text=body, content_type=kind))
    with pytest.raises(Away):
        await gateway.post("C1", {"text": "hello"}, token="t1", thread_ts=None)


@pytest.mark.parametrize("about", ['"x"', "[]", '{"messages": 7}', '{"messages": [{"a": 1}]}', "{}"])
async def test_a_refusal_is_one_whatever_stands_beside_its_word(
    gateway: WebGateway, answers: list[Callable[[], web.Response]], about: str
) -> None:
    body = '{"ok": false, "error": "invalid_blocks", "response_metadata": ' + about + "}"
    answers.append(lambda: web.Response(text=body, content_type="application/json"))
    with pytest.raises(Refused, match="invalid_blocks"):
        await gateway.post("C1", {"text": "hello"}, token="t1", thread_ts=None)


@pytest.mark.parametrize("code", ["Call Bo at 5 pm: xoxb-1-2", "", "x" * 300, "bo@acme.example"])
async def test_a_refusal_in_words_that_are_no_code_quotes_nobody(
    gateway: WebGateway, answers: list[Callable[[], web.Response]], code: str
) -> None:
    answers.append(lambda: web.json_response({"ok": False, "error": code}))
    with pytest.raises(Refused) as refusal:
        await gateway.post("C1", {"text": "hello"}, token="t1", thread_ts=None)
    assert str(refusal.value) == "http_200"


async def test_a_profile_that_is_none_is_no_answer(
    gateway: WebGateway, answers: list[Callable[[], web.Response]]
) -> None:
    answers.append(lambda: web.json_response({"ok": True, "user": None}))
    with pytest.raises(Refused, match="unknown_method"):
        await gateway.member("U1")
