"""Acquaintance: people and channels that nobody has asked Slack about yet, asked for a second at most."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from bot.domain.commands import AddTask
from bot.domain.details import LineContext, Recorded
from bot.domain.members import Channel, Member
from bot.services.people import MENTION
from bot.slack.gateway import Busy, Refused, Unclear
from handlers.context import NOBODY, Context
from handlers.parsing.task_line import Reader, read_task_line

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that Slack may take to tell, before a use case and its acknowledgement."""

UNSEEN = "channel_not_found"
"""Slack's word for a private channel that the bot isn't in."""


async def what_is(id: str, cx: Context) -> Channel:
    """Find out what a channel is; `is_shared` None means that nobody could tell."""
    if cx.channel and cx.channel.id == id and cx.channel.checked_at:
        return cx.channel
    known = await cx.use(cx.services.people.channel, cx.actor, id)
    if known:
        return known
    try:
        told = await _soon(cx.desk.gateway.channel(id), cx)
    except Refused as e:
        told = Channel(id=id, is_private=True) if e.code == UNSEEN else None
    if told is None:
        return Channel(id=id)
    return await cx.use(cx.services.people.learn_channel, cx.workspace.id, told)


async def is_in_private(cx: Context) -> bool:
    """Find out whether something is said in private, where Slack didn't say so; what nobody can tell counts as that."""
    if cx.is_private or cx.actor.channel is None:
        return cx.is_private
    channel = await what_is(cx.actor.channel, cx)
    return channel.is_private or channel.is_shared is None


async def meet_people(ids: Iterable[str], cx: Context) -> list[Member]:
    """Get to know those who were never seen before: people of other workspaces stand in no list of Slack's."""
    named = tuple(ids)
    strangers = await cx.use(cx.services.people.strangers, cx.actor, named) if named else []
    told = await asyncio.gather(*(_profile(id, cx) for id in strangers))
    met = [member for member in told if member]
    members = [member for member in met if member.name]
    if members:
        await cx.use(cx.services.people.learn, cx.workspace.id, members)
    return met


async def reader_of(text: str, cx: Context) -> Reader:
    """Gather what the reading of a line depends on, once everybody named in it is known."""
    met = await meet_people(MENTION.findall(text), cx)
    reader = await cx.reader(text)
    return replace(reader, line=_with_people(reader.line, met))


async def record_line(text: str, cx: Context, finish: Callable[[AddTask], AddTask]) -> Recorded:
    """Record the task that a line asks for: it is read and kept in one hop, once everybody named in it is known.

    `finish` adds what isn't in the words.
    """
    met = await meet_people(MENTION.findall(text), cx)

    def read(line: LineContext) -> AddTask:
        return finish(read_task_line(text, cx.reader_with(_with_people(line, met))))

    return await cx.use(cx.services.tasks.add_line, cx.actor, text, read)


def _with_people(line: LineContext, met: Iterable[Member]) -> LineContext:
    return replace(line, people={member.id: member for member in met} | dict(line.people))


async def _profile(id: str, cx: Context) -> Member | None:
    try:
        return await _soon(cx.desk.gateway.member(id), cx)
    except Refused as e:
        log.info("Slack doesn't tell who somebody is: %r", e)
        return Member(id=id, name="", is_outsider=True) if e.code in NOBODY else None


async def _soon(asked: Awaitable[T], cx: Context) -> T | None:
    """Wait for Slack within the patience that the deadline leaves; None where no answer came."""
    patience = min(PATIENCE, cx.deadline - time.monotonic() - 0.5)
    try:
        return await asyncio.wait_for(asked, max(0.0, patience))
    except (TimeoutError, Busy, Unclear) as e:
        log.info("unknown for now: %r", e)
        return None
