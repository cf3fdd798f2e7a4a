"""Logs: one line of JSON each, with the id of what set it going, no secret in it and nobody's words."""

import asyncio
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot import log as logs
from bot.domain.errors import NotFound
from bot.log import tagged
from bot.slack.gateway import Refused
from storage.engine import Database, StorageBusy
from storage.tables import customers, outbox
from storage.unit_of_work import Store
from storage.workers import Workers, reads
from tests.support.clocks import MIDWEEK

ROOT = Path(__file__).parents[1]
SECRET = 'p/a"ss%wörd'
WORDS = "call Bo about the zebra"
Read = Callable[[], list[dict[str, Any]]]
log = logging.getLogger("tests.log")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """Set the logs up as the bot does, at DEBUG; give what was logged, once it was searched for words and secrets."""
    root, said = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level, sys.excepthook)
    monkeypatch.setattr(sys, "stderr", said)
    logs.set_up("DEBUG", ["", SECRET])

    def lines() -> list[dict[str, Any]]:
        for hidden in (WORDS, "zebra", SECRET, "p%2Fa", "ss%w", "wörd", "w\\u00f6rd"):
            assert hidden not in said.getvalue()
        return [json.loads(line) for line in said.getvalue().splitlines()]

    yield lines
    logging.captureWarnings(False)
    root.handlers[:], level, sys.excepthook = before
    root.setLevel(level)


def test_a_line_has_a_time_in_utc_and_the_id_of_its_request(read: Read) -> None:
    with tagged("command"):
        log.info("answered", extra={"ms": 3})
    log.info("nobody asked")
    first, second = read()
    assert first.items() >= {"message": "answered", "ms": 3, "levelname": "INFO"}.items()
    assert re.fullmatch(r"command-[0-9a-f]{6}-\d+", first["id"])
    assert first["asctime"].endswith("Z")
    assert second["id"] == ""


@pytest.mark.parametrize(
    "said",
    [
        SECRET,
        "xoxb-1-abc",
        "xapp-1-A2-b",
        f"postgresql://stafet:{SECRET}@db/stafet",
        "postgresql://stafet:zebra@db/stafet",
        "wss://wss.slack.com/link/?ticket=zebra",
        "https://hooks.slack.com/commands/T1/2/zebra",
    ],
)
def test_a_secret_is_taken_out_wherever_it_stands(read: Read, said: str) -> None:
    log.info("before %s after", said, extra={"also": said, "deep": {"er": [said]}})
    (line,) = read()
    assert line["message"].startswith("before ")
    assert line["message"].endswith(" after")
    assert "[secret]" in line["message"]
    assert "[secret]" in line["also"]
    assert not {"xoxb-1-abc", "xapp-1-A2-b"} & {line["also"], *line["deep"]["er"]}


@pytest.mark.parametrize(
    "error", [ValueError(WORDS), KeyError(WORDS), RuntimeError(WORDS), NotFound("key", text=WORDS), Exception(SECRET)]
)
def test_an_exception_says_where_and_what_kind_but_nobodys_words(read: Read, error: Exception) -> None:
    try:
        try:
            raise error
        except Exception as e:
            raise TypeError(WORDS) from e
    except TypeError as e:
        log.exception("failed: %s, %r", e, error)
    (line,) = read()
    assert line["message"] == f"failed: TypeError, {type(error).__name__}"
    assert f"raise error\n{type(error).__name__}\n" in line["exc_info"]
    assert line["exc_info"].endswith("\nTypeError")


def test_a_group_of_exceptions_tells_each(read: Read) -> None:
    log.error("failed", exc_info=ExceptionGroup(WORDS, [ValueError(WORDS), StorageBusy("locked")]))
    assert [line["exc_info"].split() for line in read()] == [["ValueError", "StorageBusy:", "locked", "ExceptionGroup"]]


def test_what_can_quote_nobody_is_told(read: Read) -> None:
    log.warning("%s; %r; %s", Refused("channel_not_found"), StorageBusy("locked"), FileNotFoundError(2, "none", "x.db"))
    (line,) = read()
    assert line["message"] == (
        "Refused: channel_not_found; StorageBusy: locked; FileNotFoundError: [Errno 2] none: 'x.db'"
    )


@pytest.mark.parametrize("is_broken", ["unique", "check", "not null", "foreign key"])
def test_a_row_that_the_database_refuses_is_not_quoted(read: Read, store: Store, is_broken: str) -> None:
    customer = {"workspace": "T1", "number": 1, "name": WORDS, "folded": WORDS}
    message = {"workspace": "T1", "lane": "C1", "saying": WORDS, "about": "T-1", "key": WORDS, "params": {"a": WORDS}}
    message |= {"state": "zebra", "due_at": MIDWEEK, "created_at": MIDWEEK, "attempts": 0, "token": "t"}
    broken = {
        "unique": insert(customers).values([customer, customer | {"number": 2}]),
        "check": insert(outbox).values(**message, may_repeat=False),
        "not null": insert(customers).values(**customer | {"folded": None}),
        "foreign key": insert(customers).values(**customer | {"workspace": "TZEBRA"}),
    }
    try:
        with store.database.writing() as connection:
            connection.execute(broken[is_broken])
    except Exception as e:
        log.exception("failed: %s", e)
    (line,) = (line for line in read() if line["name"] == log.name)
    assert line["message"] == "failed: IntegrityError"
    assert re.search(r"constraint failed|Violation: 23\d\d\d", line["exc_info"])


async def test_the_threads_of_the_storage_carry_the_id(read: Read, database: Database) -> None:
    @reads
    def look() -> None:
        log.info("looked")

    workers = Workers(database)
    with tagged("command"):
        await asyncio.gather(workers.run(look), workers.run(lambda: log.info("wrote")))
    with tagged("command"):
        await workers.run(look)
    await asyncio.to_thread(workers.close)
    told = [(line["message"], line["id"]) for line in read() if line["name"] == log.name]
    (first,) = {id for message, id in told if message == "wrote"}
    (second,) = {id for message, id in told} - {first}
    assert sorted(told) == sorted([("looked", first), ("wrote", first), ("looked", second)])


def test_a_task_that_nobody_waited_for_keeps_its_words(read: Read) -> None:
    async def fails() -> None:
        raise ValueError(WORDS)

    async def forgets() -> None:
        task = asyncio.ensure_future(fails())
        await asyncio.sleep(0)
        del task

    asyncio.run(forgets())
    (line,) = (line for line in read() if line["levelname"] == "ERROR")
    assert line["message"] == "Task exception was never retrieved"
    assert line["exc_info"].endswith("ValueError")


@pytest.mark.parametrize(
    "ends",
    [
        "raise ValueError(sys.argv[1])",
        "import threading; t = threading.Thread(target=lambda: {}[sys.argv[1]]); t.start(); t.join()",
        "import warnings; warnings.warn(sys.argv[1] and 'odd')",
    ],
)
def test_what_nobody_caught_is_a_line_too(ends: str) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bot import log; log.set_up('INFO'); {ends}"
    done = subprocess.run([sys.executable, "-c", code, WORDS], capture_output=True, text=True)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["levelname"] in ("CRITICAL", "WARNING")
    assert "zebra" not in line
