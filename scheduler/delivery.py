"""Delivery: claim → still true? → render → send → settle."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.outgoing import Claimed, Sending
from bot.i18n.translator import Translators
from bot.services import Services
from bot.slack.gateway import Busy, Posted, Refused, SlackGateway, Unclear
from scheduler import backoff
from scheduler.places import Places, fallback_lane, where_it_stands
from scheduler.speech import Deed, Delete, Drop, Hold, Kind, Kinds, React, Reroute, Say, Speech, follow
from scheduler.unknown import UnknownSends
from storage import outbox
from storage.engine import StorageBusy
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

LANES_AT_ONCE = 16
ROUNDS_AT_ONCE = 50
"""After so many rounds of claims, sweeps and unknown sends have their turn."""
UNSURE = timedelta(seconds=3)
"""How long a message waits for the outcome of an earlier one; then it is looked at again."""


class Delivery:
    """Send what is due, each message once."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        services: Services,
        gateway: SlackGateway,
        clock: Clock,
        translators: Translators,
        kinds: Kinds,
    ) -> None:
        self._store = store
        self._workers = workers
        self._gateway = gateway
        self._clock = clock
        self._translators = translators
        self._kinds = kinds
        self._places = Places(store, workers, services, gateway, clock)
        self._unknown = UnknownSends(store, workers, gateway, clock, kinds, self._places)

    async def run(self) -> datetime | None:
        """Send what is due and whose lane is free; say when the next lane becomes free (machine time)."""
        for _ in range(ROUNDS_AT_ONCE):
            if not await self._workers.run(self._is_something_due):
                break
            claimed = await self._workers.run(self._claim)
            if not claimed:
                break
            await asyncio.gather(*map(self._deliver, claimed))
        await self._unknown.resolve()
        return await self._workers.run(self._next_free_at)

    async def _deliver(self, claimed: Claimed) -> None:
        deed: Deed | None = None
        try:
            deed = await self._prepare(claimed)
            await self._do(claimed, deed)
        except Busy as e:
            free_at = self._clock.machine_now() + timedelta(seconds=e.retry_after)
            await self._settle(claimed, Sending.NEW, free_at=free_at)
        except Unclear as e:
            await self._settle_unclear(claimed, deed, str(e))
        except Refused as e:
            await self._settle_refused(claimed, deed, e)
        except StorageBusy as e:
            log.warning("%s is left to its lease: %r", claimed.message.key, e)
        except Exception:  # one poisoned message must not silence all others
            log.exception("%s failed", claimed.message.key)
            await self._settle_failed(claimed, deed)

    async def _prepare(self, claimed: Claimed) -> Deed:
        kind = self._kinds[claimed.message.saying]
        channel = await self._places.facts(claimed)
        if channel and not channel.takes_internal_words and not kind.for_customers:
            log.info("%s may not be said in its channel", claimed.message.key)
        present = await self._presence(claimed, kind)
        speech = Speech(now=self._clock.now(), translators=self._translators, channel=channel, present=present)
        return await self._workers.run(self._render, claimed, kind, speech)

    @reads
    def _render(self, claimed: Claimed, kind: Kind, speech: Speech) -> Deed:
        with self._store.look(claimed.workspace) as uow:
            channel = speech.channel
            may_speak = channel is None or channel.takes_internal_words or (kind.for_customers and channel.is_member)
            if may_speak:
                if uow.outbox.is_unsure(claimed, kind.waits_for(claimed.message.saying)):
                    return Hold(speech.now + UNSURE)
                deed = kind.prepare(uow, claimed, speech)
                return where_it_stands(uow, claimed, deed) if kind.is_post else deed
            elsewhere = fallback_lane(uow, claimed.message)
            return Reroute(elsewhere) if elsewhere else Drop("channel_not_ours")

    async def _do(self, claimed: Claimed, deed: Deed) -> None:
        now = self._clock.machine_now()
        match deed:
            case Drop(reason):
                await self._settle(claimed, Sending.DROPPED, reason=reason, free_at=now)
            case Hold(until):
                await self._workers.run(self._hold, claimed, until)
            case Reroute(lane):
                await self._workers.run(self._reroute, claimed, lane)
            case Say():
                posted = await self._say(claimed, deed)
                free_at = self._clock.machine_now() + (backoff.EDIT_PACE if deed.edits else backoff.PACE)
                await self._settle(claimed, Sending.SENT, posted=posted, left_out=deed.left_out, free_at=free_at)
            case Delete(ts):
                channel = await self._places.channel_of(claimed)
                await self._gateway.delete(channel, ts)
                await self._settle(claimed, Sending.SENT, posted=Posted(channel, ts), free_at=now)
            case React(ts, emoji):
                channel = await self._places.channel_of(claimed)
                await self._react(channel, ts, emoji)
                await self._settle(claimed, Sending.SENT, posted=Posted(channel, ts), free_at=now)

    async def _say(self, claimed: Claimed, say: Say) -> Posted:
        channel = await self._places.channel_of(claimed)
        if say.edits:
            await self._gateway.update(channel, say.edits, say.message.payload)
            return Posted(channel, say.edits)
        words, token = say.message.payload, claimed.token
        try:
            posted = await self._gateway.post(channel, words, token=token, thread_ts=say.thread_ts)
        except Refused as e:
            if say.thread_ts is None or e.code not in backoff.NO_THREAD:
                raise
            posted = await self._gateway.post(channel, words, token=token, thread_ts=None)
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
        except Refused:
            return False

    @reads
    def _presence_channel(self, claimed: Claimed, asks: Callable[[UnitOfWork, Claimed], str | None]) -> str | None:
        with self._store.look(claimed.workspace) as uow:
            return asks(uow, claimed)

    async def _settle(
        self,
        claimed: Claimed,
        state: Sending,
        *,
        free_at: datetime,
        reason: str | None = None,
        posted: Posted | None = None,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        await self._workers.run(self._record, claimed, state, free_at, reason, posted, left_out)

    def _record(
        self,
        claimed: Claimed,
        state: Sending,
        free_at: datetime,
        reason: str | None,
        posted: Posted | None,
        left_out: frozenset[int],
    ) -> None:
        """Record the outcome, and in the same transaction what follows from it."""
        kind = self._kinds[claimed.message.saying]
        with self._store.database.writing() as connection:
            settled = outbox.settle(
                connection,
                claimed,
                state,
                machine_now=self._clock.machine_now(),
                free_at=free_at,
                reason=reason,
                channel=posted.channel if posted else None,
                ts=posted.ts if posted else None,
                sent_at=self._clock.now() if state is Sending.SENT else None,
                left_out=left_out,
            )
            if settled and state is Sending.SENT and posted:
                uow = UnitOfWork(connection, claimed.workspace, writes=True)
                for one in claimed.everyone:
                    if one.id not in left_out:
                        follow(kind, uow, one, posted.channel, posted.ts, self._clock.now())
            if settled and kind.on_failed and state in (Sending.DROPPED, Sending.DEAD):
                kind.on_failed(UnitOfWork(connection, claimed.workspace, writes=True), claimed, self._clock.now())
        if not settled:
            log.warning("%s was taken over by another", claimed.message.key)

    async def _settle_unclear(self, claimed: Claimed, deed: Deed | None, why: str) -> None:
        """Keep what may have been posted as unknown; what is harmless to repeat is just tried again."""
        log.warning("%s: no answer from Slack (%s)", claimed.message.key, why)
        free_at = self._clock.machine_now() + backoff.pause(claimed.attempts)
        state = Sending.UNKNOWN if _is_new_post(deed) else Sending.NEW
        await self._settle(claimed, state, reason=why, free_at=free_at)

    async def _settle_failed(self, claimed: Claimed, deed: Deed | None) -> None:
        """Try again what failed by a mistake of ours, until it has had its share."""
        free_at = self._clock.machine_now() + backoff.pause(claimed.attempts)
        state = Sending.UNKNOWN if _is_new_post(deed) else Sending.NEW
        state = state if claimed.attempts < backoff.MOST_ATTEMPTS else Sending.DEAD
        await self._settle(claimed, state, reason="failed", free_at=free_at)

    async def _settle_refused(self, claimed: Claimed, deed: Deed | None, refusal: Refused) -> None:
        now, code = self._clock.machine_now(), refusal.code
        again = code in backoff.TRY_AGAIN and claimed.attempts < backoff.MOST_ATTEMPTS
        if again or code in backoff.LOCKED_OUT:
            await self._settle(claimed, Sending.NEW, reason=code, free_at=now + backoff.pause(claimed.attempts))
            return
        if code in backoff.GONE:
            stood = await self._workers.run(self._forget_post, claimed, deed)
            await self._settle(claimed, Sending.NEW if stood else Sending.DROPPED, reason=code, free_at=now)
            return
        elsewhere = await self._workers.run(self._elsewhere, claimed) if code in backoff.NOT_HERE else None
        if elsewhere:
            await self._workers.run(self._reroute, claimed, elsewhere)
            return
        log.error("%s can't be delivered: %s %s", claimed.message.key, code, " ".join(refusal.details))
        await self._settle(claimed, Sending.DEAD, reason=code, free_at=now)

    def _claim(self) -> list[Claimed]:
        with self._store.database.writing() as connection:
            now, machine_now = self._clock.now(), self._clock.machine_now()
            return outbox.claim(connection, now=now, machine_now=machine_now, limit=LANES_AT_ONCE)

    @reads
    def _is_something_due(self) -> bool:
        with self._store.database.reading() as connection:
            return outbox.is_due(connection, now=self._clock.now(), machine_now=self._clock.machine_now())

    @reads
    def _next_free_at(self) -> datetime | None:
        with self._store.database.reading() as connection:
            return outbox.next_free_at(connection, now=self._clock.now())

    @reads
    def _elsewhere(self, claimed: Claimed) -> str | None:
        with self._store.look(claimed.workspace) as uow:
            return fallback_lane(uow, claimed.message)

    def _forget_post(self, claimed: Claimed, deed: Deed | None) -> bool:
        """Forget a message that can't be edited any more; tell whether it was the one that stood."""
        about, saying = claimed.message.about, claimed.message.saying
        with self._store.work(claimed.workspace) as uow:
            post = uow.posts.find(about, saying)
            if post is None or not isinstance(deed, Say) or post.ts != deed.edits:
                return False
            uow.posts.forget(about, saying)
            return self._kinds[saying].is_post

    def _hold(self, claimed: Claimed, until: datetime) -> None:
        with self._store.database.writing() as connection:
            outbox.put_off(connection, claimed, until=until, free_at=self._clock.machine_now())

    def _reroute(self, claimed: Claimed, lane: str) -> None:
        """Settle a message here as dropped, and put it down again for another lane."""
        now = self._clock.machine_now()
        with self._store.database.writing() as connection:
            uow = UnitOfWork(connection, claimed.workspace, writes=True)
            settled = outbox.settle(
                connection, claimed, Sending.DROPPED, machine_now=now, free_at=now, reason=f"rerouted to {lane}"
            )
            for one in claimed.everyone if settled else ():
                to = lane if one is claimed else fallback_lane(uow, one.message) or lane
                uow.put(one.message.rerouted(to), at=self._clock.now())


def _is_new_post(deed: Deed | None) -> bool:
    return isinstance(deed, Say) and deed.edits is None
