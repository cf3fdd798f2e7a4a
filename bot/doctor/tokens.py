"""Slack: do the tokens work, may they do what is wanted, are they for this database, and what time is it there."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

from bot.checkout import MANIFEST
from bot.doctor.channels import look_at_channels
from bot.doctor.database import Seen
from bot.doctor.finding import Finding
from bot.playground.manifest import read_manifest
from bot.settings import Settings
from bot.slack.checkup import NotReached, TokenCheck, app_of, check_app_token, check_bot_token

_MOST_SKEW = timedelta(minutes=1)
_TOKEN_PLACE = "https://api.slack.com/apps > your app > OAuth & Permissions"  # noqa: S105 - a place, not a token
_APP_PLACE = "https://api.slack.com/apps > your app > Basic Information"
_APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")
_INSTALL_AGAIN = f"Press Reinstall at {_TOKEN_PLACE}, and copy the new token from there"
_MENDS = {
    "token_revoked": f"The app was taken out of the workspace, or its token withdrawn. {_INSTALL_AGAIN}",
    "token_expired": f"The token was valid for some hours only: switch token rotation off. {_INSTALL_AGAIN}",
    "account_inactive": f"The app was taken out of the workspace, or the workspace is gone. {_INSTALL_AGAIN}",
}
_MENDS_OF_BOTH = {
    "ratelimited": "Slack has had enough for now: wait a minute, then ask the doctor again",
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout"),
        "Slack is in trouble, as https://slack-status.com may say: ask the doctor again later",
    ),
}
_NETWORK = "Check the network, https://slack-status.com, and SLACK_API_URL if you set it"


async def look_at_slack(settings: Settings, seen: Seen) -> list[Finding]:
    """Ask Slack about both tokens at once, then about the channels."""
    bot, app = await asyncio.gather(_bot_token(settings, seen), _app_token(settings))
    told, findings = bot
    if told and not told.problem:
        findings += await _other_app(settings, told)
        if seen.channels.get(told.team_id):
            findings += await look_at_channels(settings, seen.channels[told.team_id])
    return findings if app in findings else [*findings, app]


async def _bot_token(settings: Settings, seen: Seen) -> tuple[TokenCheck | None, list[Finding]]:
    if not settings.slack_bot_token:
        return None, [Finding("SLACK_BOT_TOKEN is missing", f"It begins with xoxb- and stands at {_TOKEN_PLACE}")]
    try:
        told = await check_bot_token(settings.slack_bot_token, settings.slack_api_url)
    except NotReached as e:
        return None, [Finding(f"Slack can't be reached: {e}", _NETWORK)]
    if told.problem:
        mend = (_MENDS | _MENDS_OF_BOTH).get(told.problem, f"Copy the token again from {_TOKEN_PLACE}")
        return told, [Finding(f"SLACK_BOT_TOKEN: Slack says {told.problem}", mend)]
    return told, [*_workspace(told, seen), _scopes(told), _clock(told, settings)]


def _workspace(told: TokenCheck, seen: Seen) -> Iterator[Finding]:
    yield Finding(f"SLACK_BOT_TOKEN is for the workspace {told.team} ({told.team_id})")
    if seen.workspaces and told.team_id not in seen.workspaces:
        others = ", ".join(f"{name} ({id})" for id, name in seen.workspaces.items())
        mend = "Take the token of that workspace, or another DATABASE_URL for this one"
        yield Finding(f"the database is for another workspace: {others}", mend)


async def _other_app(settings: Settings, told: TokenCheck) -> list[Finding]:
    """Say so where the two tokens are of two apps: then one is written to, and the other listens."""
    listens = _APP_OF_TOKEN.match(settings.slack_app_token)
    speaks = await app_of(told.bot_id, settings.slack_bot_token, settings.slack_api_url) if listens else ""
    if not listens or speaks in ("", listens[1]):
        return []
    what = f"SLACK_BOT_TOKEN is of the app {speaks}, SLACK_APP_TOKEN of {listens[1]}: it hears nothing"
    return [Finding(what, "Take both from the same app at https://api.slack.com/apps")]


def _scopes(told: TokenCheck) -> Finding:
    missing = sorted(set(read_manifest(MANIFEST).scopes) - told.scopes)
    if missing:
        mend = "Paste manifest.yml into App Manifest once more, then press Install App > Reinstall"
        return Finding(f"the app lacks scopes: {', '.join(missing)}", mend)
    return Finding("the app has every scope that manifest.yml asks for")


def _clock(told: TokenCheck, settings: Settings) -> Finding:
    if abs(told.skew) > _MOST_SKEW:
        way = "ahead of" if told.skew > timedelta(0) else "behind"
        seconds = abs(int(told.skew.total_seconds()))
        mend = "Switch time synchronisation on (on Linux: timedatectl set-ntp true)"
        return Finding(f"this machine's clock is {seconds} s {way} Slack's", mend)
    if settings.stafet_clock_offset not in ("", "0"):
        return Finding("the clock is right, but people's time is shifted by STAFET_CLOCK_OFFSET: a trial")
    return Finding("the clock is right")


async def _app_token(settings: Settings) -> Finding:
    if not settings.slack_app_token:
        if settings.slack_signing_secret:
            return Finding("there is no SLACK_APP_TOKEN, so it runs over HTTP: python -m bot run --http")
        mend = f"It begins with xapp-, has the scope connections:write, and stands at {_APP_PLACE}"
        return Finding("SLACK_APP_TOKEN is missing (over HTTP it would be SLACK_SIGNING_SECRET)", mend)
    try:
        told = await check_app_token(settings.slack_app_token, settings.slack_api_url)
    except NotReached as e:
        return Finding(f"Slack can't be reached: {e}", _NETWORK)
    if told.problem:
        make = f"Make one with the scope connections:write at {_APP_PLACE}, and switch Socket Mode on"
        mend = _MENDS_OF_BOTH.get(told.problem, make)
        return Finding(f"SLACK_APP_TOKEN: Slack says {told.problem}", mend)
    return Finding("SLACK_APP_TOKEN opens a socket")
