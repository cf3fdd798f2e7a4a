"""The HTTP session of the gateway: connections that are used again, and no call that begins too late."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp.connector import Connection

from bot.log import Discreet

_begin_by: ContextVar[float] = ContextVar("begin_by", default=float("inf"))
_KEEP_ALIVE = 5.0
"""Seconds. Shorter than any server's: a connection that is closed under a call leaves its outcome unknown."""


class TooLate(Discreet):
    """The moment by which a call had to begin is past; nothing was sent."""


@contextmanager
def beginning_by(moment: float) -> Iterator[None]:
    """Let no call within begin after `moment` (monotonic seconds). A call then raises TooLate.

    A process that was stopped for a while goes on as if nothing had been; others may have taken its work over.
    """
    token = _begin_by.set(moment)
    try:
        yield
    finally:
        _begin_by.reset(token)


def open_session(timeout: float) -> aiohttp.ClientSession:
    """Open a session; `timeout` is for a whole call, in seconds."""
    leaving = aiohttp.TraceConfig()
    leaving.on_request_chunk_sent.append(_look_at_the_time)
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=timeout / 2),
        connector=_InTime(keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[leaving],
    )


async def _look_at_the_time(*_: object) -> None:
    """Let nothing leave too late: aiohttp asks right before it writes a body, with which the headers go."""
    if time.monotonic() > _begin_by.get():
        raise TooLate


class _InTime(aiohttp.TCPConnector):
    """Look at the time when a connection is there; a body waits for its turn after that."""

    async def connect(self, *request: Any, **named: Any) -> Connection:
        connection = await super().connect(*request, **named)
        if time.monotonic() > _begin_by.get():
            connection.release()
            raise TooLate
        return connection
