"""A check-up of the tokens: what Slack says of them, for `doctor`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse


class NotReached(Exception):
    """Slack didn't answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCheck:
    """What Slack says of a token: `problem` is Slack's word for what is wrong with it, empty where nothing is."""

    problem: str = ""
    workspace: str = ""
    scopes: frozenset[str] = frozenset()
    skew: timedelta = timedelta(0)


async def check_bot_token(token: str, base_url: str) -> TokenCheck:
    """Ask whose token it is, what it may do, and what time it is at Slack. Raises NotReached."""
    try:
        told = await _ask("auth.test", token, base_url)
    except SlackApiError as e:
        return TokenCheck(problem=str(e.response.get("error") or e))
    headers = {str(name).lower(): value for name, value in told.headers.items()}
    scopes = str(headers.get("x-oauth-scopes") or "").split(",")
    return TokenCheck(
        workspace=f"{told.get('team', '')} ({told['team_id']})",
        scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
        skew=_skew(headers.get("date")),
    )


async def check_app_token(token: str, base_url: str) -> TokenCheck:
    """Ask for an address for a socket, and don't use it. Raises NotReached."""
    try:
        await _ask("apps.connections.open", token, base_url)
    except SlackApiError as e:
        return TokenCheck(problem=str(e.response.get("error") or e))
    return TokenCheck()


async def _ask(method: str, token: str, base_url: str) -> AsyncSlackResponse:
    client = AsyncWebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])
    try:
        return await client.api_call(method)
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as e:
        raise NotReached(f"{type(e).__name__}: {e}") from e


def _skew(date: str | None) -> timedelta:
    """Tell how far this machine's clock is ahead of Slack's."""
    if not date:
        return timedelta(0)
    return datetime.now(UTC) - parsedate_to_datetime(date)
