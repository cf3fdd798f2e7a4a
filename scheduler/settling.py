"""Settling: what became of a send is recorded once, by whoever still holds its lane, with all that follows from it."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.outgoing import Claimed, Sending
from bot.metrics import Metrics
from bot.slack.gateway import Posted, Refused
from bot.slack.refusals import TRY_AGAIN
from scheduler import backoff
from scheduler.places import fallback_lane
from scheduler.speech import Deed, Kind, Kinds, Say, follow
from scheduler.undelivered_messages import put_undelivered
from storage import lanes
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)


class _TakenOver(Exception):
    """Somebody else holds the lane now: nothing of this is kept."""


class Settling:
    """Record outcomes. Times are people's where they are told, the machine's where a lane waits."""

    def __init__(self, store: Store, workers: Workers, clock: Clock, kinds: Kinds, metrics: Metrics) -> None:
        self._store = store
        self._workers = workers
        self._clock = clock
        self._kinds = kinds
        self._metrics = metrics

    async def sent(
        self,
        claimed: Claimed,
        posted: Posted,
        *,
        pace: timedelta = timedelta(0),
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        """Record where a message stands; its lane is free again after `pace`."""
        await self._settle(claimed, Sending.SENT, pause=pace, posted=posted, left_out=left_out)

    async def end(self, claimed: Claimed, state: Sending, reason: str) -> None:
        """Record that a message is not said, and why."""
        await self._settle(claimed, state, reason=reason)

    async def wait(self, claimed: Claimed, seconds: float) -> None:
        """Put a message back that wasn't said; its lane waits so long."""
        await self._settle(claimed, Sending.NEW, pause=timedelta(seconds=seconds))

    async def unclear(self, claimed: Claimed, why: str, *, was_post: bool) -> None:
        """Keep what may have been posted as unknown; what is harmless to repeat is just tried again."""
        log.warning("%s: no answer from Slack (%s)", claimed.message.key, why)
        state = Sending.UNKNOWN if was_post else Sending.NEW
        await self._settle(claimed, state, reason=why, pause=backoff.pause(claimed.attempts, most=backoff.AWAY))

    async def failed(self, claimed: Claimed, *, was_post: bool) -> None:
        """Try again what failed by a mistake of ours, until it has had its share."""
        state = Sending.UNKNOWN if was_post else Sending.NEW
        state = state if claimed.attempts < backoff.MOST_ATTEMPTS else Sending.DEAD
        await self._settle(claimed, state, reason="failed", pause=backoff.pause(claimed.attempts))

    async def refused(self, claimed: Claimed, deed: Deed | None, refusal: Refused) -> None:
        """Do what Slack's word for its refusal asks for."""
        code = refusal.code
        if code in backoff.LOCKED_OUT or (code in backoff.UNPERMITTED and isinstance(deed, Say)):
            log.error("%s waits: Slack lets the bot do nothing here (%s)", claimed.message.key, code)
            pause = backoff.pause(claimed.attempts, most=backoff.AWAY)
            await self._settle(claimed, Sending.NEW, reason=code, pause=pause)
        elif code in TRY_AGAIN and claimed.attempts < backoff.MOST_ATTEMPTS:
            log.warning("%s comes again: Slack says %s", claimed.message.key, code)
            may_stand = code in backoff.PERHAPS_DONE and isinstance(deed, Say) and not deed.edits
            state = Sending.UNKNOWN if may_stand else Sending.NEW
            await self._settle(claimed, state, reason=code, pause=backoff.pause(claimed.attempts))
        elif code in backoff.GONE:
            stood = await self._workers.run(self._forget_post, claimed, deed)
            await self._settle(claimed, Sending.NEW if stood else Sending.DROPPED, reason=code)
        elif code in backoff.NOT_HERE and (elsewhere := await self._workers.run(self._elsewhere, claimed)):
            await self.reroute(claimed, elsewhere)
        else:
            log.error("%s can't be delivered: %s %s", claimed.message.key, code, " ".join(refusal.details))
            await self._settle(claimed, Sending.DEAD, reason=code)

    async def hold(self, claimed: Claimed, until: datetime) -> None:
        """Put a message back until its reader is within their hours."""
        await self._workers.run(self._hold, claimed, until)

    async def reroute(self, claimed: Claimed, lane: str) -> None:
        """Settle a message here as dropped, and put it down again for another lane."""
        await self._workers.run(self._reroute, claimed, lane)
        self._count(claimed, Sending.DROPPED)

    async def _settle(
        self,
        claimed: Claimed,
        state: Sending,
        *,
        pause: timedelta = timedelta(0),
        reason: str | None = None,
        posted: Posted | None = None,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        settled = await self._workers.run(self._record, claimed, state, pause, reason, posted, left_out)
        if not settled:
            log.warning("%s was taken over by another", claimed.message.key)
            return
        for one in claimed.everyone:
            self._count(one, Sending.DROPPED if one.id in left_out else state)

    def _record(
        self,
        claimed: Claimed,
        state: Sending,
        pause: timedelta,
        reason: str | None,
        posted: Posted | None,
        left_out: frozenset[int],
    ) -> bool:
        """Record the outcome, and in the same transaction what follows from it; False where somebody took it over.

        What follows comes first: like any use case, it locks tasks before lanes.
        """
        kind, now, machine_now = self._kinds[claimed.message.saying], self._clock.now(), self._clock.machine_now()
        with suppress(_TakenOver), self._store.database.writing("settle") as connection:
            uow = UnitOfWork(connection, claimed.workspace, writes=True)
            for one in claimed.everyone if posted else ():
                if one.id not in left_out:
                    follow(kind, uow, one, posted.channel, posted.ts, now)  # type: ignore[union-attr]
            if state in (Sending.DROPPED, Sending.EXPIRED, Sending.DEAD):
                give_up(kind, uow, claimed, state, reason or "", now)
            settled = lanes.settle(
                connection,
                claimed,
                state,
                free_at=machine_now + pause,
                reason=reason,
                channel=posted.channel if posted else None,
                ts=posted.ts if posted else None,
                sent_at=now if state is Sending.SENT else None,
                left_out=left_out,
            )
            if not settled:
                raise _TakenOver
            return True
        return False

    def _hold(self, claimed: Claimed, until: datetime) -> None:
        with self._store.database.writing("hold") as connection:
            lanes.put_off(connection, claimed, until=until, free_at=self._clock.machine_now())

    def _reroute(self, claimed: Claimed, lane: str) -> None:
        now = self._clock.machine_now()
        with self._store.database.writing("reroute") as connection:
            uow = UnitOfWork(connection, claimed.workspace, writes=True)
            settled = lanes.settle(connection, claimed, Sending.DROPPED, free_at=now, reason=f"rerouted to {lane}")
            for one in claimed.everyone if settled else ():
                to = lane if one is claimed else fallback_lane(uow, one.message) or lane
                uow.put(one.message.rerouted(to), at=self._clock.now())

    def _forget_post(self, claimed: Claimed, deed: Deed | None) -> bool:
        """Forget a message that can't be edited any more; tell whether it was the one that stood."""
        about, saying = claimed.message.about, claimed.message.saying
        with self._store.work(claimed.workspace, "forget") as uow:
            post = uow.posts.find(about, saying)
            if post is None or not isinstance(deed, Say) or post.ts != deed.edits:
                return False
            uow.posts.forget(about, saying)
            return self._kinds[saying].is_post

    @reads
    def _elsewhere(self, claimed: Claimed) -> str | None:
        with self._store.look(claimed.workspace) as uow:
            return fallback_lane(uow, claimed.message)

    def _count(self, claimed: Claimed, state: Sending) -> None:
        if state in (Sending.SENT, Sending.DROPPED, Sending.EXPIRED, Sending.DEAD):
            self._metrics.ended(claimed.message.saying.value, state.value)
        if state is Sending.SENT:
            self._metrics.was_late((self._clock.now() - claimed.message.due_at).total_seconds())


def give_up(kind: Kind, uow: UnitOfWork, claimed: Claimed, state: Sending, reason: str, now: datetime) -> None:
    """Write down what follows where a message isn't said: whoever misses it is told."""
    if kind.on_failed:
        kind.on_failed(uow, claimed, now)
    if state is Sending.DEAD:
        put_undelivered(uow, claimed, reason, now)
