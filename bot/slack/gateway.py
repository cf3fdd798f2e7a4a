"""The gateway: the port to Slack's Web API, and its adapter over slack_sdk.

slack_sdk's own retries are off: they post twice when an answer is lost. Whoever calls decides.
"""

import logging
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.members import Channel, Member
from bot.failpoints import reach
from bot.log import Discreet
from bot.metrics import Metrics
from bot.slack.addresses import is_slacks
from bot.slack.refusals import RATE_LIMITED, code_of, details_of, is_in_slacks_words, pause_asked_for, status_of
from bot.slack.session import TooLate, open_session
from bot.slack.text import without_control

METADATA_EVENT = "stafet_message"
_QUIET = logging.getLogger("slack_sdk")
"""It has a level, from `bot.log`: slack_sdk's own has none, and then it writes out each call, for nobody to read."""
_RESPONSE_URL = "response_url"
_NO_ANSWER = "no_answer"
_ENDLESS = "endless_pages"
_PLAIN_WORDS = {"parse": "none", "link_names": False}
"""Slack is to read no mentions and channels out of plain words; for an edit it would by itself."""


class Refused(Discreet):
    """Slack said no; `code` is its word for why."""

    def __init__(self, code: str, details: Sequence[str] = ()) -> None:
        super().__init__(code, *details)
        self.code = code
        self.details = tuple(details)


class Busy(Discreet):
    """Slack wants us to wait; `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Unclear(Discreet):
    """No answer came: it may have happened or not."""


class Away(Unclear):
    """Slack as a whole seems to be out of order: it didn't answer in time, or said so itself."""


class Unreached(Away):
    """No connection came about: it surely didn't happen."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands now."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the bot is."""

    workspace: str
    workspace_name: str
    url: str
    bot_user: str
    bot_id: str


class SlackGateway(Protocol):
    """What Stafet asks of Slack. Every method may raise Refused, Busy or Unclear."""

    async def identity(self) -> Identity: ...
    async def post(self, channel: str, payload: Mapping[str, Any], *, token: str, thread_ts: str | None) -> Posted: ...
    async def update(self, channel: str, ts: str, payload: Mapping[str, Any]) -> None: ...
    async def delete(self, channel: str, ts: str) -> None: ...
    async def react(self, channel: str, ts: str, emoji: str) -> None: ...
    async def whisper(self, channel: str, person: str, payload: Mapping[str, Any]) -> None: ...
    async def respond(self, url: str, payload: Mapping[str, Any]) -> None: ...
    async def open_form(self, trigger: str, form: Mapping[str, Any]) -> None: ...
    async def push_form(self, trigger: str, form: Mapping[str, Any]) -> None: ...
    async def publish_home(self, person: str, home: Mapping[str, Any]) -> None: ...
    async def open_dm(self, person: str) -> str: ...
    async def member(self, person: str) -> Member: ...
    async def members(self, cursor: str = "") -> tuple[list[Member], str]: ...
    async def channel(self, channel: str) -> Channel: ...
    async def is_in(self, channel: str, person: str) -> bool: ...
    async def message(self, channel: str, ts: str) -> Mapping[str, Any] | None: ...
    async def find_posts(
        self, channel: str, tokens: Set[str], *, since: float, thread_ts: str | None
    ) -> Mapping[str, Posted]: ...


