"""The context of a request: who asks, in which language, on which calendar, and the way to the use cases."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from bot.clock import Clock
from bot.domain.calendar import Calendar
from bot.domain.details import LineContext
from bot.domain.members import Actor, Channel, Member
from bot.domain.workspaces import Workspace
from bot.i18n.translator import Translator, Translators
from bot.services import Services
from bot.services.calendars import calendar_of
from bot.slack.gateway import Busy, Refused, SlackGateway, Unclear
from bot.slack.requests import Request
from handlers.parsing.feedback_line import FEEDBACK_MEANINGS
from handlers.parsing.handoff_line import HANDOFF_MEANINGS
from handlers.parsing.task_command import FILTERS, TASK_MEANINGS, VERBS
from handlers.parsing.task_line import Reader
from handlers.parsing.words import Words
from storage.engine import StorageBusy
from storage.workers import Workers

log = logging.getLogger(__name__)
T = TypeVar("T")

MEANINGS = (
    "list",
    *VERBS,
    *FILTERS,
    *TASK_MEANINGS,
    "because",
    "and",
    "high",
    "urgent",
    "for",
    "task",
    "handoff",
    "add",
    "link",
    "help",
    "settings",
    "me",
    *FEEDBACK_MEANINGS,
    *HANDOFF_MEANINGS,
)
"""What people may type a word for; each is an entry `words` of the catalogs."""

PROFILE_PATIENCE = 1.0
"""Seconds that the profile of a person never seen before may take."""

STRANGER_PATIENCE = 1.7
"""The same where the delivery doesn't say to which workspace the person belongs: without an answer, nothing is done."""

NOBODY = ("user_not_found", "user_not_visible")
"""Slack's words for somebody who is nobody in this workspace: that isn't kept, for tomorrow they may be."""


@lru_cache(maxsize=64)
def words_for(meanings: tuple[str, ...], languages: tuple[str, ...], translators: Translators) -> Words:
    """Gather the words for some meanings in some languages; the catalogs don't change."""
    return Words({meaning: translators.command_words(meaning, languages) for meaning in meanings})


@dataclass(frozen=True, slots=True)
class Desk:
    """What every handler works with, the same for all requests."""

    services: Services
    workers: Workers
    translators: Translators
    gateway: SlackGateway
    clock: Clock

    def words(self, languages: tuple[str, ...]) -> Words:
        """Gather the words that a person may type, in their languages."""
        return words_for(MEANINGS, languages, self.translators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One request's surroundings."""

    desk: Desk
    actor: Actor
    deadline: float
    workspace: Workspace
    member: Member | None
    is_stranger: bool | None = None
    t: Translator
    languages: tuple[str, ...]
    calendar: Calendar
    channel: Channel | None = None
    is_private: bool = False
    words: Words = field(repr=False)

    @property
    def services(self) -> Services:
        """The use cases."""
        return self.desk.services

    @property
    def zone(self) -> str:
        """The person's time zone."""
        return self.calendar.zone.key

    @property
    def is_outsider(self) -> bool:
        """Tell whether the person may only answer what was asked of them."""
        return bool(self.is_stranger) or (self.member is not None and not self.member.may_act)

    @property
    def is_anybody(self) -> bool:
        """Tell whether nobody could say who the person is: neither this delivery, nor Slack when it was asked."""
        return self.is_stranger is None and self.member is None and bool(self.actor.member)

    def now(self) -> datetime:
        """People's time."""
        return self.desk.clock.now()

    async def use(self, use_case: Callable[..., T], *args: object, **named: object) -> T:
        """Run a use case off the event loop, in time or not at all. Raises StorageBusy."""
        return await self.desk.workers.run(use_case, *args, deadline=self.deadline, **named)

    async def reader(self, text: str) -> Reader:
        """Gather everything that the reading of a line depends on."""
        return self.reader_with(await self.use(self.services.people.line_context, self.actor, text))

    def reader_with(self, line: LineContext) -> Reader:
        """Put together what the reading of a line depends on, where it is known whom the line names."""
        return Reader(
            line=line,
            words=self.words,
            now=self.now(),
            calendar=self.calendar,
            languages=self.languages,
            bot_user=self.workspace.bot_user,
        )


async def open_context(desk: Desk, request: Request) -> Context:
    """Find out who asks. Somebody never seen before is looked up, for a second at most."""
    services = desk.services
    known = services.people.recall(request.actor)
    if known is None:
        known = await desk.workers.run(services.people.meet, request.actor, deadline=request.deadline)
    workspace, member = known.workspace, known.member
    actor = replace(request.actor, workspace=workspace.id)
    if member is None and actor.member:
        patience = PROFILE_PATIENCE if request.is_stranger is False else STRANGER_PATIENCE
        member = await _first_look(desk, actor, request.deadline, patience)
    own = (member.own_language, member.language) if member else ()
    t = desk.translators.of(*own, workspace.language)
    languages = tuple(dict.fromkeys((t.language, "en")))
    return Context(
        desk=desk,
        actor=actor,
        deadline=request.deadline,
        workspace=workspace,
        member=member,
        is_stranger=True if request.actor.workspace != workspace.id else request.is_stranger,
        t=t,
        languages=languages,
        calendar=calendar_of(workspace, member),
        channel=known.channel,
        is_private=bool(request.is_private or (known.channel and known.channel.is_private)),
        words=desk.words(languages),
    )


async def _first_look(desk: Desk, actor: Actor, deadline: float, patience: float) -> Member | None:
    """Ask Slack who somebody is, for so many seconds; None where no answer came."""
    patience = min(patience, deadline - time.monotonic() - 0.5)
    try:
        member = await asyncio.wait_for(desk.gateway.member(actor.member), max(0.0, patience))
    except Refused as e:
        log.info("Slack doesn't tell who somebody is: %r", e)
        return Member(id=actor.member, name="", is_outsider=e.code in NOBODY)
    except (TimeoutError, Busy, Unclear) as e:
        log.info("profile unknown for now: %r", e)
        return None
    try:
        await desk.workers.run(desk.services.people.learn, actor.workspace, [member], deadline=deadline)
    except StorageBusy as e:
        log.info("a profile could not be kept: %r", e)
    return member
