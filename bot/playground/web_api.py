"""The Web API: from an HTTP request to a method and back."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground import chat, directory, views
from bot.playground import traffic as log
from bot.playground.calls import Call, want_scope
from bot.playground.core import Core
from bot.playground.errors import RateLimitError, SlackError
from bot.playground.state import Json


@dataclass(frozen=True)
class Method:
    """A method of the Web API and the scope it wants."""

    run: Callable[[Call], Json]
    scope: str = ""


METHODS = {
    "api.test": Method(directory.api_test),
    "auth.test": Method(directory.auth_test),
    "team.info": Method(directory.team_info, "team:read"),
    "users.info": Method(directory.users_info, "users:read"),
    "users.list": Method(directory.users_list, "users:read"),
    "users.conversations": Method(directory.users_conversations),
    "conversations.info": Method(directory.conversations_info),
    "conversations.list": Method(directory.conversations_list),
    "conversations.members": Method(directory.conversations_members),
    "conversations.open": Method(directory.conversations_open, "im:write"),
    "conversations.join": Method(directory.conversations_join, "channels:join"),
    "conversations.history": Method(directory.conversations_history),
    "conversations.replies": Method(directory.conversations_replies),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink),
    "reactions.add": Method(chat.add_reaction, "reactions:write"),
    "reactions.remove": Method(chat.remove_reaction, "reactions:write"),
    "reactions.get": Method(chat.get_reactions, "reactions:read"),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
}


class WebApi:
    """Answer calls under /api/."""

    def __init__(self, core: Core, open_connection: Callable[[], Json]) -> None:
        self._core = core
        self._open_connection = open_connection

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, as Slack would or as a test made it fail."""
        name = request.match_info["method"]
        args = await _arguments(request)
        token = args.pop("token", None) or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        faults = self._core.faults
        if faults.hangs(str(args.get("channel", ""))):
            await asyncio.sleep(faults.hang_for)
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=504)  # whoever asked has left, and nothing is done for them
        if faults.is_down:
            return self._out_of_order(request)
        status, headers, answer = self._answer(name, args, str(token or ""))
        dropped = faults.drops(name)
        self._core.traffic.calls.append(log.Call(name, args, answer, 0 if dropped else status))
        self._core.live.say("traffic")
        if dropped and request.transport:
            request.transport.abort()
        return web.json_response(answer, status=status, headers=headers)

    def _out_of_order(self, request: web.Request) -> web.StreamResponse:
        """Answer as a Slack that is down: half of the calls with 503, the others with a line that is cut."""
        happened = self._core.faults.happened
        happened["down"] += 1
        if happened["down"] % 2 and request.transport:
            request.transport.abort()
        return web.Response(status=503, text="upstream connect error or disconnect/reset before headers")

    def _answer(self, name: str, args: Json, token: str) -> tuple[int, dict[str, str], Json]:
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


async def _arguments(request: web.Request) -> dict[str, Any]:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            given = json.loads(body) if body.strip() else {}
        except ValueError:
            return {**args, "_broken": "invalid_json"}
        return {**args, **given} if isinstance(given, dict) else {**args, "_broken": "json_not_object"}
    form = await request.post()
    return {**args, **{key: value for key, value in form.items() if isinstance(value, str)}}
