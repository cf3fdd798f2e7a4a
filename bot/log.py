"""Logs: JSON lines on standard error, one id per request, tick and audit, no secrets in them and no message text.

What an exception says may quote what somebody wrote (a value that couldn't be read, a row that broke a constraint). So
a traceback shows where it happened and of which kind it was, and its words only where they can't quote anybody.
"""

import itertools
import json
import logging
import re
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote

from pythonjsonlogger.json import JsonFormatter

_tag: ContextVar[str] = ContextVar("tag", default="")
_process, _numbers = secrets.token_hex(3), itertools.count(1)
_SECRETS = (
    r"xox[a-z]?[-.][\w.-]+",  # tokens
    r"xapp-[\w-]+",
    r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)",  # name and password in an address
    r"(?<=wss://)[^\s\"']+",  # the address of a link is its ticket
    r"(?<=hooks\.slack\.com/)[^\s\"']+",
)
_TALKATIVE = ("slack_sdk", "slack_bolt", "bolt", "aiohttp.access", "apscheduler", "sqlalchemy", "alembic")
_OUTCOME = re.compile(r"\n.*|\b(exception|result)=.*", re.DOTALL)
_PLAIN = (AttributeError, NameError, ImportError, OSError, RecursionError, AssertionError)


class Discreet(Exception):
    """An exception whose words never quote what somebody wrote, so that they may be logged."""


def words_of(error: BaseException) -> str:
    """Say of an exception what may be logged: its kind, and its words where they can't quote anybody."""
    kind, said = type(error).__name__, ""
    driver = type(error).__module__.partition(".")[0]
    if isinstance(error, (Discreet, *_PLAIN)) or driver == "sqlite3":
        said = str(error)
    elif driver == "psycopg":
        told: Any = error  # without a state, the server was never asked
        state = getattr(told, "sqlstate", None)
        said = f"{state} {told.diag.constraint_name or ''}" if state else str(error).partition("\n")[0]
    return f"{kind}: {said.strip()}" if said else kind


class _Filter(logging.Filter):
    """Put the id of the request or tick in, and let no exception speak for itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.id = _tag.get()
        if isinstance(record.args, tuple):
            record.args = tuple(_Words(words_of(one)) if isinstance(one, BaseException) else one for one in record.args)
        if record.name == "asyncio":  # it writes out what a task gave or raised
            record.msg, record.args = _OUTCOME.sub("", record.getMessage()), ()
        return True


class _Words(str):
    """Words that look the same in `%s` and `%r`."""

    __slots__ = ()
    __repr__ = str.__str__


class _Lines(JsonFormatter):
    """One line for each record, in UTC; whatever is secret is taken out of the whole of it."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(id)s %(message)s", json_default=str)
        known = {
            form for secret in secrets if len(secret) > 3 for form in (secret, quote(secret, safe=""), _in_json(secret))
        }
        longest_first = sorted(map(re.escape, known), key=len, reverse=True)
        self._secret = re.compile("|".join([*longest_first, *_SECRETS]))
        self._marks = ("xox", "xapp-", "://", "hooks.slack.com", *known)  # to look for them costs a tenth

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        return self._secret.sub("[secret]", line) if any(mark in line for mark in self._marks) else line

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return "".join(_told(ei[1])) if ei[1] else ""


def _told(error: BaseException) -> Iterator[str]:
    """Write a traceback, causes first, as Python does."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from _told(before)
        yield "\n\n"
    for one in getattr(error, "exceptions", ()):  # of a group
        yield from _told(one)
        yield "\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield words_of(error)


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def set_up(level: str, secrets: Iterable[str] = ()) -> None:
    """Log to standard error, also what nobody caught; hide `secrets` beside what looks like one.

    Bolt logs whole bodies and slack_sdk tokens: both keep to warnings at any level.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Filter())
    handler.setFormatter(_Lines(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("bolt").setLevel(logging.ERROR)  # it warns of a token in the environment, which it leaves alone
    sys.excepthook = lambda _kind, error, _trace: _give_up(error)
    threading.excepthook = lambda caught: _give_up(caught.exc_value)


def _give_up(error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        return
    logging.getLogger("stafet").critical("nobody caught this", exc_info=error)


@contextmanager
def tagged(kind: str) -> Iterator[None]:
    """Give every record within it one id: its kind, the process, and a number."""
    token = _tag.set(f"{kind}-{_process}-{next(_numbers)}")
    try:
        yield
    finally:
        _tag.reset(token)
