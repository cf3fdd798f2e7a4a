"""The command line: `python -m bot …`."""

import asyncio
import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot import log as logs
from bot.app import build, check_transport, open_database
from bot.export import FORMATS, with_questions, write
from bot.failpoints import POINTS, arm
from bot.settings import BadSetting, Settings, read_settings
from storage.engine import Database, DatabaseTaken, StorageBusy
from storage.exports import EXPORTS, UnknownWorkspace
from storage.exports import export as export_rows
from storage.migrate import UnknownRevision, missing_file, upgrade
from storage.migrate import check as check_schema

if TYPE_CHECKING:
    from bot.demo import Demo

log = logging.getLogger(__name__)

_STOP_WITHIN = 9.5
"""Seconds; whoever stops us with SIGTERM mostly kills after ten."""

DEMO = """
Stafet runs, in a Slack of its own on this computer.

  Open    {url}
  Type    as Ane, in #acme:   /task Send the offer to Acme @mari friday 15:00
  Press   Done; or move the clock, and see the warning come
{clock}
It begins afresh at each start. Stop it with Ctrl-C. While it runs, its rows:
  DATABASE_URL={database} python3 start.py bot export tasks
"""


@click.group()
def main() -> None:
    """Stafet passes work on without dropping it."""


@main.command()
@click.option("--http", is_flag=True, help="Listen for signed HTTP at POST /slack/events instead of Socket Mode.")
def run(http: bool) -> None:
    """Run the bot."""
    _keep_to_one_core()
    with _one_clear_line():
        settings = read_settings()
        check_transport(settings, http=http)
        logs.set_up(settings.log_level, settings.secrets)
        arm(settings.stafet_fail_point)
        app = build(settings)
        asyncio.run(_until_stopped(app.start(http=http), lambda: log.info("running"), app.stop))


@main.command()
def demo() -> None:
    """Try it without Slack. A small one starts on this computer, at PORT (default 8080)."""
    from bot.demo import Demo, read_demo_settings  # the playground: a bot that runs has no use for it

    with _one_clear_line():
        settings = read_demo_settings()
        logs.set_up(settings.log_level if "log_level" in settings.model_fields_set else "WARNING", settings.secrets)
        trial = Demo(settings)
        asyncio.run(_until_stopped(trial.start(), lambda: _say_how_to_play(trial), trial.stop))


@main.command()
@click.argument("what", type=click.Choice(list(EXPORTS)))
@click.option("--format", "format", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--workspace", metavar="TEAM_ID", help="Only this workspace's rows.")
def export(what: str, format: str, workspace: str | None) -> None:
    """Write rows to standard output. They are ordered by number; the bot may run meanwhile."""
    with _one_clear_line(), _database(read_settings()) as database:
        missing = missing_file(database)
        problem = f"there is no database {missing} yet; the bot makes it" if missing else check_schema(database)
        if problem:
            _give_up(problem)
        rows: Iterable[Mapping[str, Any]] = export_rows(database, what, workspace=workspace)
        rows = with_questions(rows) if what == "answers" else rows
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's language
        write(rows, ("workspace", *EXPORTS[what].columns), sys.stdout, format=format)


@main.group()
def db() -> None:
    """Look after the database's schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the schema up to date. The bot does it too, when it starts."""
    with _one_clear_line(), _database(read_settings()) as database:
        upgrade(database)
        click.echo("the database is up to date")


@db.command("check")
def db_check() -> None:
    """Tell whether the schema is up to date."""
    with _one_clear_line(), _database(read_settings()) as database:
        missing = missing_file(database)
        problem = f"there is no database {missing} yet: run `python -m bot db upgrade`" if missing else None
        problem = problem or check_schema(database)
        if problem:
            _give_up(problem)
        click.echo("the database is up to date")


@main.command()
def doctor() -> None:
    """Say what is wrong, and how to mend it. It changes nothing; the bot may run meanwhile."""
    from bot.doctor import examine  # it reads the manifest: a bot that runs has no use for that

    with _one_clear_line():
        is_well = True
        for finding in examine(read_settings()):
            click.echo(finding.line)
            is_well = is_well and not finding.mend
    sys.exit(0 if is_well else 1)


@main.command("fail-points")
def fail_points() -> None:
    """List where STAFET_FAIL_POINT may strike. Beside each place: what has just happened there.

    before.ack kills the bot there; before.ack:3:stop stops it, the third time it comes there (kill, stop, or raise).
    """
    longest = max(map(len, POINTS))
    for name, happened in POINTS.items():
        click.echo(f"{name:{longest}}  {happened}")


def _keep_to_one_core() -> None:
    """Keep all threads on one core, by the process's number: one interpreter has use for one, and loses on two.

    Its threads would pass it to and fro between them. Side by side at 100 events a second, the slowest hundredth of
    the acknowledgements took 71 and 130 ms on one core, 509 and 257 ms on two.
    """
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


async def _until_stopped(
    start: Coroutine[Any, Any, None], started: Callable[[], None], stop: Callable[[], Awaitable[None]]
) -> None:
    """Start, run until SIGINT or SIGTERM, stop; also where the start fails or is cut short."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    starting = asyncio.create_task(start)
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            started()
            await waiting
        else:
            starting.cancel()
    finally:
        waiting.cancel()
        if stopping.is_set():
            _end_soon()
        await stop()


def _end_soon() -> None:
    """See to it that the process ends in time, whatever hangs: what is cut then is as after a kill."""
    last_resort = threading.Timer(_STOP_WITHIN, os._exit, [0])
    last_resort.daemon = True
    last_resort.start()


def _say_how_to_play(trial: "Demo") -> None:
    clock = f"  Clock   it shows {trial.begins_at:%A %H:%M}, when all are at work\n" if trial.begins_at else ""
    click.echo(DEMO.format(url=trial.url, database=trial.database_url, clock=clock))


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    logs.set_up(settings.log_level, settings.secrets)
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()


def _give_up(why: str) -> NoReturn:
    """Say what stops us, in one line, and fail."""
    click.echo(f"stafet: {' '.join(why.split())}", err=True)
    sys.exit(1)


@contextlib.contextmanager
def _one_clear_line() -> Iterator[None]:
    """Say what stops the start in one line, not in a traceback."""
    try:
        yield
    except (BadSetting, UnknownRevision, DatabaseTaken) as e:
        _give_up(str(e))
    except StorageBusy as e:
        _give_up(f"DATABASE_URL: the database doesn't answer: {e}")
    except UnknownWorkspace as e:
        _give_up(f"no workspace {e} has Stafet")
