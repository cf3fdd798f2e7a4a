"""A check-up of tokens and channels: what Slack says of them, for `doctor`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.refusals import code_of, status_of

_SHARED = ("is_ext_shared", "is_pending_ext_shared")
_TIMEOUT = 5
"""Seconds for one call."""


class NotReached(Exception):
    """Slack didn't answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCheck:
    """What Slack says of a token: `problem` is Slack's word for what is wrong with it, empty where nothing is."""

    problem: str = ""
    team_id: str = ""
    team: str = ""
    bot_id: str = ""
    scopes: frozenset[str] = frozenset()
    skew: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCheck:
    """What Slack says of a channel: `problem` is Slack's word for why it says nothing, empty where it does.

    `is_shared` tells whether people from outside read it, or are invited; None where Slack doesn't say.
    """

    id: str
    problem: str = ""
    name: str = ""
    is_member: bool = False
    is_archived: bool = False
    is_shared: bool | None = None


async def check_bot_token(token: str, base_url: str) -> TokenCheck:
    """Ask whose token it is, what it may do, and what time it is at Slack. Raises NotReached."""
    try:
        told = await _ask("auth.test", token, base_url)
    except SlackApiError as e:
        return TokenCheck(problem=code_of(e))
    headers = {str(name).lower(): value for name, value in told.headers.items()}
    scopes = str(headers.get("x-oauth-scopes") or "").split(",")
    return TokenCheck(
        team_id=told["team_id"],
        team=told.get("team", ""),
        bot_id=str(told.get("bot_id") or ""),
        scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
        skew=_skew(headers.get("date")),
    )


async def check_app_token(token: str, base_url: str) -> TokenCheck:
    """Ask for an address for a socket, and don't use it. Raises NotReached."""
    try:
        await _ask("apps.connections.open", token, base_url)
    except SlackApiError as e:
        return TokenCheck(problem=code_of(e))
    return TokenCheck()


async def app_of(bot_id: str, token: str, base_url: str) -> str:
    """Ask which app a bot is part of; "" where Slack doesn't say."""
    try:
        told = (await _ask("bots.info", token, base_url, bot=bot_id)).get("bot") or {}
    except (SlackApiError, NotReached):
        return ""
    return str(told.get("app_id") or "")


async def check_channel(token: str, base_url: str, channel: str) -> ChannelCheck:
    """Ask what a channel is and whether the bot is in it. Raises NotReached."""
    try:
        told = (await _ask("conversations.info", token, base_url, channel=channel)).get("channel") or {}
    except SlackApiError as e:
        return ChannelCheck(id=channel, problem=code_of(e))
    return ChannelCheck(
        id=channel,
        name=str(told.get("name") or ""),
        is_member=bool(told.get("is_member")),
        is_archived=bool(told.get("is_archived")),
        is_shared=any(told.get(key) for key in _SHARED) if told.keys() & set(_SHARED) else None,
    )


async def _ask(method: str, token: str, base_url: str, **arguments: str) -> AsyncSlackResponse:
    """Call Slack once. Raises SlackApiError for what Slack refuses, NotReached where it isn't Slack who answers."""
    client = AsyncWebClient(token=token, base_url=base_url, timeout=_TIMEOUT, retry_handlers=[])
    try:
        return await client.api_call(method, params=arguments)
    except SlackApiError as e:
        if code_of(e).startswith("http_"):
            raise NotReached(f"{base_url} answers with status {status_of(e)}, and not in Slack's words") from e
        raise
    except TimeoutError as e:
        raise NotReached(f"{base_url} doesn't answer within {_TIMEOUT} s") from e
    except AttributeError as e:  # slack_sdk looks for `ok` in whatever it was told
        raise NotReached(f"{base_url} answers, but not in Slack's words") from e
    except (aiohttp.ClientError, OSError, ValueError) as e:
        raise NotReached(str(e) or type(e).__name__) from e


def _skew(date: str | None) -> timedelta:
    """Tell how far this machine's clock is ahead of Slack's."""
    try:
        return datetime.now(UTC) - parsedate_to_datetime(date or "")
    except (TypeError, ValueError):  # none, or a proxy's own idea of one
        return timedelta(0)
