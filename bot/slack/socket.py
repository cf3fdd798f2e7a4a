"""Socket Mode: two links to Slack, so that one may go without a word being missed.

slack_sdk's client closes its link before it opens the next, answers over whichever is there by then, and keeps an
address that opened its one connection already. So the links are our own, over aiohttp: what comes over a link is
answered over that link or not at all, and then Slack tells it again.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.slack.edge import Edge
from bot.slack.link import Link, TurnedAway
from bot.slack.refusals import RATE_LIMITED, code_of, is_in_slacks_words, pause_asked_for, status_of

log = logging.getLogger(__name__)

LINKS = 2
"""Slack allows an app ten, all its replicas together."""

_OPENING = 10.0
"""Seconds from asking for an address to Slack's hello."""
_QUIET = 20.0
"""Seconds without a frame after which Slack is pinged; where half of it brings no frame either, the link is dead."""
_PAUSES = (0.5, 8.0)
"""Seconds before the next try: at first, and at most. Each is shortened at random: replicas come back one by one."""
_HOPELESS = 60.0
"""Seconds before the next try where Slack doesn't want us: a token that is wrong stays wrong."""
_LASTING = 30.0
"""Seconds after which a link counts as one that worked."""
_STUMBLES = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")


class SocketLinks:
    """Keep links to Slack; what isn't kept isn't acknowledged, so Slack sends it again."""

    def __init__(self, edge: Edge, app_token: str, base_url: str, metrics: Metrics) -> None:
        self._edge = edge
        self._metrics = metrics
        self._web = AsyncWebClient(token=app_token, base_url=base_url, timeout=int(_OPENING), retry_handlers=[])
        self._session: aiohttp.ClientSession | None = None
        self._keeping: list[asyncio.Task[None]] = []
        self._links: dict[Link, asyncio.Task[None]] = {}

    @property
    def up(self) -> int:
        """Count the links that are up."""
        return sum(link.is_up for link in self._links)

    def start(self) -> None:
        """Connect in the background, as often as it takes."""
        self._session = self._web.session = aiohttp.ClientSession()
        self._keeping = [asyncio.create_task(self._keep()) for _ in range(LINKS)]

    async def close(self, within: float) -> None:
        """Take nothing more, answer what is being handled (`within` seconds), and hang up."""
        for task in self._keeping:
            task.cancel()
        links = list(self._links)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*(link.finish() for link in links))
        for reading in self._links.values():
            reading.cancel()
        await asyncio.gather(*self._keeping, *self._links.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    async def _keep(self) -> None:
        """Hold one link: when it ends, or is to end, open the next."""
        pauses = _Pauses()
        while True:
            try:
                async with asyncio.timeout(_OPENING):
                    link = await self._open()
            except Exception as e:  # whatever it was, the link must come up
                pause = pauses.after(e)
                log.warning("no link to Slack: %s; the next try comes in %.1f s", _told(e), pause)
                await asyncio.sleep(pause)
                continue
            began = time.monotonic()
            self._links[link] = asyncio.create_task(self._serve(link))
            self._count()
            await link.is_leaving.wait()
            self._metrics.reconnected()
            await asyncio.sleep(pauses.after_link(time.monotonic() - began))

    async def _open(self) -> Link:
        """Ask for an address, connect, and wait for Slack's hello."""
        assert self._session is not None
        told = await self._web.api_call("apps.connections.open")
        ws = await self._session.ws_connect(
            told["url"], autoping=False, heartbeat=_QUIET, proxy=self._web.proxy, max_msg_size=0
        )
        link = Link(ws, self._edge)
        try:
            await link.greet()
        except BaseException:
            await ws.close()
            raise
        return link

    async def _serve(self, link: Link) -> None:
        try:
            why = await link.read()
            log.info("a link to Slack ended: %s", why)
        finally:
            del self._links[link]
            self._count()
            await link.close()

    def _count(self) -> None:
        self._metrics.sockets(self.up)


class _Pauses:
    """How long to wait before the next try; longer after each that failed."""

    def __init__(self, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._draw = draw
        self._next = _PAUSES[0]

    def after(self, error: Exception) -> float:
        """Wait after a link that didn't come up, in seconds."""
        if isinstance(error, SlackApiError):
            code = code_of(error)
            if code == RATE_LIMITED:
                return pause_asked_for(error) + self._draw(0, 1)
            if status_of(error) < 500 and is_in_slacks_words(error) and code not in _STUMBLES:
                return self._draw(_HOPELESS / 2, _HOPELESS)
        return self._longer()

    def after_link(self, lasted: float) -> float:
        """Wait after a link that was up for so long, in seconds."""
        if lasted >= _LASTING:
            self._next = _PAUSES[0]
        return self._longer()

    def _longer(self) -> float:
        pause, self._next = self._next, min(_PAUSES[1], self._next * 2)
        return self._draw(pause / 2, pause)


def _told(error: Exception) -> str:
    """Say what went wrong without the address: its ticket opens a link."""
    if isinstance(error, SlackApiError):
        return code_of(error)
    return f"Slack said {error}" if isinstance(error, TurnedAway) else type(error).__name__
