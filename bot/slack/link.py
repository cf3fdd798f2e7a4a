"""One connection of Socket Mode, from Slack's hello to its end."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_bolt.response import BoltResponse

from bot.failpoints import reach
from bot.slack.edge import Edge

log = logging.getLogger(__name__)

_LEAVING = 30.0
"""Seconds that a link which Slack wants replaced may go on: its successor is up long before."""
_SEND_AGAIN = 503


class TurnedAway(Exception):
    """Slack ended a link instead of greeting; the message is its word for why."""


class Link:
    """One connection. `is_leaving` is set when its successor is wanted: Slack said so, or it ended."""

    def __init__(self, ws: ClientWebSocketResponse, edge: Edge) -> None:
        self.is_up = False
        self.is_leaving = asyncio.Event()
        self._ws = ws
        self._edge = edge
        self._is_finishing = False
        self._handling: set[asyncio.Task[None]] = set()

    async def greet(self) -> None:
        """Wait for Slack's hello. Raises TurnedAway."""
        while True:
            told = await self._next()
            if told is None:
                raise TurnedAway("nothing, and hung up")
            if told.get("type") == "disconnect":
                raise TurnedAway(str(told.get("reason")))
            if told.get("type") == "hello":
                self.is_up = True
                return

    async def read(self) -> str:
        """Take what comes until the link ends; say why it ended."""
        reason = "hung up"
        try:
            async with asyncio.timeout(None) as limit:
                while (told := await self._next()) is not None:
                    if told.get("type") == "disconnect":
                        reason = str(told.get("reason"))
                        limit.reschedule(asyncio.get_running_loop().time() + _LEAVING)
                        self.is_leaving.set()
                    elif told.get("envelope_id") and not self._is_finishing:
                        self._take(told)
        except TimeoutError:
            reason = f"{reason}, and stayed"
        finally:
            self.is_up = False
            self.is_leaving.set()
        return reason if self._ws.exception() is None else type(self._ws.exception()).__name__

    async def finish(self) -> None:
        """Take nothing more, and wait until what is being handled is answered."""
        self._is_finishing = True
        if self._handling:
            await asyncio.wait(self._handling)

    async def close(self) -> None:
        """Hang up."""
        await self._ws.close()

    async def _next(self) -> Mapping[str, Any] | None:
        """Get what Slack tells next; None at the end of the link."""
        while True:
            frame = await self._ws.receive()
            if frame.type is WSMsgType.PING:
                await self._ws.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                told = _parse(frame.data)
                if told is not None:
                    return told
            elif frame.type not in (WSMsgType.PONG, WSMsgType.BINARY):
                return None

    def _take(self, envelope: Mapping[str, Any]) -> None:
        handling = asyncio.create_task(self._handle(envelope))
        self._handling.add(handling)
        handling.add_done_callback(self._handling.discard)

    async def _handle(self, envelope: Mapping[str, Any]) -> None:
        async def send(answer: BoltResponse) -> bool:
            return await self._acknowledge(envelope, answer)

        payload = envelope.get("payload")
        await self._edge.receive(payload if isinstance(payload, dict) else {}, send=send)

    async def _acknowledge(self, envelope: Mapping[str, Any], answer: BoltResponse) -> bool:
        """Send the acknowledgement; tell whether it went out. No acknowledgement asks Slack to send it again.

        What is none of ours, or nobody can read, is acknowledged: it would be no better the next time.
        """
        if answer.status == _SEND_AGAIN:
            return True
        said: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if answer.status == 200 and answer.body.startswith("{"):
            said["payload"] = json.loads(answer.body)
        reach("before.ack")
        if self._ws.closed:
            return False
        try:
            await self._ws.send_str(json.dumps(said))
        except ConnectionError:
            return False
        reach("after.ack")
        return True


def _parse(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        log.warning("Slack said something unreadable")
        return None
    return told if isinstance(told, dict) else None
