"""The edge: one way in for both transports.

Plain Bolt acknowledges an event before its listener has run and loses the answer when a listener fails after it.
So bodies come here verified and parsed, Bolt runs one listener for each kind of payload before it answers, and
our own table of routes finds the handler. What is acknowledged is kept; what needs Slack comes after.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.gateway import Busy, Refused, SlackGateway, Unclear
from bot.slack.replies import Reply, ack_of, is_told_by_ack, response_of
from bot.slack.requests import Request, read_click, read_command, read_event, read_shortcut, read_submission

log = logging.getLogger(__name__)

DEADLINE = 2.3
"""Seconds after receipt within which a use case must have begun; Slack gives up after 3."""

Dispatch = Callable[[Request], Awaitable[Reply]]
Explain = Callable[[Request], Awaitable[Reply]]
Reader = Callable[[Mapping[str, Any], float], Request]

_ANYTHING = re.compile(r".*", re.DOTALL)


class Edge:
    """Take what came from Slack, have it handled, answer, and do the rest afterwards."""

    def __init__(self, gateway: SlackGateway, dispatch: Dispatch, *, form_failed: Explain) -> None:
        self._gateway = gateway
        self._dispatch = dispatch
        self._form_failed = form_failed
        self._after: set[asyncio.Task[None]] = set()
        self._app = self._bolt()

    async def receive(self, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> BoltResponse:
        """Handle one verified, parsed body; 200 means kept, 503 means send it again."""
        context = {"deadline": time.monotonic() + DEADLINE}
        request = AsyncBoltRequest(mode="socket_mode", body=dict(body), headers=dict(headers or {}), context=context)
        return await self._app.async_dispatch(request)

    async def settled(self) -> None:
        """Wait until everything that follows an answer is done."""
        while self._after:
            await asyncio.wait(self._after)

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            authorize=_authorize,
            process_before_response=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            logger=logging.getLogger("bolt"),
        )
        app.command(_ANYTHING)(self._listener(read_command))
        app.action(_ANYTHING)(self._listener(read_click))
        app.view_submission(_ANYTHING)(self._listener(read_submission))
        app.shortcut(_ANYTHING)(self._listener(read_shortcut))
        app.event(_ANYTHING)(self._listener(read_event))
        app.error(_send_again)
        return app

    def _listener(self, read: Reader) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: dict[str, Any], context: dict[str, Any]) -> None:
            request = read(body, context["deadline"])
            reply = await self._dispatch(request)
            answer = ack_of(request, reply)
            await (ack(**answer) if answer else ack())
            if not is_told_by_ack(request, reply):
                self._later(self._follow(request, reply))

        return listen

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._after.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._after.discard(task)
        if not task.cancelled() and task.exception():
            log.error("what follows an answer failed", exc_info=task.exception())

    async def _follow(self, request: Request, reply: Reply) -> None:
        try:
            if reply.form:
                opens = self._gateway.push_form if reply.pushes else self._gateway.open_form
                await opens(request.trigger, reply.form)
            if reply.home:
                await self._gateway.publish_home(request.actor.member, reply.home)
        except (Refused, Busy, Unclear) as e:
            log.warning("a form or home could not be shown: %r", e)
            reply = await self._form_failed(request)
        if reply.message or reply.deletes:
            await self._tell(request, reply)

    async def _tell(self, request: Request, reply: Reply) -> None:
        """Say it where the person is looking; else in a direct message, so that nothing is silent."""
        url = request.response_url or reply.follow_url
        channel = request.actor.channel or reply.follow_channel
        try:
            if url:
                return await self._gateway.respond(url, response_of(request, reply))
        except (Refused, Busy, Unclear) as e:
            log.warning("response_url failed: %r", e)
        if reply.message is None:
            return None
        try:
            if channel:
                return await self._gateway.whisper(channel, request.actor.member, reply.message.payload)
        except (Refused, Busy, Unclear) as e:
            log.warning("whisper failed: %r", e)
        try:
            await self._gateway.post(request.actor.member, reply.message.payload, token="", thread_ts=None)
        except (Refused, Busy, Unclear) as e:
            log.error("a person could not be told: %r", e)
        return None


async def _authorize() -> AuthorizeResult:
    """Satisfy Bolt without a call: who the bot is stands in a row, and handlers speak through the gateway."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_token="kept-by-the-gateway")  # noqa: S106


async def _send_again(error: Exception) -> BoltResponse:
    """Answer a failure so that Slack sends it again."""
    log.error("not kept, Slack is to send it again: %s", error, exc_info=error)
    return BoltResponse(status=503, body="")
