"""The command line: `python -m bot …`."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Iterator

import click

from bot import log as logs
from bot.app import App, build, check_transport
from bot.settings import BadSetting, read_settings
from storage.engine import DatabaseTaken

log = logging.getLogger(__name__)


@click.group()
def main() -> None:
    """Stafet passes work on without dropping it."""


@main.command()
@click.option("--http", is_flag=True, help="Listen for signed HTTP at POST /slack/events instead of Socket Mode.")
def run(http: bool) -> None:
    """Run the bot."""
    with _one_clear_line():
        settings = read_settings()
        check_transport(settings, http=http)
        logs.set_up(settings.log_level)
        asyncio.run(_run(build(settings), http=http))


async def _run(app: App, *, http: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    starting = asyncio.create_task(app.start(http=http))
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            log.info("running")
            await waiting
        else:
            starting.cancel()
    finally:
        waiting.cancel()
        await app.stop()


@contextlib.contextmanager
def _one_clear_line() -> Iterator[None]:
    """Say what stops the start in one line, not in a traceback."""
    try:
        yield
    except BadSetting as e:
        sys.exit(f"stafet: {e}")
    except DatabaseTaken as e:
        sys.exit(f"stafet: another Stafet is using {e}; stop it first, or set DATABASE_URL to another file")
