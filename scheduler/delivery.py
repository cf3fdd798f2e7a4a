"""Delivery: claim → still true? → render → send → settle. Each lane goes by itself: one that hangs delays no other."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from bot.clock import Clock
from bot.domain.members import Channel
from bot.domain.outgoing import Claimed, Sending
from bot.i18n.translator import Translators
from bot.slack.gateway import Away, Busy, Posted, Refused, SlackGateway, Unclear, Unreached
from bot.slack.session import TooLate, beginning_by
from scheduler import backoff
from scheduler.breaker import Breaker
from scheduler.places import Place, Places, fallback_lane, where_it_stands
from scheduler.settling import Settling
from scheduler.speech import Deed, Delete, Drop, Expire, Hold, Kind, Kinds, React, Reroute, Say, Speech
from storage import lanes
from storage.engine import StorageBusy
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

MOST_AT_ONCE = 32
"""Lanes in which something is being sent."""
BEGIN_WITHIN = 8.0
"""Seconds of the lease within which a call must begin: with the client's time-out of 10 s it ends before the lease."""

_HELD_BY_OTHERS = 0.05
_SET_BACK = timedelta(seconds=5)
"""What the clock is set back by, at least: a step, and no correction of everyday."""

_Look = tuple[Place, Deed | None]
"""What is known of a message's place, and what to do with it unless Slack must be asked something first."""


