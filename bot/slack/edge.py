"""The edge: one way in for both transports.

Plain Bolt acknowledges an event before its listener has run and loses the answer when a listener fails after it.
So bodies come here verified and parsed, Bolt passes them through its middleware, the last of which is our ear, and
our own table of routes finds the handler. What is acknowledged is kept; what needs Slack comes after.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.log import tagged
from bot.metrics import Metrics
from bot.slack.gateway import Busy, Refused, SlackGateway, Unclear
from bot.slack.replies import Reply, ack_of, is_told_by_ack, response_of
from bot.slack.requests import (
    Request,
    is_of_a_bot,
    read_click,
    read_command,
    read_event,
    read_search,
    read_shortcut,
    read_submission,
)
from bot.slack.shapes import has_shape, needed

log = logging.getLogger(__name__)

DEADLINE = 2.3
"""Seconds after receipt within which a use case must have begun; Slack gives up after 3."""

Dispatch = Callable[[Request], Awaitable[Reply]]
Explain = Callable[[Request], Awaitable[Reply]]
Claim = Callable[[Request], Awaitable[bool]]
Reader = Callable[[Mapping[str, Any], float], Request]
Send = Callable[[BoltResponse], Awaitable[bool]]
"""Send an answer; tell whether it went out."""

_KINDS = {
    "event_callback": "event",
    "block_actions": "click",
    "view_submission": "form",
    "block_suggestion": "search",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}
_READERS: Mapping[str, Reader] = {
    "command": read_command,
    "event": read_event,
    "click": read_click,
    "form": read_submission,
    "search": read_search,
    "shortcut": read_shortcut,
}
_LEAVES_OUT = "app_rate_limited"
"""Slack's word for more events in an hour than it delivers."""


class Unreadable(Exception):
    """A body is none that Slack sends."""


class _AlreadyKnown(AsyncAuthorize):
    """Satisfy Bolt without a call: who the bot is stands in a row, and handlers speak through the gateway."""

    _result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token="kept-by-the-gateway")  # noqa: S106

    async def __call__(self, **_: Any) -> AuthorizeResult:
        return self._result


