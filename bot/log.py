"""Logs: JSON lines on standard error, one id per request and tick, no secrets in them and no message text."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

_tag: ContextVar[str] = ContextVar("tag", default="")
_SECRET = re.compile(r"xox[a-z]?[-.][\w.-]+|xapp-[\w-]+|(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")
_TALKATIVE = ("slack_sdk", "slack_bolt", "bolt", "aiohttp.access", "apscheduler", "sqlalchemy", "alembic")


class _Discreet(logging.Filter):
    """Take secrets out of every record, and put the id of the request or tick in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.id = _tag.get()
        said = record.getMessage()
        record.msg, record.args = _SECRET.sub("[secret]", said), ()
        return True


def set_up(level: str) -> None:
    """Log to standard error. Bolt logs whole bodies and slack_sdk tokens: both keep to warnings at any level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Discreet())
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(id)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("bolt").setLevel(logging.ERROR)  # it warns of a token in the environment, which it leaves alone


@contextmanager
def tagged(id: str) -> Iterator[None]:
    """Give every record within it one id."""
    token = _tag.set(id)
    try:
        yield
    finally:
        _tag.reset(token)
