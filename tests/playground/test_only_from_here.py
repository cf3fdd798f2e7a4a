"""Nobody but this computer reaches the playground: every route refuses strangers, nothing listens elsewhere."""

import re
import socket

import aiohttp
import pytest

from bot.playground.server import Playground

STRANGE = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
]
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def routes(playground: Playground) -> list[tuple[str, str]]:
    """List every route there is, with something in place of its variables."""
    assert playground._runner is not None
    found = []
    for route in playground._runner.app.router.routes():
        info = route.resource.get_info() if route.resource else {}
        path = info.get("path") or info.get("formatter") or f"{info['prefix']}/main.js"
        methods = ["GET", "POST"] if route.method == "*" else [route.method]
        found += [(method, re.sub(r"\{\w+\}", "1", path)) for method in methods]
    return found


@pytest.mark.parametrize("headers", STRANGE, ids=str)
async def test_every_route_refuses_strangers(playground: Playground, headers: dict[str, str]) -> None:
    known = routes(playground)
    wanted = {"/", "/page/main.js", "/link/", "/playground/live", "/playground/act", "/playground/traffic", "/api/1"}
    assert wanted <= {path for _, path in known}
    async with aiohttp.ClientSession() as session:
        for method, path in [*known, ("GET", "/there/is/no/such/thing")]:
            async with session.request(method, playground.url + path, headers=headers) as answer:
                assert (method, path, answer.status) == (method, path, 403)


@pytest.mark.parametrize("headers", STRANGE, ids=str)
async def test_a_socket_is_not_opened_for_a_stranger_though_the_ticket_is_right(
    playground: Playground, headers: dict[str, str]
) -> None:
    url = playground.sockets.open_connection()["url"].replace("ws://", "http://")
    async with aiohttp.ClientSession() as session:
        async with session.get(url, headers={**UPGRADE, **headers}) as refused:
            assert refused.status == 403
        async with session.ws_connect(url) as ws:
            assert (await ws.receive_json())["type"] == "hello"


async def test_the_page_of_the_playground_itself_is_let_in(playground: Playground) -> None:
    port = playground.url.rpartition(":")[2]
    async with aiohttp.ClientSession() as session:
        for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
            headers = {"Host": host, "Origin": f"http://{host}"}
            async with session.get(f"{playground.url}/playground/live", headers=headers) as answer:
                assert answer.status == 200
                assert await answer.content.readline() == b": hello\n"


async def test_it_listens_on_the_loopback_address_and_no_other(playground: Playground) -> None:
    assert playground._runner is not None
    addresses = playground._runner.addresses
    assert [address[0] for address in addresses] == ["127.0.0.1"]
    for host in ("127.0.0.1", "127.0.0.2"):
        with socket.socket() as knocking:
            assert (knocking.connect_ex((host, addresses[0][1])) == 0) == (host == "127.0.0.1")
