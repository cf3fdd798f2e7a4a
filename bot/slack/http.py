"""Signed HTTP: verify the raw bytes, then parse, then hand over to the edge."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock
from bot.slack.edge import Edge

log = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
"""Bytes. Slack's own bodies are far smaller."""


class _MachineClock(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.machine_now().timestamp()


class SlackEndpoint:
    """`POST /slack/events`: events, commands and clicks, all at one address."""

    def __init__(self, edge: Edge, signing_secret: str, clock: Clock) -> None:
        self._edge = edge
        self._verifier = SignatureVerifier(signing_secret, _MachineClock(clock))

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one delivery; what is wrong with an unproven one gets 400 or 401, in one log line."""
        raw = await _read(request)
        if raw is None:
            return _refuse(400, "body too large")
        if not self._is_signed(raw, request.headers):
            return _refuse(401, "bad signature")
        body = parse(raw, request.headers.get("content-type", ""))
        if body is None:
            return _refuse(400, "unreadable body")
        if body.get("type") == "url_verification":
            return web.json_response({"challenge": body.get("challenge")})
        if "ssl_check" in body:
            return web.Response()
        answer = await self._edge.receive(body, request.headers)
        kind = (answer.headers.get("content-type") or ["text/plain"])[0].partition(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    def _is_signed(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        timestamp, signature = headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
        if not timestamp or not signature or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            return False
        try:
            return self._verifier.is_valid(raw, timestamp, signature)
        except (ValueError, TypeError):  # bytes that are no UTF-8, a signature that is no ASCII
            return False


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


async def _read(request: web.Request) -> bytes | None:
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    raw = await request.content.read(BODY_LIMIT + 1)
    while len(raw) <= BODY_LIMIT and not request.content.at_eof():
        raw += await request.content.read(BODY_LIMIT + 1 - len(raw))
    return raw if len(raw) <= BODY_LIMIT else None


def _refuse(status: int, why: str) -> web.Response:
    log.warning("refused: %s", why)
    return web.Response(status=status)