class WebGateway:
    """The gateway over slack_sdk and HTTP."""

    def __init__(self, token: str, base_url: str, *, timeout: int = 30, metrics: Metrics | None = None) -> None:
        self._client = AsyncWebClient(token=token, base_url=base_url, logger=_QUIET, timeout=timeout, retry_handlers=[])
        self._timeout = timeout
        self._base_url = base_url
        self._metrics = metrics or Metrics()
        self._workspace = ""

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client.session is not None:
            await self._client.session.close()

    async def identity(self) -> Identity:
        """Ask Slack who the bot is."""
        told = await self._call("auth.test", gives="team_id")
        self._workspace = told["team_id"]
        return Identity(
            workspace=told["team_id"],
            workspace_name=told.get("team", ""),
            url=told.get("url", ""),
            bot_user=told.get("user_id", ""),
            bot_id=told.get("bot_id", ""),
        )

    async def post(self, channel: str, payload: Mapping[str, Any], *, token: str, thread_ts: str | None) -> Posted:
        """Post a message; `token` goes along unseen, so that it can be found again."""
        metadata = {"event_type": METADATA_EVENT, "event_payload": {"token": token}}
        quiet = {"unfurl_links": False, "unfurl_media": False}
        arguments = {**payload, "channel": channel, "metadata": metadata, **quiet, **_PLAIN_WORDS}
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        told = await self._call("chat.postMessage", arguments)
        if not told.get("ts"):
            raise Unclear("chat.postMessage: no ts")
        return Posted(told.get("channel") or channel, told["ts"])

    async def update(self, channel: str, ts: str, payload: Mapping[str, Any]) -> None:
        """Edit a message in place."""
        await self._call("chat.update", {**payload, "channel": channel, "ts": ts, **_PLAIN_WORDS})

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message of the bot's own."""
        await self._call("chat.delete", {"channel": channel, "ts": ts})

    async def react(self, channel: str, ts: str, emoji: str) -> None:
        """Add a reaction."""
        await self._call("reactions.add", {"channel": channel, "timestamp": ts, "name": emoji})

    async def whisper(self, channel: str, person: str, payload: Mapping[str, Any]) -> None:
        """Say something in a channel that one person alone sees."""
        await self._call("chat.postEphemeral", {**payload, "channel": channel, "user": person})

    async def respond(self, url: str, payload: Mapping[str, Any]) -> None:
        """Answer through a response_url. Raises Refused for an address that isn't Slack's."""
        if not is_slacks(url, base_url=self._base_url):
            raise Refused("foreign_response_url")
        reach("before.call.respond")
        try:
            async with self._session().post(url, json=dict(payload), allow_redirects=False) as response:
                if response.status != 200:
                    self._metrics.slack_error(_RESPONSE_URL, f"http_{response.status}")
                    raise Refused(f"response_url_{response.status}")
        except (aiohttp.ClientError, TimeoutError, ValueError) as e:
            self._metrics.slack_error(_RESPONSE_URL, _NO_ANSWER)
            raise Unclear(type(e).__name__) from e
        reach("after.call.respond")

    async def open_form(self, trigger: str, form: Mapping[str, Any]) -> None:
        """Open a form; the trigger lives 3 s."""
        await self._call("views.open", {"trigger_id": trigger, "view": dict(form)})

    async def push_form(self, trigger: str, form: Mapping[str, Any]) -> None:
        """Lay a form over the one that is open."""
        await self._call("views.push", {"trigger_id": trigger, "view": dict(form)})

    async def publish_home(self, person: str, home: Mapping[str, Any]) -> None:
        """Show a person's home."""
        await self._call("views.publish", {"user_id": person, "view": dict(home)})

    async def open_dm(self, person: str) -> str:
        """Get the channel of a person's direct messages with the bot."""
        told = await self._call("conversations.open", {"users": person}, gives="channel")
        return str(told["channel"]["id"])

    async def member(self, person: str) -> Member:
        """Ask for one person's profile."""
        told = await self._call("users.info", {"user": person, "include_locale": True}, gives="user")
        return self._member(told["user"])

    async def members(self, cursor: str = "") -> tuple[list[Member], str]:
        """Ask for one page of everybody's profiles, and for where the next begins: "" where there is none."""
        page = {"limit": 200, "include_locale": True, "cursor": cursor}
        told = await self._call("users.list", page, gives="members")
        next_cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        return [self._member(user) for user in told["members"]], next_cursor

    async def channel(self, channel: str) -> Channel:
        """Ask what a channel is."""
        told = (await self._call("conversations.info", {"channel": channel}, gives="channel"))["channel"]
        is_dm = bool(told.get("is_im") or told.get("is_mpim"))
        return Channel(
            id=channel,
            name=without_control(told.get("name") or ""),
            is_shared=any(told.get(key) for key in ("is_ext_shared", "is_pending_ext_shared")),
            is_private=is_dm or bool(told.get("is_private") or told.get("is_group")),
            is_member=bool(told.get("is_im") or told.get("is_member", True)),  # untold: posting there will tell
            is_dm=is_dm,
        )

    async def is_in(self, channel: str, person: str) -> bool:
        """Ask whether a person is a member of a channel."""
        cursor = ""
        while True:
            page = {"channel": channel, "limit": 1000, "cursor": cursor}
            told = await self._call("conversations.members", page, gives="members")
            before, cursor = cursor, (told.get("response_metadata") or {}).get("next_cursor") or ""
            if person in told["members"] or not cursor:
                return person in told["members"]
            if cursor == before:
                raise Refused(_ENDLESS)

    async def message(self, channel: str, ts: str) -> Mapping[str, Any] | None:
        """Fetch one message, in a channel or in a thread."""
        window = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True, "limit": 1}
        for method, more in (("conversations.history", {}), ("conversations.replies", {"ts": ts})):
            try:
                told = await self._call(method, {**window, **more}, gives="messages")
            except Refused as e:
                if e.code != "thread_not_found":
                    raise
                continue
            for message in told["messages"]:
                if message["ts"] == ts:
                    return dict(message)
        return None

    async def find_posts(
        self, channel: str, tokens: Set[str], *, since: float, thread_ts: str | None
    ) -> Mapping[str, Posted]:
        """Look for messages of ours by the tokens in their metadata, from `since` (Unix seconds) on.

        Our clock may be wrong: a channel's newest page, and the whole of a thread, are looked at whatever it says.
        """
        window: dict[str, Any] = {"channel": channel, "limit": 200, "include_all_metadata": True}
        method = "conversations.replies" if thread_ts else "conversations.history"
        if thread_ts:
            window["ts"] = thread_ts
        found: dict[str, Posted] = {}
        cursor = ""
        while True:
            told = await self._call(method, {**window, "cursor": cursor}, gives="messages")
            for message in told["messages"]:
                token = str(((message.get("metadata") or {}).get("event_payload") or {}).get("token"))
                if token in tokens:
                    found[token] = Posted(channel, message["ts"])
            before, cursor = cursor, (told.get("response_metadata") or {}).get("next_cursor") or ""
            is_behind_us = thread_ts is None and any(float(message["ts"]) < since for message in told["messages"])
            if not cursor or is_behind_us or len(found) == len(tokens):
                return found
            if cursor == before:
                raise Refused(_ENDLESS)

    async def _call(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, gives: str = ""
    ) -> dict[str, Any]:
        """Call a method; a server that says ok without what the method `gives` doesn't know it."""
        wanted = {key: value for key, value in (arguments or {}).items() if value not in (None, "")}
        reach("before.call", _DEEDS[method])
        self._session()
        try:
            if method in _JSON_METHODS:
                answer = await self._client.api_call(method, json=wanted)
            else:
                answer = await self._client.api_call(method, params=_as_text(wanted))
        except SlackApiError as e:
            self._metrics.slack_error(method, code_of(e))
            raise _refusal(e) from e
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as e:
            self._metrics.slack_error(method, _NO_ANSWER)
            raise Unreached(f"{method}: {type(e).__name__}") from e
        except TimeoutError as e:
            self._metrics.slack_error(method, _NO_ANSWER)
            raise Away(f"{method}: {type(e).__name__}") from e
        except (aiohttp.ClientError, OSError, ValueError) as e:
            if isinstance(e.__cause__, TooLate):
                raise TooLate from e
            self._metrics.slack_error(method, _NO_ANSWER)
            raise Unclear(f"{method}: {type(e).__name__}") from e
        except AttributeError as e:  # slack_sdk looks for `ok` in whatever it was told, and that was no object
            self._metrics.slack_error(method, _NO_ANSWER)
            raise Away(f"{method}: not Slack's words") from e
        reach("after.call", _DEEDS[method])
        told = dict(answer.data) if isinstance(answer.data, dict) else {}
        if gives and told.get(gives) is None:
            raise Refused("unknown_method")
        return told

    def _session(self) -> aiohttp.ClientSession:
        """Get the one session; it is born with the first call, for it belongs to the loop that runs then."""
        session = self._client.session
        if session is None or session.closed:
            session = self._client.session = open_session(self._timeout)
        return session

    def _member(self, user: Mapping[str, Any]) -> Member:
        return read_member(user, workspace=self._workspace)


