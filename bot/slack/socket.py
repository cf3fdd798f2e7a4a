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


class SocketLink:
    """Keep a connection to Slack; what isn't kept isn't acknowledged, so Slack sends it again."""

    def __init__(self, edge: Edge, app_token: str, base_url: str) -> None:
        self._edge = edge
        self._web = AsyncWebClient(token=app_token, base_url=base_url)
        self._client = SocketModeClient(app_token=app_token, web_client=self._web, logger=log)
        self._client.socket_mode_request_listeners.append(self._listen)
        self._connecting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect in the background, as often as it takes."""
        self._connecting = asyncio.create_task(self._connect())

    async def is_connected(self) -> bool:
        """Tell whether the link is up."""
        return await self._client.is_connected()

    async def close(self) -> None:
        """Hang up."""
        if self._connecting:
            self._connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._connecting
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

    async def _listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = await self._edge.receive(request.payload)
        if answer.status != 200:
            log.warning("not acknowledged: %s", answer.status)
            return
        payload = json.loads(answer.body) if answer.body and answer.body.startswith("{") else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
