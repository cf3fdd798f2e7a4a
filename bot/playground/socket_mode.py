"""Socket Mode: tickets, connections, envelopes and their acknowledgements."""

import asyncio
import json
import secrets
import time
import uuid
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.playground.core import Answer, Core
from bot.playground.state import Json

TICKET_LIFE = 30.0
MOST_SOCKETS = 10
HEARTBEAT = 20.0
ANSWERED = ("view_submission", "block_suggestion")
"""Interactions whose acknowledgement may carry an answer, as every command's may."""


class Socket:
    """One connection and what it hasn't acknowledged yet."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.request = request
        self.is_alive = True
        self.is_silent = False
        self.waiting: dict[str, asyncio.Future[Any]] = {}

    def take(self, text: str) -> None:
        """Read an acknowledgement."""
        try:
            ack = json.loads(text)
        except ValueError:
            return
        future = self.waiting.pop(ack.get("envelope_id", ""), None) if isinstance(ack, dict) else None
        if future and not future.done():
            future.set_result(ack.get("payload"))

    def drop(self) -> None:
        """Give up on what was never acknowledged."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(ConnectionError())
        self.waiting.clear()


class SocketMode:
    """Hold the app's sockets and send each envelope to one of them."""

    overdue = "timeout"

    def __init__(self, core: Core) -> None:
        self._core = core
        self._tickets: dict[str, float] = {}
        self._sockets: list[Socket] = []
        self._turn = 0
        self.connected = asyncio.Event()

    @property
    def connections(self) -> int:
        """Count the open connections."""
        return len(self._sockets)

    def open_connection(self) -> Json:
        """Give an address with a ticket that opens one connection."""
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = time.monotonic()
        address = self._core.url.replace("http", "ws", 1)
        return {"url": f"{address}/link/?ticket={ticket}&app_id={secrets.token_hex(16)}"}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        given_at = self._tickets.pop(request.query.get("ticket", ""), None)
        if given_at is None or time.monotonic() - given_at > TICKET_LIFE:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=401)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        if len(self._sockets) >= MOST_SOCKETS:
            await ws.send_json(_goodbye("too_many_websockets"))
            await ws.close()
            return ws
        socket = Socket(ws, request)
        self._sockets.append(socket)
        self._core.live.say("connection")
        beating = asyncio.create_task(self._beat(socket))
        try:
            await ws.send_json(self._hello())
            self.connected.set()
            async for message in ws:
                await self._hear(socket, message)
        finally:
            beating.cancel()
            self._forget(socket)
        return ws

    @staticmethod
    async def _hear(socket: Socket, message: WSMessage) -> None:
        socket.is_alive = True
        if socket.is_silent:
            return
        if message.type is WSMsgType.TEXT:
            socket.take(message.data)
        elif message.type is WSMsgType.PING:
            await socket.ws.pong(message.data)

    @staticmethod
    async def _beat(socket: Socket) -> None:
        """Ping now and then; who hasn't said a word since the last one is gone."""
        while socket.is_alive or socket.is_silent:
            await asyncio.sleep(HEARTBEAT)
            if not socket.is_silent:
                socket.is_alive = False
                await socket.ws.ping()
                await asyncio.sleep(HEARTBEAT / 2)
        if socket.request.transport:
            socket.request.transport.abort()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._sockets),
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._core.workspace.app.id},
        }

    def _forget(self, socket: Socket) -> None:
        if socket in self._sockets:
            self._sockets.remove(socket)
        if not self._sockets:
            self.connected.clear()
        socket.drop()
        self._core.live.say("connection")

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Send an envelope to one connection and wait for its acknowledgement."""
        if not self._sockets:
            return Answer(failure="connection_failed")
        self._turn += 1
        socket = self._sockets[self._turn % len(self._sockets)]
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind == "slash_commands" or payload.get("type") in ANSWERED,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        socket.waiting[envelope["envelope_id"]] = future
        try:
            if not socket.is_silent:
                await socket.ws.send_json(envelope)
            return Answer(await asyncio.wait_for(future, within))
        except TimeoutError:
            socket.waiting.pop(envelope["envelope_id"], None)
            return Answer(failure=self.overdue)
        except (ConnectionError, RuntimeError):
            return Answer(failure="connection_failed")

    def hush(self) -> None:
        """Say nothing more over the connections that there are, and hear nothing."""
        for socket in self._sockets:
            socket.is_silent = True

    async def warn(self, reason: str = "warning") -> None:
        """Say over every connection that it ends soon."""
        for socket in list(self._sockets):
            await socket.ws.send_json(_goodbye(reason))

    async def cut(self, *, politely: bool = False, reason: str = "refresh_requested") -> None:
        """End every connection: with a word, or as a broken wire does."""
        self._core.faults.happened["cut"] += len(self._sockets)
        if politely:
            await self.warn(reason)
        for socket in list(self._sockets):
            if politely:
                await socket.ws.close()
            elif socket.request.transport:
                socket.request.transport.abort()
            self._forget(socket)


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
