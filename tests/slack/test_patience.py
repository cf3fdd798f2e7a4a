"""How long Slack wants us to wait is what it says; where it says nothing, half a minute."""

import pytest
from aiohttp import web

from bot.slack.gateway import Busy, Unclear, WebGateway
from tests.support.traps import serve


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({}, 30.0)])
@pytest.mark.parametrize("status", [429, 200])
async def test_slack_says_how_long_to_wait(headers: dict[str, str], seconds: float, status: int) -> None:
    async def limit(_: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error": "ratelimited"}, status=status, headers=headers)

    runner, url = await serve(limit)
    gateway = WebGateway("xoxb-1", f"{url}/api/")
    with pytest.raises(Busy) as told:
        await gateway.post("C1", {"text": "hello"}, token="t", thread_ts=None)
    await gateway.close()
    await runner.cleanup()
    assert told.value.retry_after == seconds


async def test_a_call_is_made_once() -> None:
    """slack_sdk would call again when a line breaks, and so post twice."""
    calls = []

    async def break_off(request: web.Request) -> web.Response:
        calls.append(request.path)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    runner, url = await serve(break_off)
    gateway = WebGateway("xoxb-1", f"{url}/api/")
    with pytest.raises(Unclear):
        await gateway.post("C1", {"text": "hello"}, token="t", thread_ts=None)
    await gateway.close()
    await runner.cleanup()
    assert calls == ["/api/chat.postMessage"]
