"""`python -m bot doctor`: what is missing for the bot to run, and how to mend it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.app import open_database
from bot.checkout import MANIFEST
from bot.playground.manifest import read_manifest
from bot.settings import Settings
from bot.slack.checkup import NotReached, TokenCheck, check_app_token, check_bot_token
from storage.engine import Database, StorageBusy
from storage.migrate import check as check_schema

_MOST_SKEW = timedelta(minutes=1)
_TOKEN_PLACE = "https://api.slack.com/apps > your app > OAuth & Permissions"  # noqa: S105 - a place, not a token
_APP_PLACE = "https://api.slack.com/apps > your app > Basic Information"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do; it is empty where all is well."""

    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        """Say it in one line."""
        return f"wrong  {self.what}\n       {self.mend}" if self.mend else f"ok     {self.what}"


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the bot needs, one after the other."""
    yield Finding("the settings make sense")
    yield _database(settings)
    yield from _tokens(settings)


def _database(settings: Settings) -> Finding:
    database = open_database(settings)
    try:
        missing = missing_file(database)
        if missing:
            mend = "It is made at the first start; to make it now: python -m bot db upgrade"
            return Finding(f"the database {missing} isn't there yet", mend)
        problem = check_schema(database)
    except StorageBusy as e:
        reason = str(e).strip().splitlines()[0]
        return Finding(f"the database doesn't answer: {reason}", "Start it, or correct DATABASE_URL")
    finally:
        database.close()
    if problem:
        return Finding(problem, "To bring it up to date: python -m bot db upgrade")
    return Finding("the database answers and is up to date")


def missing_file(database: Database) -> str | None:
    """Name the SQLite file that isn't there, if it isn't: to look at it would make an empty one."""
    path = database.url.database or ""
    return path if database.is_sqlite and not Path(path).exists() else None


def _tokens(settings: Settings) -> Iterator[Finding]:
    if not settings.slack_bot_token:
        yield Finding("SLACK_BOT_TOKEN is missing", f"It begins with xoxb- and stands at {_TOKEN_PLACE}")
    else:
        yield from _bot_token(settings)
    if settings.slack_app_token:
        yield _app_token(settings)
    elif settings.slack_signing_secret:
        yield Finding("there is no SLACK_APP_TOKEN, so it runs over HTTP: python -m bot run --http")
    else:
        mend = f"It begins with xapp-, has the scope connections:write, and stands at {_APP_PLACE}"
        yield Finding("SLACK_APP_TOKEN is missing", mend)


def _bot_token(settings: Settings) -> Iterator[Finding]:
    try:
        told = asyncio.run(check_bot_token(settings.slack_bot_token, settings.slack_api_url))
    except NotReached as e:
        yield Finding(f"Slack can't be reached: {e}", "Check the network, and SLACK_API_URL if you set it")
        return
    if told.problem:
        yield Finding(f"SLACK_BOT_TOKEN: Slack says {told.problem}", f"Copy the token again from {_TOKEN_PLACE}")
        return
    yield Finding(f"SLACK_BOT_TOKEN is for the workspace {told.workspace}")
    yield _scopes(told)
    yield _clock(told, settings)


def _scopes(told: TokenCheck) -> Finding:
    missing = sorted(set(read_manifest(MANIFEST).scopes) - told.scopes)
    if missing:
        mend = "Paste manifest.yml into App Manifest once more, then press Install App > Reinstall"
        return Finding(f"the app lacks scopes: {', '.join(missing)}", mend)
    return Finding("the app has every scope that manifest.yml asks for")


def _app_token(settings: Settings) -> Finding:
    try:
        told = asyncio.run(check_app_token(settings.slack_app_token, settings.slack_api_url))
    except NotReached as e:
        return Finding(f"Slack can't be reached: {e}", "Check the network, and SLACK_API_URL if you set it")
    if told.problem:
        mend = f"Make one with the scope connections:write at {_APP_PLACE}, and switch Socket Mode on"
        return Finding(f"SLACK_APP_TOKEN: Slack says {told.problem}", mend)
    return Finding("SLACK_APP_TOKEN opens a socket")


def _clock(told: TokenCheck, settings: Settings) -> Finding:
    if abs(told.skew) > _MOST_SKEW:
        way = "ahead of" if told.skew > timedelta(0) else "behind"
        seconds = abs(int(told.skew.total_seconds()))
        mend = "Switch time synchronisation on (on Linux: timedatectl set-ntp true)"
        return Finding(f"this machine's clock is {seconds} s {way} Slack's", mend)
    if settings.stafet_clock_offset not in ("", "0"):
        return Finding("the clock is right, but people's time is shifted by STAFET_CLOCK_OFFSET: a trial")
    return Finding("the clock is right")
