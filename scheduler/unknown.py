"""Sends whose outcome is unknown: looked up once Slack must show them."""

import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.outgoing import Claimed, Sending
from bot.slack.gateway import Busy, Posted, Refused, SlackGateway, Unclear
from scheduler import backoff
from scheduler.places import Places
from scheduler.speech import Kinds, follow
from storage import outbox
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

SETTLE_TIME = outbox.LEASE + timedelta(seconds=40)
"""Lease, the client's timeout of 10 s, and 30 s more: then Slack shows whether a send arrived."""
_LOOK_BACK = 120.0


class UnknownSends:
    """Find out what became of sends, and record it."""

    def __init__(
        self, store: Store, workers: Workers, gateway: SlackGateway, clock: Clock, kinds: Kinds, places: Places
    ) -> None:
        self._store = store
        self._workers = workers
        self._gateway = gateway
        self._clock = clock
        self._kinds = kinds
        self._places = places

    async def resolve(self) -> None:
        """Look up what has settled by now: there, surely not there, or not to be known."""
        for claimed in await self._workers.run(self._settled):
            kind = self._kinds[claimed.message.saying]
            try:
                posted = await self._find(claimed)
            except Busy:
                return
            except Unclear:
                continue
            except Refused as e:
                if e.code in backoff.PASSING:
                    continue
                log.warning("%s can't be looked up: %s", claimed.message.key, e.code)
                state = Sending.NEW if kind.repeatable else Sending.DEAD
                values = {"may_repeat": True, "reason": f"unknowable: {e.code}"}
                await self._workers.run(self._record, claimed, state, values, None)
                continue
            await self._workers.run(self._record, claimed, Sending.SENT if posted else Sending.NEW, {}, posted)

    async def _find(self, claimed: Claimed) -> Posted | None:
        channel = await self._places.channel_of(claimed)
        tried, thread_ts = await self._workers.run(self._attempt, claimed)
        since = tried.timestamp() - _LOOK_BACK
        if thread_ts:
            try:
                posted = await self._gateway.find_post(channel, claimed.token, since=since, thread_ts=thread_ts)
            except Refused as e:
                if e.code not in backoff.NO_THREAD:
                    raise
            else:
                if posted:
                    return posted
        return await self._gateway.find_post(channel, claimed.token, since=since, thread_ts=None)

    def _record(self, claimed: Claimed, state: Sending, values: dict[str, object], posted: Posted | None) -> None:
        kind, now = self._kinds[claimed.message.saying], self._clock.now()
        with self._store.database.writing() as connection:
            if posted:
                values = {"channel": posted.channel, "ts": posted.ts, "sent_at": now}
            if not outbox.resolve(connection, claimed, state, **values):
                return
            uow = UnitOfWork(connection, claimed.workspace, writes=True)
            if posted:
                follow(kind, uow, claimed, posted.channel, posted.ts, now)
            elif state is Sending.DEAD and kind.on_failed:
                kind.on_failed(uow, claimed, now)

    @reads
    def _settled(self) -> list[Claimed]:
        with self._store.database.reading() as connection:
            return outbox.unknown(connection, attempted_before=self._clock.machine_now() - SETTLE_TIME)

    @reads
    def _attempt(self, claimed: Claimed) -> tuple[datetime, str | None]:
        with self._store.database.reading() as connection:
            uow = UnitOfWork(connection, claimed.workspace, writes=False)
            thread_ts = self._kinds[claimed.message.saying].thread_of(uow, claimed)
            return outbox.attempted_at(connection, claimed.id), thread_ts
