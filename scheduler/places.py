"""Places: the channel of a lane, what is known of it, and where to say it instead."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.members import Channel, Member
from bot.domain.outgoing import Claimed, Outgoing, Saying, is_direct
from bot.services import Services
from bot.services.cards import lane_of
from bot.slack.gateway import Refused, SlackGateway
from scheduler import backoff
from scheduler.speech import Deed, Reroute, Say
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

CHANNEL_FACTS_LAST = timedelta(seconds=60)
_MOVED = timedelta(seconds=5)
"""By so much people's clock must differ from before to have been moved, as in a trial."""
_NOWHERE_ELSE = (Saying.NOTICE, Saying.REACTION)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a lane: whose direct messages it holds, if anybody's, and the channel as it was last told."""

    lane: str
    person: str | None
    member: Member | None
    row: Channel | None
    is_fresh: bool

    @property
    def is_known(self) -> bool:
        """Tell whether nobody has to be asked about it."""
        whose = self.person is None or self.member is not None
        return whose and (self.is_fresh or is_person(self.lane) or self._is_an_outsiders)

    @property
    def channel(self) -> Channel | None:
        """The channel, where it is known; None for the direct messages of somebody who may read internal words.

        Those of a guest or somebody of another workspace count as shared.
        """
        if self._is_an_outsiders:
            return Channel(id=self.lane, is_shared=True, is_member=True, is_dm=True)
        return None if is_person(self.lane) else self.row

    @property
    def _is_an_outsiders(self) -> bool:
        return self.member is not None and self.member.is_outsider


class Places:
    """Know where a lane leads."""

    def __init__(self, store: Store, workers: Workers, services: Services, gateway: SlackGateway, clock: Clock) -> None:
        self._store = store
        self._workers = workers
        self._services = services
        self._gateway = gateway
        self._clock = clock
        self._ahead, self._moved_at = self._people_are_ahead(), clock.machine_now()

    async def channel_of(self, claimed: Claimed) -> str:
        """Get the channel of a lane; a person's direct messages are opened at first."""
        lane = claimed.message.lane
        if not is_person(lane):
            return lane
        known = await self._workers.run(self._dm_of, claimed.workspace, lane)
        if known:
            return known
        try:
            channel = await self._gateway.open_dm(lane)
        except Refused as e:
            if e.code != "unknown_method":
                raise
            return lane
        await self._workers.run(self._keep_dm, claimed.workspace, lane, channel)
        return channel

    async def keep_dm(self, claimed: Claimed, channel: str) -> None:
        """Keep where a person's direct messages turned out to be, where Slack couldn't tell before."""
        if is_person(claimed.message.lane) and is_direct(channel) and not is_person(channel):
            await self._workers.run(self._keep_dm, claimed.workspace, claimed.message.lane, channel)

    def recall(self, uow: UnitOfWork, lane: str) -> Place:
        """Tell what is known of a lane; a channel that was asked about long ago isn't.

        Where the bot wasn't is asked anew, too: somebody may just have invited it.
        """
        person = lane if is_person(lane) else uow.members.of_dm(lane) if is_direct(lane) else None
        channel = None if is_person(lane) else uow.channels.find(lane)
        is_fresh = channel is not None and channel.is_member and self._is_fresh(channel.checked_at)
        return Place(lane, person, uow.members.find(person) if person else None, channel, is_fresh)

    async def facts(self, claimed: Claimed, place: Place) -> Channel | None:
        """Find out what the channel of a lane is, and ask Slack for what isn't known of it."""
        if place.person and place.member is None:
            place = replace(place, member=await self._ask_who(claimed.workspace, place.person))
        return place.channel if place.is_known else await self._ask_what(claimed.workspace, place)

    async def _ask_what(self, workspace: str, place: Place) -> Channel:
        """Ask what a channel is; what can't be known counts as shared."""
        lane = place.lane
        try:
            told = await self._gateway.channel(lane)
        except Refused as e:
            if e.code in backoff.PASSING:
                raise
            log.warning("channel %s can't be looked up: %s", lane, e.code)
            told = replace(place.row or Channel(id=lane), is_shared=None, is_member=False)
            told = replace(told, is_private=told.is_private or e.code == backoff.UNSEEN)
        return await self._workers.run(self._services.people.learn_channel, workspace, told)

    async def _ask_who(self, workspace: str, person: str) -> Member:
        """Ask who somebody is; whom Slack doesn't know may read nothing internal."""
        try:
            told = await self._gateway.member(person)
        except Refused as e:
            if e.code in backoff.PASSING:
                raise
            log.warning("Slack doesn't tell who %s is: %s", person, e.code)
            return Member(id=person, name="", is_outsider=e.code in backoff.NOBODY)
        await self._workers.run(self._services.people.learn, workspace, [told])
        return told

    def _is_fresh(self, checked_at: datetime | None) -> bool:
        """Tell whether what was told then (machine time) still holds; since people's clock was moved, nothing does."""
        ahead, now = self._people_are_ahead(), self._clock.machine_now()
        if abs(ahead - self._ahead) > _MOVED:
            self._ahead, self._moved_at = ahead, now
        return checked_at is not None and max(self._moved_at, now - CHANNEL_FACTS_LAST) < checked_at <= now

    def _people_are_ahead(self) -> timedelta:
        return self._clock.now() - self._clock.machine_now()

    @reads
    def _dm_of(self, workspace: str, person: str) -> str | None:
        with self._store.look(workspace) as uow:
            return _dm_channel(uow, person)

    def _keep_dm(self, workspace: str, person: str, channel: str) -> None:
        with self._store.work(workspace, "dm") as uow:
            uow.members.keep_dm(person, channel)


def is_person(lane: str) -> bool:
    """Tell whether a lane is a person's direct messages, by their user id."""
    return lane[:1] in ("U", "W")


def fallback_lane(uow: UnitOfWork, message: Outgoing) -> str | None:
    """Choose the direct messages of the one whom a message concerns, where its channel can't be used.

    A message that is edited has no other place.
    """
    if is_person(message.lane) or message.saying in _NOWHERE_ELSE or "ts" in message.params:
        return None
    if message.person:
        return message.person
    if message.saying is Saying.HANDOFF_CARD:
        handoff = uow.handoffs.find(message.about)
        return handoff.giver if handoff else None
    task = uow.tasks.find(message.about)
    if task and message.saying is Saying.TASK_ANSWER:
        return task.author
    return task.assignee if task else None


def where_it_stands(uow: UnitOfWork, claimed: Claimed, deed: Deed) -> Deed:
    """Have a message edited where it stands; whoever was sent here from a place of no use says it anew."""
    message = claimed.message
    post = uow.posts.find(message.about, message.saying)
    if not isinstance(deed, Say) or post is None or post.ts != deed.edits:
        return deed
    here = _dm_channel(uow, message.lane) if is_person(message.lane) else message.lane
    if here in (None, post.channel):
        return deed
    return replace(deed, edits=None) if message.is_rerouted else Reroute(lane_of(uow, post.channel))


def _dm_channel(uow: UnitOfWork, person: str) -> str | None:
    member = uow.members.find(person)
    return member.dm_channel if member else None
