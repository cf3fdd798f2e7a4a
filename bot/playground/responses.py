"""Response URLs: five answers within half an hour."""

import json
import secrets
import time
from dataclasses import dataclass

from aiohttp import web

from bot.playground import posting
from bot.playground import traffic as log
from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.outage import OUT_OF_ORDER, out_of_order, status_of_next
from bot.playground.state import Channel, Json, Message

USES = 5


@dataclass
class Way:
    """One response URL: to whom, where, about which message."""

    user: str
    channel: str
    message_ts: str | None = None
    thread_ts: str | None = None
    given_at: float = 0.0
    uses: int = 0


class Responses:
    """Give out response URLs and take what is sent to them."""

    def __init__(self, core: Core) -> None:
        self.life = 30 * 60.0
        self._core = core
        self._ways: dict[str, Way] = {}

    def give(self, user: str, channel: str, message: Message | None = None, thread_ts: str | None = None) -> str:
        """Make an address for the answers to what a person did."""
        name = f"{self._core.workspace.id}/{secrets.randbelow(10**12)}/{secrets.token_urlsafe(18)}"
        thread = thread_ts or (message.thread_ts if message else None)
        self._ways[name] = Way(user, channel, message.ts if message else None, thread, time.monotonic())
        return f"{self._core.url}/response/{name}"

    async def handle(self, request: web.Request) -> web.Response:
        """Take one answer."""
        name = request.match_info["name"]
        try:
            given = json.loads(await request.text() or "{}")
        except ValueError:
            given = None
        if self._core.faults.is_down:
            status = status_of_next(self._core.faults)
            self._log(given, OUT_OF_ORDER, status)
            return out_of_order(request, status)
        try:
            if not isinstance(given, dict):
                raise SlackError("invalid_payload")
            self._take(name, given)
        except SlackError as refused:
            status = 404 if refused.code in ("used_url", "expired_url", "no_such_url") else 400
            return self._logged(given, refused.answer(), status)
        return self._logged(given, {"ok": True}, 200)

    def _log(self, given: Json | None, answer: Json, status: int) -> None:
        self._core.traffic.called(log.Call("response_url", given or {}, answer, status))
        self._core.live.say("traffic")

    def _logged(self, given: Json | None, answer: Json, status: int) -> web.Response:
        self._log(given, answer, status)
        return web.json_response(answer, status=status) if status != 200 else web.Response(text="ok")

    def _take(self, name: str, given: Json) -> None:
        way = self._ways.get(name)
        if way is None:
            raise SlackError("no_such_url")
        if time.monotonic() - way.given_at > self.life:
            raise SlackError("expired_url")
        if way.uses >= USES:
            raise SlackError("used_url")
        way.uses += 1
        answer(self._core, way, given)


def answer(core: Core, way: Way, given: Json) -> Message | None:
    """Do what an answer asks: replace, delete, or say something new."""
    channel = core.workspace.channels[way.channel]
    original = _original(channel, way)
    if _yes(given.get("delete_original")):
        if original:
            posting.remove(core, original)
        return None
    content = posting.content_of(given)
    if _yes(given.get("replace_original")) and original:
        content["thread_ts"] = original.thread_ts
        posting.change(core, original, content, by=core.workspace.app.bot_id)
        return original
    content["thread_ts"] = content["thread_ts"] or (way.thread_ts if way.thread_ts in channel.messages else None)
    everyone = given.get("response_type") == "in_channel"
    return posting.post_as_bot(core, channel, content, visible_to=None if everyone else way.user)


def _original(channel: Channel, way: Way) -> Message | None:
    ts = str(way.message_ts)
    found = channel.messages.get(ts) or channel.ephemerals.get(ts)
    return found if found and found.bot_id else None


def _yes(value: object) -> bool:
    return str(value).lower() == "true"


def answer_at_once(core: Core, user: str, channel: Channel, body: object, thread_ts: str | None) -> Message | None:
    """Show what a slash command answered with; an empty answer shows nothing."""
    given = {"text": body} if isinstance(body, str) else body
    if not isinstance(given, dict) or not any(given.get(key) for key in ("text", "blocks", "attachments")):
        return None
    return answer(core, Way(user, channel.id, thread_ts=thread_ts), given)
