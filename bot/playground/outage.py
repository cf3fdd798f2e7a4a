"""A Slack that is down: every other request meets a 503, and the rest a line that is cut."""

from aiohttp import web

from bot.playground.faults import Faults
from bot.playground.state import Json
from bot.playground.traffic import LOST

OUT_OF_ORDER: Json = {"ok": False, "error": "upstream connect error or disconnect/reset before headers"}


def status_of_next(faults: Faults) -> int:
    """Say what the next request meets, and count it."""
    faults.happened["down"] += 1
    return LOST if faults.happened["down"] % 2 else 503


def out_of_order(request: web.Request, status: int) -> web.Response:
    """Answer with what such a request meets."""
    if status == LOST and request.transport:
        request.transport.abort()
    return web.Response(status=503, text=OUT_OF_ORDER["error"])
