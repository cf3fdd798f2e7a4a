"""Channels: is the bot in those that somebody chose, and are they what they were chosen for."""

import asyncio
from collections.abc import Sequence

from bot.doctor.finding import Finding
from bot.settings import Settings
from bot.slack.checkup import ChannelCheck, NotReached, check_channel
from storage.checkup import LinkedChannel

MOST = 50
"""Channels that are asked about: Slack answers so many a minute."""
_AT_ONCE = 8
_IN_ALL = 7.0
"""Seconds for all of them."""


async def look_at_channels(settings: Settings, linked: Sequence[LinkedChannel]) -> list[Finding]:
    """Ask about the first channels, a few at a time; say so where not all were looked at."""
    turn, asked = asyncio.Semaphore(_AT_ONCE), linked[:MOST]

    async def ask(channel: LinkedChannel) -> Finding | None:
        async with turn:
            told = await check_channel(settings.slack_bot_token, settings.slack_api_url, channel.id)
        return None if told.problem == "ratelimited" else finding_of(channel, told)

    asking = [asyncio.create_task(ask(channel)) for channel in asked]
    done, late = await asyncio.wait(asking, timeout=_IN_ALL)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    answers = [task.result() for task in asking if task in done and not isinstance(task.exception(), NotReached)]
    found = [answer for answer in answers if answer]
    wrong = [finding for finding in found if finding.mend]
    verdict = f"{len(wrong)} of them want mending" if wrong else "they are all right"
    findings = [Finding(f"{len(found)} of {len(linked)} linked channels were looked at, {verdict}"), *wrong]
    if len(found) < len(asked):
        unanswered = f"Slack didn't answer about {len(asked) - len(found)} of {len(asked)} linked channels"
        findings.append(Finding(unanswered, "Wait a minute, then ask the doctor again"))
    return findings


def finding_of(linked: LinkedChannel, told: ChannelCheck) -> Finding:
    """Judge one channel by what it was chosen for."""
    name = f"#{told.name} ({linked.id})" if told.name else linked.id
    use = f"the channel shared with {linked.customer}" if linked.is_for_customers else _internal_use(linked)
    what = f"{name}, {use},"
    choose = f"/customer link {linked.customer}" if linked.customer else "/stafet settings"
    if told.problem:
        mend = f"Type in it: /invite @Stafet. Where it is gone, choose another: {choose}"
        return Finding(f"{what} can't be seen: Slack says {told.problem}", mend)
    if told.is_archived:
        return Finding(f"{what} is archived", f"Unarchive it in Slack, or choose another: {choose}")
    if told.is_shared and not linked.is_for_customers:
        mend = f"What is internal goes to people directly meanwhile. Choose a channel of your own: {choose}"
        return Finding(f"{what} is read by people from outside now", mend)
    if linked.is_for_customers and told.is_shared is False:
        mend = f"Share it in Slack again, or choose another: {choose}"
        return Finding(f"{what} isn't shared with anybody, so the customer reads nothing there", mend)
    if not told.is_member:
        return Finding(f"{what} doesn't have the bot in it", "Type in it: /invite @Stafet")
    return Finding(f"{what} has the bot in it")


def _internal_use(linked: LinkedChannel) -> str:
    return f"the internal channel for {linked.customer}" if linked.customer else "the team's channel"
