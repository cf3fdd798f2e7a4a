"""Signed HTTP: the same payloads, posted to the bot's own address."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.playground.core import Answer
from bot.playground.state import Json

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MOST_REDIRECTS = 2


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a raw body the way Slack does (v0)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Post signed payloads to one address."""

    overdue = "http_timeout"

    def __init__(self, address: str, secret: str) -> None:
        self._address = address
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Post once and read the answer as Slack reads it."""
        body, content_type = _encoded(kind, payload)
        headers = self._signed(body, content_type)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            timeout = aiohttp.ClientTimeout(total=within)
            post = self._open().post(
                self._address, data=body, headers=headers, timeout=timeout, max_redirects=MOST_REDIRECTS + 1
            )
            async with post as response:
                text = await response.text()
                if not 200 <= response.status < 300:
                    return Answer(failure="http_error", retry=response.headers.get("X-Slack-No-Retry") != "1")
                return Answer(_decoded(text, response.content_type))
        except TimeoutError:
            return Answer(failure=self.overdue)
        except aiohttp.TooManyRedirects:
            return Answer(failure="too_many_redirects")
        except aiohttp.ClientSSLError:
            return Answer(failure="ssl_error")
        except aiohttp.ClientError:
            return Answer(failure="connection_failed")

    async def verify(self) -> bool:
        """Ask the address to prove itself (url_verification)."""
        challenge = {"type": "url_verification", "challenge": "playground", "token": ""}
        answer = await self.send("events_api", challenge, attempt=0, reason="", within=3.0)
        return answer.body in ("playground", {"challenge": "playground"})

    async def close(self) -> None:
        """Let the connections go."""
        if self._session:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers={"User-Agent": "Slackbot 1.0 (playground)"})
        return self._session

    def _signed(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, body),
        }


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), JSON
    if kind == "slash_commands":
        return urlencode(payload).encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def _decoded(text: str, content_type: str) -> object:
    if content_type != JSON:
        return text or None
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text
