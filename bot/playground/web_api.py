"""The Web API: from an HTTP request to a method and back."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground import chat, directory, views
from bot.playground import traffic as log
from bot.playground.calls import Call, want_scope
from bot.playground.core import Core
from bot.playground.errors import RateLimitError, SlackError
from bot.playground.outage import OUT_OF_ORDER, out_of_order, status_of_next
from bot.playground.rates import POSTS, TIERS, Tiers
from bot.playground.state import Json


@dataclass(frozen=True)
class Method:
    """A method of the Web API: the scope it wants, how often a minute it may be called, whether it takes JSON."""

    run: Callable[[Call], Json]
    scope: str = ""
    a_minute: int = 0
    takes_json: bool = True


def _reads(run: Callable[[Call], Json], scope: str = "", *, tier: int) -> Method:
    """Describe a method that only reads: to Slack it has no arguments where they come as JSON."""
    return Method(run, scope, TIERS[tier], takes_json=False)


def _writes(run: Callable[[Call], Json], scope: str = "", *, tier: int) -> Method:
    """Describe a method that changes something."""
    return Method(run, scope, TIERS[tier])


METHODS = {
    "api.test": _writes(directory.api_test, tier=4),
    "auth.test": Method(directory.auth_test),
    "team.info": _reads(directory.team_info, "team:read", tier=3),
    "users.info": _reads(directory.users_info, "users:read", tier=4),
    "users.list": _reads(directory.users_list, "users:read", tier=2),
    "users.conversations": _reads(directory.users_conversations, tier=3),
    "conversations.info": _reads(directory.conversations_info, tier=3),
    "conversations.list": _reads(directory.conversations_list, tier=2),
    "conversations.members": _reads(directory.conversations_members, tier=4),
    "conversations.open": _writes(directory.conversations_open, "im:write", tier=3),
    "conversations.join": _writes(directory.conversations_join, "channels:join", tier=3),
    "conversations.history": _reads(directory.conversations_history, tier=3),
    "conversations.replies": _reads(directory.conversations_replies, tier=3),
    "chat.postMessage": Method(chat.post_message, "chat:write", POSTS),
    "chat.postEphemeral": _writes(chat.post_ephemeral, "chat:write", tier=4),
    "chat.update": _writes(chat.update, "chat:write", tier=3),
    "chat.delete": _writes(chat.delete, "chat:write", tier=3),
    "chat.getPermalink": Method(chat.get_permalink, takes_json=False),
    "reactions.add": _writes(chat.add_reaction, "reactions:write", tier=3),
    "reactions.remove": _writes(chat.remove_reaction, "reactions:write", tier=2),
    "reactions.get": _reads(chat.get_reactions, "reactions:read", tier=3),
    "views.open": _writes(views.open_view, tier=4),
    "views.push": _writes(views.push, tier=4),
    "views.update": _writes(views.update, tier=4),
    "views.publish": _writes(views.publish, tier=4),
}

JSON = "application/json"
Treated = tuple[int, dict[str, str], Json]


class WebApi:
    """Answer calls under /api/."""

    def __init__(self, core: Core, open_connection: Callable[[], Json]) -> None:
        self._core = core
        self._open_connection = open_connection
        self._tiers = Tiers()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, as Slack would or as a test made it fail."""
        began, name = time.monotonic(), request.match_info["method"]
        args = await _arguments(request)
        token = args.pop("token", None) or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        status, headers, answer = await self._treated(request, name, args, str(token or ""))
        took, retry_after = time.monotonic() - began, headers.get("Retry-After", "")
        self._core.traffic.called(log.Call(name, args, answer, status, took, retry_after))
        self._core.live.say("traffic")
        if answer is OUT_OF_ORDER:
            return out_of_order(request, status)
        if status == log.LOST and request.transport:
            request.transport.abort()
        return web.json_response(answer, status=status or 504, headers=headers)

    async def _treated(self, request: web.Request, name: str, args: Json, token: str) -> Treated:
        """Give status, headers and answer of a call, or what was made to go wrong with it."""
        faults = self._core.faults
        if faults.hangs(str(args.get("channel", ""))):
            await asyncio.sleep(faults.hang_for)
            if request.transport is None or request.transport.is_closing():
                return log.LOST, {}, {}  # whoever asked has left, and nothing is done for them
        if faults.is_down:
            return status_of_next(faults), {}, OUT_OF_ORDER
        status, headers, answer = self.answer(name, args, token)
        return log.LOST if faults.drops(name) else status, headers, answer

    def answer(self, name: str, args: Json, token: str) -> Treated:
        """Give status, headers and answer of a call, as Slack would."""
        headers = {"x-oauth-scopes": ",".join(self._core.manifest.scopes), "x-slack-req-id": "playground"}
        try:
            return 200, headers, {"ok": True, **self._run(name, args, token)}
        except RateLimitError as refused:
            return 429, {**headers, "Retry-After": str(refused.retry_after)}, refused.answer()
        except SlackError as refused:
            return 200, headers, refused.answer()

    def _run(self, name: str, args: Json, token: str) -> Json:
        if name == "apps.connections.open":
            self._check_token(token, self._core.app_token, self._core.bot_token)
            self._core.faults.raise_planned(name)
            return self._open_connection()
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if name != "api.test" or token:
            self._check_token(token, self._core.bot_token, self._core.app_token)
        if "_broken" in args:
            raise SlackError(str(args["_broken"]))
        if self._core.limits and self._core.tiers:
            self._tiers.take(name, method.a_minute)
        if method.scope:
            want_scope(self._core, method.scope)
        self._core.faults.raise_planned(name)
        return method.run(Call(self._core, args))

    @staticmethod
    def _check_token(token: str, wanted: str, other: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token == other:
            raise SlackError("not_allowed_token_type")
        if token != wanted:
            raise SlackError("invalid_auth")


POST_TYPES = (JSON, "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


async def _arguments(request: web.Request) -> dict[str, Any]:
    args: dict[str, Any] = dict(request.query)
    if request.body_exists and "Content-Type" not in request.headers:
        return {**args, "_broken": "missing_post_type"}
    if request.body_exists and request.content_type not in POST_TYPES:
        return {**args, "_broken": "invalid_post_type"}
    if request.content_type == JSON:
        given = await _json(request)
        method = METHODS.get(request.match_info["method"])
        return {**args, **given} if method is None or method.takes_json else args
    form = await request.post()
    return {**args, **{key: value for key, value in form.items() if isinstance(value, str)}}


async def _json(request: web.Request) -> dict[str, Any]:
    body = await request.text()
    try:
        given = json.loads(body) if body.strip() else {}
    except ValueError:
        return {"_broken": "invalid_json"}
    return given if isinstance(given, dict) else {"_broken": "json_not_object"}
