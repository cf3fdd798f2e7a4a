"""The gateway against a server that says little."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from bot.slack.gateway import Refused, Unclear, WebGateway
from bot.slack.session import TooLate, beginning_by


@pytest.fixture
def calls() -> list[str]:
    """Collect the methods that were called."""
    return []


@pytest_asyncio.fixture
async def gateway(calls: list[str]) -> AsyncIterator[WebGateway]:
    """Speak to a server that says ok to everything, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.match_info["method"])
        return web.json_response({"ok": True})

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
