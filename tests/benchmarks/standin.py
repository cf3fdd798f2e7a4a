"""A stand-in for Slack's Web API and its sockets: just what a benchmark needs, and nothing that costs."""

import asyncio
import time
from collections import defaultdict
from typing import Any, Self

from aiohttp import web

from tests.benchmarks.load import CHANNEL, PERSON, TEAM

USERS = [
    {
        "id": id,
        "team_id": TEAM,
        "name": name,
        "tz": "Europe/Copenhagen",
        "locale": "en-US",
        "profile": {"display_name": name, "real_name": name},
    }
    for id, name in ((PERSON, "ane"), ("U0BO", "bo"))
]


class StandIn:
    """Answer what the bot asks; keep when each post came."""

    def __init__(self) -> None:
        self.posts: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
        self.sockets: list[web.WebSocketResponse] = []
        self.connected = asyncio.Event()
        self.answered: asyncio.Queue[str] = asyncio.Queue()
        self._runner: web.AppRunner | None = None
        self.port = 0
        self._told_people = asyncio.Event()

    async def was_asked_for_people(self) -> None:
        """Wait until the bot has fetched everybody's profile, and a moment for it to keep them."""
        await asyncio.wait_for(self._told_people.wait(), 20)
        await asyncio.sleep(0.3)

    @property
    def url(self) -> str:
        """The address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def socket_url(self) -> str:
        """The address of a socket."""
        return f"ws://127.0.0.1:{self.port}/socket"

    async def __aenter__(self) -> Self:
        site = web.Application()
        site.router.add_route("*", "/api/{method}", self._answer)
        site.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "chat.postMessage":
            message = await request.json()
            came = time.perf_counter()
            self.posts[message["channel"]].append((came, message))
            return web.json_response({"ok": True, "channel": message["channel"], "ts": f"{time.time():.6f}"})
        if method == "users.list":
            self._told_people.set()
        return web.json_response({"ok": True, **_TOLD.get(method, dict)(), **self._addresses(method)})

    def _addresses(self, method: str) -> dict[str, str]:
        return {"url": self.socket_url} if method == "apps.connections.open" else {}

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0BENCH"}})
        self.sockets.append(socket)
        self.connected.set()
        async for frame in socket:
            if frame.type is web.WSMsgType.TEXT:
                self.answered.put_nowait(frame.data)
        return socket


_TOLD: dict[str, Any] = {
    "auth.test": lambda: {
        "url": "http://127.0.0.1/",
        "team": "Bench",
        "user": "stafet",
        "team_id": TEAM,
        "user_id": "U0BOT",
        "bot_id": "B0BOT",
    },
    "users.list": lambda: {"members": USERS, "response_metadata": {"next_cursor": ""}},
    "users.info": lambda: {"user": USERS[0]},
    "conversations.info": lambda: {"channel": {"id": CHANNEL, "name": "acme", "is_member": True}},
    "conversations.members": lambda: {"members": [PERSON]},
    "conversations.open": lambda: {"channel": {"id": "D0BENCH"}},
    "conversations.history": lambda: {"messages": []},
}
