"""`python -m bot doctor`: what is wrong, in plain words, and how to mend it.

It reads and asks, and neither writes nor takes a lock, so it may look at a bot that runs.
"""

import asyncio
from collections.abc import Iterator
from contextlib import closing

from bot.app import check_settings, clock_of, open_database
from bot.doctor.address import look_at_address
from bot.doctor.database import look_at_database
from bot.doctor.finding import Finding
from bot.doctor.messages import look_at_messages
from bot.doctor.tokens import look_at_slack
from bot.i18n.translator import Translators
from bot.settings import Settings, misspelt

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the bot needs, and at what became of its messages."""
    clock = clock_of(settings)
    check_settings(settings, Translators())
    yield Finding("the settings make sense")
    for name, meant in misspelt().items():
        yield Finding(f"{name} is no setting", f"If {meant} is meant, name it so: nobody reads the other")
    yield from look_at_address(settings)
    with closing(open_database(settings)) as database:
        seen = look_at_database(database, clock)
        yield from seen.findings
        yield from asyncio.run(look_at_slack(settings, seen))
        if seen.is_readable:
            yield from look_at_messages(database, clock, seen)
