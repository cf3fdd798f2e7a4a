"""The site: what the bot serves over HTTP, with little patience for whoever dawdles or speaks no HTTP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that the first headers of a connection may take."""
_IDLE = 75.0
"""Seconds that a connection may wait for its next request: longer than a proxy before us keeps it."""
_LINGERING = 2.0
"""Seconds that the rest of a refused body is read for: whoever is cut off while sending never sees the answer."""
_DRAIN = 1.5
"""Seconds that what is being handled may take when the bot stops; aiohttp takes them twice."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Serve routes at one address."""

    def __init__(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        app = web.Application(middlewares=[self._in_time])
        app.add_routes(routes)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_one_line_logger(),
            keepalive_timeout=_IDLE,
            lingering_time=_LINGERING,
            shutdown_timeout=_DRAIN,
            auto_decompress=False,  # the signature is over the raw bytes
        )
        self._server: asyncio.Server | None = None
        self._silent: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes any that is free. Raises OSError."""
        await self._runner.setup()
        try:
            self._server = await asyncio.get_running_loop().create_server(self._connection, host, port)
        except OSError:
            await self._runner.cleanup()
            raise
        log.info("serving http://%s:%s", host, self.port)

    async def stop(self) -> None:
        """Take nothing more, answer what is being handled, and hang up."""
        if self._server:
            self._server.close()
        await self._runner.cleanup()
        for timer in self._silent.values():
            timer.cancel()

    @property
    def port(self) -> int | None:
        """The port that is served, if any."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else None

    def _connection(self) -> web.RequestHandler:
        """Begin with a connection; it is closed unless its first headers come in time."""
        assert self._runner.server is not None
        connection = self._runner.server()
        self._silent[connection] = asyncio.get_running_loop().call_later(PATIENCE, self._give_up, connection)
        return connection

    def _give_up(self, connection: web.RequestHandler) -> None:
        del self._silent[connection]
        if connection.transport and not connection.transport.is_closing():
            log.warning("refused: no headers in %.0f s", PATIENCE)
            connection.force_close()

    @web.middleware
    async def _in_time(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        timer = self._silent.pop(request.protocol, None)
        if timer:
            timer.cancel()
        return await handler(request)


def _one_line_logger() -> logging.Logger:
    """Make a logger for aiohttp, which gives a traceback for whatever a stranger sends."""
    logger = logging.getLogger(f"{__name__}.http")
    logger.addFilter(_shorten)
    return logger


def _shorten(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "refused: no HTTP (%s)", (type(error).__name__,)
        record.exc_info = record.exc_text = None
    return True
