"""An edge with nothing behind it but an ear."""

from collections.abc import Mapping
from typing import Any

from bot.metrics import Metrics
from bot.slack.edge import Edge
from bot.slack.gateway import WebGateway
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Request


async def given(body: Mapping[str, Any], metrics: Metrics | None = None) -> tuple[int, str | None, list[Request]]:
    """Give a body to an edge; return the status and body of its answer, and what came to a handler."""
    requests: list[Request] = []

    async def dispatch(request: Request) -> Reply:
        requests.append(request)
        return NOTHING

    async def answers(_: Request) -> bool:
        return True

    gateway = WebGateway("xoxb-1", "http://127.0.0.1:9/api/")
    edge = Edge(gateway, dispatch, metrics or Metrics(), answers=answers, form_failed=dispatch)
    answer = await edge.receive(body)
    return answer.status, answer.body, requests