_DEEDS = {
    "auth.test": "ask",
    "chat.postMessage": "post",
    "chat.update": "edit",
    "chat.delete": "delete",
    "chat.postEphemeral": "whisper",
    "reactions.add": "react",
    "views.open": "form",
    "views.push": "form",
    "views.publish": "home",
    "conversations.open": "dm",
    "conversations.info": "ask",
    "conversations.members": "ask",
    "conversations.history": "find",
    "conversations.replies": "find",
    "users.info": "ask",
    "users.list": "ask",
}
"""What a call does, by the name of its fail points."""
_JSON_METHODS = frozenset(
    {
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "chat.postEphemeral",
        "views.open",
        "views.push",
        "views.publish",
        "conversations.open",
        "reactions.add",
    }
)


def _as_text(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in arguments.items()}


def _refusal(error: SlackApiError) -> Exception:
    code = code_of(error)
    if code == RATE_LIMITED:
        return Busy(pause_asked_for(error))
    if status_of(error) >= 500 or not is_in_slacks_words(error):  # somebody before Slack, or Slack out of order
        return Away(code)
    return Refused(code, details_of(error))


def read_member(user: Mapping[str, Any], *, workspace: str) -> Member:
    """Read a profile as Slack gives it; guests and people of other workspaces are outsiders."""
    profile = user.get("profile") or {}
    guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    other = bool(workspace and user.get("team_id") and user["team_id"] != workspace)
    handle = user.get("name") or ""
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or handle
    return Member(
        id=user["id"],
        name=without_control(name),
        handle=without_control(handle),
        language=user.get("locale") or None,
        zone=user.get("tz") or None,
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_bot=bool(user.get("is_bot") or user["id"] == "USLACKBOT"),
        is_outsider=bool(guest or other or user.get("is_stranger")),
        is_guest=guest and not other,
        is_gone=bool(user.get("deleted")),
    )
