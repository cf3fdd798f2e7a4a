"""Sends whose outcome is unknown: looked up once Slack must show them, those of one channel together."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.outgoing import Claimed, Sending
from bot.metrics import Metrics
from bot.slack.gateway import Busy, Posted, Refused, SlackGateway, Unclear
from scheduler import backoff
from scheduler.places import Places
from scheduler.settling import give_up
from scheduler.speech import Kinds, follow
from storage import lanes, outbox
from storage.engine import StorageBusy
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

SETTLE_TIME = lanes.LEASE + timedelta(seconds=25)
"""At the end of the lease no call is under way; so much later Slack shows whether a send arrived."""
_AT_ONCE = 100
_LOOK_BACK = timedelta(minutes=2)
AGAIN_IN = 5.0
"""Seconds until what can't be looked up is looked up again, at least."""


_Place = tuple[str, str, str | None]
"""A workspace, a lane, and a thread in it."""


@dataclass(frozen=True, slots=True)
class _Send:
    claimed: Claimed
    attempted_at: datetime
    thread_ts: str | None

    @property
    def place(self) -> _Place:
        return self.claimed.workspace, self.claimed.message.lane, self.thread_ts


class UnknownSends:
    """Find out what became of sends, and record it."""

    def __init__(
        self,
        store: Store,
        workers: Workers,
        gateway: SlackGateway,
        clock: Clock,
        kinds: Kinds,
        places: Places,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._workers = workers
        self._gateway = gateway
        self._clock = clock
        self._kinds = kinds
        self._places = places
        self._metrics = metrics
        self.on_free: Callable[[], None] = lambda: None
        self._busy_until = 0.0
        self._not_before: dict[_Place, float] = {}

    async def resolve(self) -> float | None:
        """Look up what has settled: there, surely not there, or not to be known; say in how many seconds again.

        A channel that can't be looked at holds up no other; only Slack's pace counts for all.
        """
        now = time.monotonic()
        if self._busy_until > now:
            return self._busy_until - now
        self._not_before = {place: at for place, at in self._not_before.items() if at > now}
        settled, next_in = await self._workers.run(self._settled)
        places: dict[_Place, list[_Send]] = defaultdict(list)
        for send in settled:
            places[send.place].append(send)
        for place, sends in places.items():
            if place in self._not_before:
                continue
            try:
                found = await self._find(sends)
            except Busy as e:
                self._busy_until = time.monotonic() + e.retry_after
                return e.retry_after
            except Unclear:
                self._not_before[place] = time.monotonic() + AGAIN_IN
                continue
            except Refused as e:
                if e.code in backoff.PASSING:
                    self._not_before[place] = time.monotonic() + AGAIN_IN
                else:
                    await self._never_known(sends, e.code)
                continue
            for send in sends:
                posted = found.get(send.claimed.token)
                await self._settle(send.claimed, Sending.SENT if posted else Sending.NEW, posted=posted)
        return await self._workers.run(self._next_in) if settled else next_in

    async def _find(self, sends: Sequence[_Send]) -> Mapping[str, Posted]:
        """Look for messages that were meant for one place: in its thread first, where it has one."""
        channel = await self._places.channel_of(sends[0].claimed)
        since = (min(send.attempted_at for send in sends) - _LOOK_BACK).timestamp()
        tokens = {send.claimed.token for send in sends}
        found: dict[str, Posted] = {}
        if thread_ts := sends[0].thread_ts:
            try:
                found |= await self._gateway.find_posts(channel, tokens, since=since, thread_ts=thread_ts)
            except Refused as e:
                if e.code not in backoff.NO_THREAD:
                    raise
        if missing := tokens - found.keys():
            found |= await self._gateway.find_posts(channel, missing, since=since, thread_ts=None)
        return found

    async def _never_known(self, sends: Sequence[_Send], code: str) -> None:
        for send in sends:
            log.warning("%s can't be looked up: %s", send.claimed.message.key, code)
            is_repeatable = self._kinds[send.claimed.message.saying].repeatable
            state = Sending.NEW if is_repeatable else Sending.DEAD
            await self._settle(send.claimed, state, may_repeat=True, reason=f"unknowable: {code}")

    async def _settle(
        self, claimed: Claimed, state: Sending, *, posted: Posted | None = None, **values: object
    ) -> None:
        with _alone(claimed):
            if not await self._workers.run(self._record, claimed, state, values, posted):
                return
            if state is Sending.NEW:
                self.on_free()
            else:
                self._metrics.ended(claimed.message.saying.value, state.value)

    def _record(self, claimed: Claimed, state: Sending, values: dict[str, object], posted: Posted | None) -> bool:
        kind, now = self._kinds[claimed.message.saying], self._clock.now()
        with self._store.database.writing("resolve") as connection:
            if posted:
                values = {"channel": posted.channel, "ts": posted.ts, "sent_at": now}
            if not outbox.resolve(connection, claimed, state, **values):
                return False
            uow = UnitOfWork(connection, claimed.workspace, writes=True)
            if posted:
                follow(kind, uow, claimed, posted.channel, posted.ts, now)
            elif state is Sending.DEAD:
                give_up(kind, uow, claimed, state, str(values["reason"]), now)
            return True

    @reads
    def _settled(self) -> tuple[list[_Send], float | None]:
        """List the sends that can be looked up by now; tell in how many seconds the next ones can."""
        before = self._clock.machine_now() - SETTLE_TIME
        with self._store.database.reading() as connection:
            sends: list[_Send] = []
            for claimed, attempted_at in outbox.unknown(connection, attempted_before=before, limit=_AT_ONCE):
                uow = UnitOfWork(connection, claimed.workspace, writes=False)
                with _alone(claimed):
                    thread_ts = self._kinds[claimed.message.saying].thread_of(uow, claimed)
                    sends.append(_Send(claimed, attempted_at, thread_ts))
            return sends, self._wait_for(outbox.first_unknown_at(connection))

    @reads
    def _next_in(self) -> float | None:
        with self._store.database.reading() as connection:
            return self._wait_for(outbox.first_unknown_at(connection))

    def _wait_for(self, first: datetime | None) -> float | None:
        if first is None:
            return None
        return max(AGAIN_IN, (first + SETTLE_TIME - self._clock.machine_now()).total_seconds())


@contextmanager
def _alone(claimed: Claimed) -> Iterator[None]:
    """Let what fails by a mistake of ours hold up no other: one poisoned message must not silence all."""
    try:
        yield
    except StorageBusy:
        raise
    except Exception:
        log.exception("nobody can say what became of %s", claimed.message.key)
