"""The playground's server: the Web API, the sockets, the page, and what tests steer it with."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.playground.clock import Clock
from bot.playground.core import Core
from bot.playground.delivery import Delivery
from bot.playground.drawer_api import DrawerApi
from bot.playground.forms import Forms
from bot.playground.http_delivery import HttpDelivery
from bot.playground.manifest import read_manifest
from bot.playground.page_api import PageApi
from bot.playground.people import People
from bot.playground.responses import Responses
from bot.playground.sample import sample_workspace
from bot.playground.socket_mode import SocketMode
from bot.playground.state import Workspace
from bot.playground.web_api import WebApi

PAGE = Path(__file__).parent / "page"
MOST_BYTES = 1024 * 1024
HOSTS = ("127.0.0.1", "localhost")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"


class Playground:
    """A small Slack on this computer, reached by an address only."""

    def __init__(
        self,
        *,
        manifest: Path,
        workspace: Workspace | None = None,
        clock_file: Path | None = None,
        deliver_to: str | None = None,
        signing_secret: str | None = None,
    ) -> None:
        self.workspace = workspace or sample_workspace()
        self.clock = Clock(clock_file)
        self.core = Core(self.workspace, read_manifest(manifest), self.clock)
        self.sockets = SocketMode(self.core)
        self.http = HttpDelivery(deliver_to, signing_secret or "") if deliver_to else None
        self.delivery = Delivery(self.core, self.http or self.sockets)
        self.core.reach = self.delivery
        self.responses = Responses(self.core)
        self.people = People(self.core, self.responses)
        self.forms = Forms(self.core, self.people)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Give the page's address."""
        return self.core.url

    @property
    def api_url(self) -> str:
        """Give the Web API's address, with the slash that clients need."""
        return f"{self.core.url}/api/"

    @property
    def bot_token(self) -> str:
        """Give the token that the bot calls with."""
        return self.core.bot_token

    @property
    def app_token(self) -> str:
        """Give the token that opens sockets."""
        return self.core.app_token

    @property
    def limits(self) -> bool:
        """Tell whether posts are paced to one a second."""
        return self.core.limits

    @limits.setter
    def limits(self, on: bool) -> None:
        self.core.limits = on

    async def start(self, port: int = 0) -> None:
        """Listen on this computer only."""
        app = web.Application(client_max_size=MOST_BYTES, middlewares=[self._only_from_here])
        self._add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.core.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End everything that was begun."""
        await self.core.close()
        await self.sockets.cut()
        if self.http:
            await self.http.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _add_routes(self, app: web.Application) -> None:
        api = WebApi(self.core, self.sockets.open_connection)
        app.router.add_get("/", self._index)
        app.router.add_static("/page/", PAGE)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_post("/response/{name:.+}", self.responses.handle)
        app.router.add_route("*", "/api/{method}", api.handle)
        PageApi(self.core, self.people, self.forms, self._is_connected).add_routes(app)
        DrawerApi(self.core, self.sockets).add_routes(app)

    def _is_connected(self) -> bool:
        return self.http is not None or self.sockets.connections > 0

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    @web.middleware
    async def _only_from_here(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        own = {f"{host}:{urlsplit(self.core.url).port}" for host in HOSTS}
        origin = request.headers.get("Origin")
        if request.host not in own or (origin is not None and origin not in {f"http://{host}" for host in own}):
            raise web.HTTPForbidden(text="this playground is for this computer only")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    # what tests, and the curious, make go wrong

    def drop_answer_of(self, method: str, times: int = 1) -> None:
        """Accept the next calls of a method and lose the answers."""
        self.core.faults.drop_answer_of(method, times)

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """Answer the next calls of a method with an error."""
        self.core.faults.fail(method, error, times)

    def rate_limit(self, channel: str, retry_after: int) -> None:
        """Refuse posts to a channel (by #name or id) for some seconds."""
        found = self.workspace.channel_named(channel)
        self.core.faults.rate_limit(found.id if found else channel, retry_after)

    def hang(self, seconds: float, *, channel: str = "") -> None:
        """Let every call, or those about one channel, wait and come to nothing where the bot didn't; 0 ends it."""
        found = self.workspace.channel_named(channel)
        self.core.faults.hang(seconds, found.id if found else channel)

    def down(self, is_down: bool = True) -> None:
        """Let every call and every answer to a response URL fail, half of them with 503 and half with a cut line."""
        self.core.faults.is_down = is_down

    async def cut(self, *, politely: bool = False) -> None:
        """End the sockets, with a disconnect message or without."""
        await self.sockets.cut(politely=politely)

    def late(self, seconds: float) -> None:
        """Hear acknowledgements so many seconds after they came; 0 ends it."""
        self.core.faults.ack_delay = seconds

    def hush(self) -> None:
        """Leave the sockets open and say nothing more over them, not even a pong: a line that died on its way."""
        self.sockets.hush()

    def deliver_times(self, times: int) -> None:
        """Deliver every event so many times at once; 1 is normal."""
        self.core.faults.times = times

    async def connected(self, within: float = 10.0) -> None:
        """Wait until the bot has a connection."""
        await asyncio.wait_for(self.sockets.connected.wait(), within)
