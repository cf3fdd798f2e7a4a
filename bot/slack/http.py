"""Signed HTTP: verify the raw bytes, then parse, then hand over to the edge."""

import asyncio
import hmac
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.clock import Clock
from bot.failpoints import reach
from bot.log import Discreet
from bot.slack.edge import Edge

log = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes. Slack's own bodies are far smaller."""
_HELD_LIMIT = 64 * BODY_LIMIT
"""Bytes of bodies that are still coming, all together."""
_BODY_PATIENCE = 5.0
"""Seconds that a body may take; Slack gives up after 3."""
_WINDOW = 300
"""Seconds by which a signature's time may differ from ours: Slack's own five minutes."""


class Refusal(Discreet):
    """A request that is refused; the message says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class SlackEndpoint:
    """`POST /slack/events`: events, commands and clicks, all at one address."""

    def __init__(self, edge: Edge, signing_secret: str, clock: Clock) -> None:
        self._edge = edge
        self._keyed = hmac.new(signing_secret.encode(), digestmod="sha256")
        self._clock = clock
        self._held = 0

    @property
    def route(self) -> web.RouteDef:
        """Where it listens. Nobody is sent away for what they expect: the signature alone decides."""
        return web.post("/slack/events", self.handle, expect_handler=_go_on)

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one delivery; what is wrong with an unproven one gets 400 or 401, in one log line."""
        try:
            body = await self._proven(request)
        except Refusal as refusal:
            log.warning("refused: %s", refusal)
            return web.Response(status=refusal.status)
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": body.get("challenge")})
        if "ssl_check" in body:
            return web.Response()
        answer = await self._edge.receive(body)
        reach("before.ack")
        kind = (answer.headers.get("content-type") or ["text/plain"])[0].partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    async def _proven(self, request: web.Request) -> Mapping[str, Any]:
        """Read a body, look whether Slack signed it, and only then parse it. Raises Refusal."""
        signature, timestamp = _only(request, "X-Slack-Signature"), _only(request, "X-Slack-Request-Timestamp")
        raw = await self._read(request)
        if not self._is_signed(raw, signature, timestamp):
            raise Refusal(401, "bad signature")
        body = parse(raw, request.headers.get("content-type", ""))
        if body is None:
            raise Refusal(400, "unreadable body")
        return body

    def _is_signed(self, raw: bytes, signature: str, timestamp: str) -> bool:
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            return False
        if abs(self._clock.machine_now().timestamp() - int(timestamp)) > _WINDOW:
            return False
        ours = self._keyed.copy()  # half of what `hmac.digest` costs, which besides gives the interpreter away
        ours.update(b"v0:" + timestamp.encode() + b":" + raw)
        return hmac.compare_digest(b"v0=" + ours.hexdigest().encode(), signature.encode(errors="surrogateescape"))

    async def _read(self, request: web.Request) -> bytes:
        """Read the raw bytes of a body. Raises Refusal for one too large, too slow, or cut off."""
        if (request.content_length or 0) > BODY_LIMIT:
            raise Refusal(400, "body too large")
        if request.content.is_eof() and request.content.total_bytes <= BODY_LIMIT:  # it came with the headers
            return request.content.read_nowait()
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(_BODY_PATIENCE):
                while chunk := await request.content.readany():
                    chunks.append(chunk)
                    size += len(chunk)
                    self._held += len(chunk)
                    if size > BODY_LIMIT:
                        raise Refusal(400, "body too large")
                    if self._held > _HELD_LIMIT:
                        raise Refusal(503, "too much at once")
        except TimeoutError:
            raise Refusal(400, "body too slow") from None
        except (web.RequestPayloadError, HttpProcessingError, ConnectionError):
            raise Refusal(400, "body cut off") from None
        finally:
            self._held -= size
        return b"".join(chunks)


def parse(raw: bytes, content_type: str) -> Mapping[str, Any] | None:
    """Parse a body as Slack sends it: JSON, a form with `payload`, or a form; None where it is none of these."""
    try:
        text = raw.decode()
        if content_type.startswith("application/json"):
            body = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
            body = json.loads(form["payload"]) if "payload" in form and "command" not in form else form
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and body else None


def _only(request: web.Request, name: str) -> str:
    """Get a header that must be there once. Raises Refusal."""
    values = request.headers.getall(name, [])
    if len(values) != 1:
        raise Refusal(401, "bad signature")
    return str(values[0])


async def _go_on(request: web.Request) -> None:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