class _Bolt(AsyncApp):
    """Bolt without a new client for each request: that is a fifth of what it costs, and nobody speaks through it."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        req.context["client"], req.context["logger"] = self.client, self.logger


class _Ear(AsyncMiddleware):
    """The last of Bolt's middleware hears everything: to look for a listener costs more, the more of them there are."""

    def __init__(self, hear: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> None:
        self._hear = hear

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse:
        return await self._hear(req)


class Edge:
    """Take what came from Slack, have it handled, answer, and do the rest afterwards."""

    def __init__(
        self, gateway: SlackGateway, dispatch: Dispatch, metrics: Metrics, *, answers: Claim, form_failed: Explain
    ) -> None:
        self._gateway = gateway
        self._dispatch = dispatch
        self._metrics = metrics
        self._answers = answers
        self._form_failed = form_failed
        self._after: set[asyncio.Task[None]] = set()
        self._app = _bolt(self._hear)
        metrics.awaits(_READERS)

    async def receive(self, body: Mapping[str, Any], *, send: Send | None = None) -> BoltResponse:
        """Handle one verified, parsed body; 200 means kept, 503 send it again, any other that it never will be.

        An answer that `send` couldn't send is no acknowledgement, and isn't counted as one.
        """
        kind, began = _kind(body), time.monotonic()
        self._metrics.came(kind)
        with tagged(kind):
            answer = await self._handle(body, began + DEADLINE)
            if send and not await send(answer):
                log.warning("not acknowledged: the link that brought it is gone")
                return answer
            seconds = time.monotonic() - began
            self._metrics.acked(kind, seconds, answer.status)
            level = logging.DEBUG if answer.status == 200 else logging.INFO
            log.log(level, "answered", extra={"kind": kind, "status": answer.status, "ms": round(seconds * 1000, 1)})
        return answer

    async def _handle(self, body: Mapping[str, Any], deadline: float) -> BoltResponse:
        try:
            if is_of_a_bot(body):  # most often our own: Slack tells us of all that we post
                return BoltResponse(status=200, body="")
            if not has_shape(body):
                return _passed_over(Unreadable())
            request = AsyncBoltRequest(mode="socket_mode", body=dict(body), context={"deadline": deadline})
            return await self._app.async_dispatch(request)
        except Exception as e:  # Bolt stumbles over some bodies before it comes to a listener
            return _passed_over(e)

    async def settled(self) -> None:
        """Wait until everything that follows an answer is done."""
        while self._after:
            await asyncio.wait(self._after)

    async def _hear(self, bolt_request: AsyncBoltRequest) -> BoltResponse:
        """Handle a body of a kind that is ours, and take any other: it would be no more to us the next time."""
        body, context = bolt_request.body, bolt_request.context
        read = _READERS.get(_kind(body))
        try:
            if read is None:
                return _left_alone(needed(body, "type"))
            request = read(body, context["deadline"])
        except (LookupError, TypeError, ValueError, AttributeError) as e:
            raise Unreadable from e
        reply = await self._dispatch(request)
        answer = ack_of(request, reply)
        acknowledged = await (context.ack(**answer) if answer else context.ack())
        if not is_told_by_ack(request, reply):
            self._later(self._follow(request, reply))
        return acknowledged

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._after.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._after.discard(task)
        if not task.cancelled() and task.exception():
            log.error("what follows an answer failed", exc_info=task.exception())

    async def _follow(self, request: Request, reply: Reply) -> None:
        """Do what needs Slack, once: the same body may come again within Slack's five minutes."""
        if (reply.form or reply.message or reply.deletes) and not await self._answers(request):
            return
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
        channel, person = request.actor.channel or reply.follow_channel, reply.whom or request.actor.member
        try:
            if url:
                return await self._gateway.respond(url, response_of(request, reply))
        except (Refused, Busy, Unclear) as e:
            log.warning("response_url failed: %r", e)
        if reply.message is None:
            return None
        try:
            if channel:
                return await self._gateway.whisper(channel, person, reply.message.payload)
        except (Refused, Busy, Unclear) as e:
            log.warning("whisper failed: %r", e)
        try:
            await self._gateway.post(person, reply.message.payload, token="", thread_ts=None)
        except (Refused, Busy, Unclear) as e:
            log.error("a person could not be told: %r", e)
        return None


def _kind(body: Mapping[str, Any]) -> str:
    if "command" in body:
        return "command"
    return _KINDS.get(str(body.get("type")), "other")


def _bolt(hear: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> AsyncApp:
    """Build a Bolt without the parts that our own ways in did before it."""
    app = _Bolt(
        name="stafet",  # else Bolt walks through every imported module for one, at each start
        authorize=_AlreadyKnown(),  # type: ignore[no-untyped-call]
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        logger=logging.getLogger("bolt"),
    )
    app.middleware(_Ear(hear))
    app.error(_send_again)
    return app


async def _send_again(error: Exception) -> BoltResponse:
    """Answer a failure so that Slack sends it again, unless the next time would be no better."""
    if isinstance(error, Unreadable):
        return _passed_over(error.__cause__)
    log.error("not kept, Slack is to send it again: %s", error, exc_info=error)
    return BoltResponse(status=503, body="")


def _left_alone(type: str) -> BoltResponse:
    """Answer what asks for nothing; that Slack leaves events out is worth knowing."""
    log.log(logging.WARNING if type == _LEAVES_OUT else logging.DEBUG, "left alone: %s", type)
    return BoltResponse(status=200, body="")


def _passed_over(error: BaseException | None) -> BoltResponse:
    """Answer what can't be read, now or later: nothing is gained if it comes again."""
    log.error("unreadable, and passed over: %s", type(error).__name__)
    return BoltResponse(status=400, body="")