class Delivery:
    """Send what is due, each message once."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        gateway: SlackGateway,
        clock: Clock,
        translators: Translators,
        kinds: Kinds,
        places: Places,
        settling: Settling,
    ) -> None:
        self._store = store
        self._workers = workers
        self._gateway = gateway
        self._clock = clock
        self._translators = translators
        self._kinds = kinds
        self._places = places
        self._settling = settling
        self._breaker = Breaker()
        self._under_way: dict[asyncio.Task[None], tuple[str, str]] = {}
        self._has_news = False
        self._last_run = clock.machine_now()
        self.on_free: Callable[[], None] = lambda: None

    def expect(self) -> None:
        """Take it that something was put down that is due: the next `run` needn't look whether there is anything."""
        self._has_news = True

    async def run(self) -> float | None:
        """Begin to send what is due and whose lane is free; say in how many seconds the next lane becomes free.

        It waits for no send. When one has ended, `on_free` tells that its lane may go on.
        """
        pause = self._breaker.pause(time.monotonic())
        if pause:
            return pause
        await self._mind_the_clock()
        free_in = 0.0 if self._has_news else await self._workers.run(self._next_free_in)
        self._has_news = False
        while free_in is not None and free_in <= 0:
            room = self._breaker.room(len(self._under_way), MOST_AT_ONCE)
            if not room:
                return None  # whatever ends next makes room
            begin_by = time.monotonic() + BEGIN_WITHIN
            held = frozenset(self._under_way.values())
            claimed, free_in = await self._workers.run(self._claim, room, held)
            if not claimed:
                return None if free_in is None else max(free_in, _HELD_BY_OTHERS)
            looks = asyncio.create_task(self._workers.run(self._look_at, claimed))
            for one in claimed:
                self._begin(one, looks, begin_by)
        return free_in

    async def _mind_the_clock(self) -> None:
        """Let nothing wait for a time that was near when it was stored, and is far since the clock was set back."""
        now = self._clock.machine_now()
        if self._last_run - now > _SET_BACK:
            log.warning("the clock was set back by %s", self._last_run - now)
            await self._workers.run(self._forget_pauses)
        self._last_run = now

    def _forget_pauses(self) -> None:
        with self._store.database.writing("claim") as connection:
            lanes.forget_pauses(connection)

    def take_over(self) -> None:
        """Free the lanes that a former bot held, where there is one bot at a time."""
        with self._store.database.writing("take-over") as connection:
            lanes.take_over(connection)

    @property
    def is_sending(self) -> bool:
        """Tell whether a send is under way."""
        return bool(self._under_way)

    async def settled(self) -> None:
        """Wait for the sends that are under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def stop(self, within: float) -> None:
        """Let what is under way end within so many seconds; what doesn't is looked up later."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _begin(self, claimed: Claimed, looks: "asyncio.Task[Mapping[int, _Look]]", begin_by: float) -> None:
        task = asyncio.create_task(self._deliver(claimed, looks, begin_by))
        self._under_way[task] = (claimed.workspace, claimed.message.lane)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self.on_free()

    async def _deliver(self, claimed: Claimed, looks: "asyncio.Task[Mapping[int, _Look]]", begin_by: float) -> None:
        deed: Deed | None = None
        try:
            with beginning_by(begin_by):
                deed = await self._prepare(claimed, await looks)
                await self._do(claimed, deed)
        except Busy as e:
            self._breaker.answered()
            log.warning("%s comes again in %.0f s: Slack says ratelimited", claimed.message.key, e.retry_after)
            await self._settling.wait(claimed, e.retry_after)
        except Unclear as e:
            if isinstance(e, Away):
                self._breaker.missed(time.monotonic())
            await self._settling.unclear(claimed, str(e), was_post=_is_new_post(deed) and not isinstance(e, Unreached))
        except Refused as e:
            self._breaker.answered()
            await self._settling.refused(claimed, deed, e)
        except TooLate:
            log.warning("%s is put back: its lease is nearly over", claimed.message.key)
            await self._settling.wait(claimed, 0)
        except StorageBusy as e:
            log.warning("%s is left to its lease: %r", claimed.message.key, e)
        except Exception:  # one poisoned message must not silence all others
            log.exception("%s failed", claimed.message.key)
            await self._settling.failed(claimed, was_post=_is_new_post(deed))

    async def _prepare(self, claimed: Claimed, looks: Mapping[int, _Look]) -> Deed:
        kind = self._kinds[claimed.message.saying]
        looks = looks if claimed.id in looks else await self._workers.run(self._look_at_one, claimed)
        place, deed = looks[claimed.id]
        if deed:
            return deed
        channel = await self._places.facts(claimed, place)
        present = await self._presence(claimed, kind)
        return await self._workers.run(self._render, claimed, kind, self._speech(channel, present))

    @reads
    def _look_at(self, together: Sequence[Claimed]) -> Mapping[int, _Look]:
        """Look at what was claimed together, up to one that fails: it and those behind it are looked at one by one."""
        looks: dict[int, _Look] = {}
        with suppress(Exception), self._store.database.reading() as connection:
            units = {one.workspace: UnitOfWork(connection, one.workspace, writes=False) for one in together}
            for workspace, uow in units.items():
                uow.posts.read_ahead(one.message.about for one in together if one.workspace == workspace)
            for one in together:
                looks[one.id] = self._first_look(units[one.workspace], one)
        return looks

    @reads
    def _look_at_one(self, claimed: Claimed) -> Mapping[int, _Look]:
        with self._store.look(claimed.workspace) as uow:
            return {claimed.id: self._first_look(uow, claimed)}

    def _first_look(self, uow: UnitOfWork, claimed: Claimed) -> _Look:
        kind = self._kinds[claimed.message.saying]
        place = self._places.recall(uow, claimed.message.lane)
        is_known = place.is_known and kind.asks_presence is None
        return place, self._word(uow, claimed, kind, self._speech(place.channel)) if is_known else None

    @reads
    def _render(self, claimed: Claimed, kind: Kind, speech: Speech) -> Deed:
        with self._store.look(claimed.workspace) as uow:
            return self._word(uow, claimed, kind, speech)

    def _speech(self, channel: Channel | None, present: bool | None = None) -> Speech:
        return Speech(now=self._clock.now(), translators=self._translators, channel=channel, present=present)

    def _word(self, uow: UnitOfWork, claimed: Claimed, kind: Kind, speech: Speech) -> Deed:
        deed = self._timely(uow, claimed, kind, speech)
        is_new = _is_new_post(deed) or isinstance(deed, Reroute)  # what stands there is kept right, however late
        is_too_late = speech.now - claimed.message.due_at > kind.good_for
        return Expire("nobody could be told in time") if is_new and is_too_late else deed

    def _timely(self, uow: UnitOfWork, claimed: Claimed, kind: Kind, speech: Speech) -> Deed:
        channel = speech.channel
        if channel is None or channel.takes_internal_words or (kind.for_customers and channel.is_member):
            if uow.outbox.is_unsure(claimed, kind.waits_for(claimed.message.saying)):
                return Hold(speech.now + backoff.UNSURE)
            deed = kind.prepare(uow, claimed, speech)
            return where_it_stands(uow, claimed, deed) if kind.is_post else deed
        log.info("%s may not be said in its channel", claimed.message.key)
        elsewhere = fallback_lane(uow, claimed.message)
        return Reroute(elsewhere) if elsewhere else Drop("channel_not_ours")

    async def _do(self, claimed: Claimed, deed: Deed) -> None:
        match deed:
            case Drop(reason):
                await self._settling.end(claimed, Sending.DROPPED, reason)
            case Expire(reason):
                await self._settling.end(claimed, Sending.EXPIRED, reason)
            case Hold(until):
                await self._settling.hold(claimed, until)
            case Reroute(lane):
                await self._settling.reroute(claimed, lane)
            case Say():
                posted = await self._say(claimed, deed)
                pace = backoff.EDIT_PACE if deed.edits else backoff.PACE
                await self._settling.sent(claimed, posted, pace=pace, left_out=deed.left_out)
            case Delete(ts):
                channel = await self._places.channel_of(claimed)
                await self._gateway.delete(channel, ts)
                await self._settling.sent(claimed, Posted(channel, ts))
            case React(ts, emoji):
                channel = await self._places.channel_of(claimed)
                await self._react(channel, ts, emoji)
                await self._settling.sent(claimed, Posted(channel, ts))

    async def _say(self, claimed: Claimed, say: Say) -> Posted:
        channel = await self._places.channel_of(claimed)
        if say.edits:
            await self._gateway.update(channel, say.edits, say.message.payload)
            self._breaker.answered()
            return Posted(channel, say.edits)
        words, token = say.message.payload, claimed.token
        try:
            posted = await self._gateway.post(channel, words, token=token, thread_ts=say.thread_ts)
        except Refused as e:
            if say.thread_ts is None or e.code not in backoff.NO_THREAD:
                raise
            posted = await self._gateway.post(channel, words, token=token, thread_ts=None)
        self._breaker.answered()
        if posted.channel != channel:
            await self._places.keep_dm(claimed, posted.channel)
        return posted

    async def _react(self, channel: str, ts: str, emoji: str) -> None:
        try:
            await self._gateway.react(channel, ts, emoji)
        except Refused as e:
            if e.code != "already_reacted":
                raise

    async def _presence(self, claimed: Claimed, kind: Kind) -> bool | None:
        person = claimed.message.person
        if kind.asks_presence is None or person is None:
            return None
        channel = await self._workers.run(self._presence_channel, claimed, kind.asks_presence)
        if channel is None:
            return None
        try:
            return await self._gateway.is_in(channel, person)
        except Refused as e:
            if e.code in backoff.PASSING:
                raise
            return False

    @reads
    def _presence_channel(self, claimed: Claimed, asks: Callable[[UnitOfWork, Claimed], str | None]) -> str | None:
        with self._store.look(claimed.workspace) as uow:
            return asks(uow, claimed)

    def _claim(self, limit: int, held: Collection[tuple[str, str]]) -> tuple[list[Claimed], float | None]:
        with self._store.database.writing("claim") as connection:
            now, machine_now = self._clock.now(), self._clock.machine_now()
            claimed = lanes.claim(connection, now=now, machine_now=machine_now, limit=limit, held=held)
            return claimed, lanes.next_free_in(connection, now=now, machine_now=machine_now)

    @reads
    def _next_free_in(self) -> float | None:
        now, machine_now = self._clock.now(), self._clock.machine_now()
        with self._store.database.reading() as connection:
            return lanes.next_free_in(connection, now=now, machine_now=machine_now)


def _is_new_post(deed: Deed | None) -> bool:
    return isinstance(deed, Say) and deed.edits is None
