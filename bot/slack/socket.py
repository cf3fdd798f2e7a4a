"""Socket Mode: envelopes in, acknowledgements out, over slack_sdk's aiohttp client."""

import asyncio
import contextlib
import json
import logging

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.edge import Edge

log = logging.getLogger(__name__)

_DRAIN = 3.0
"""Seconds that what is being handled may take when the bot stops."""


class SocketLink:
    """Keep a connection to Slack; what isn't kept isn't acknowledged, so Slack sends it again."""

    def __init__(self, edge: Edge, app_token: str, base_url: str) -> None:
        self._edge = edge
        self._web = AsyncWebClient(token=app_token, base_url=base_url)
        self._client = SocketModeClient(app_token=app_token, web_client=self._web, logger=log)
        self._client.socket_mode_request_listeners.append(self._listen)
        self._connecting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._handling: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Connect in the background, as often as it takes."""
        self._connecting = asyncio.create_task(self._connect())
        self._watching = asyncio.create_task(self._watch())

    async def is_connected(self) -> bool:
        """Tell whether the link is up."""
        return await self._client.is_connected()

    async def close(self) -> None:
        """Answer what is being handled, and hang up."""
        for task in filter(None, (self._connecting, self._watching)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._handling:
            await asyncio.wait(self._handling, timeout=_DRAIN)
        await self._client.close()
        await self._client.aiohttp_client_session.close()

    async def _connect(self) -> None:
        pause = 0.5
        while True:
            try:
                await self._client.connect()
            except Exception as e:  # whatever it was, the link must come up
                log.warning("could not connect: %r; trying again in %.0f s", e, pause)
                await asyncio.sleep(pause)
                pause = min(30.0, pause * 2)
            else:
                log.info("connected")
                return

    async def _watch(self) -> None:
        """Have an address that didn't work forgotten: it opens one connection, and slack_sdk would try it for ever."""
        while True:
            await asyncio.sleep(self._client.ping_interval)
            if not await self.is_connected():
                self._client.wss_uri = None

    async def _listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        handling = asyncio.create_task(self._handle(client, request))
        self._handling.add(handling)
        handling.add_done_callback(self._handling.discard)
        await handling

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await self._edge.receive(request.payload)
        if answer.status != 200:
            log.warning("not acknowledged: %s", answer.status)
            return
        payload = json.loads(answer.body) if answer.body and answer.body.startswith("{") else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
