"""A server that nobody is to call, and one that leads there."""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Trap:
    """Answer whoever calls, and remember it."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.url = ""

    async def catch(self, request: web.Request) -> web.Response:
        """Answer one call."""
        self.called.append(request.path)
        return web.json_response({"ok": True})


async def serve(handler: Handler) -> tuple[web.AppRunner, str]:
    """Serve every path on this computer; give the runner, to be cleaned up, and the address."""
    site = web.Application()
    site.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
