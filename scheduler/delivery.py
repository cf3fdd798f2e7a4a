"""Delivery: claim → still true? → render → send → settle."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.members import Channel
from bot.domain.outgoing import Claimed, Outgoing, Post, Saying, Sending
from bot.i18n.translator import Translators
from bot.services import Services
from bot.slack.gateway import Busy, Posted, Refused, SlackGateway, Unclear
from scheduler import backoff
from scheduler.speech import Deed, Delete, Drop, Hold, Kind, Kinds, React, Reroute, Say, Speech
from storage import outbox
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import Workers, reads

log = logging.getLogger(__name__)

LANES_AT_ONCE = 16
CHANNEL_FACTS_LAST = timedelta(seconds=60)
SETTLE_TIME = outbox.LEASE + timedelta(seconds=40)
"""Lease, the client's timeout of 10 s, and 30 s more: then Slack shows whether a send arrived."""
_LOOK_BACK = 120.0


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
        self._services = services
        self._gateway = gateway
        self._clock = clock
        self._translators = translators
        self._kinds = kinds

    async def run(self) -> datetime | None:
        """Send everything that is due and whose lane is free; say when the next lane becomes free (machine time)."""
        while await self._workers.run(self._is_something_due):
            claimed = await self._workers.run(self._claim)
            if not claimed:
                break
            await asyncio.gather(*map(self._deliver, claimed))
        await self._resolve_unknown()
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
            await self._settle_refused(claimed, e)

    async def _prepare(self, claimed: Claimed) -> Deed:
        kind = self._kinds[claimed.message.saying]
        channel = await self._channel_facts(claimed)
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
                return kind.prepare(uow, claimed, speech)
            elsewhere = _fallback_lane(uow, claimed.message)
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
                channel = await self._place(claimed)
                await self._gateway.delete(channel, ts)
                await self._settle(claimed, Sending.SENT, posted=Posted(channel, ts), free_at=now)
            case React(ts, emoji):
                channel = await self._place(claimed)
                await self._react(channel, ts, emoji)
                await self._settle(claimed, Sending.SENT, posted=Posted(channel, ts), free_at=now)

    async def _say(self, claimed: Claimed, say: Say) -> Posted:
        channel = await self._place(claimed)
        if say.edits:
            await self._gateway.update(channel, say.edits, say.message.payload)
            return Posted(channel, say.edits)
        return await self._gateway.post(channel, say.message.payload, token=claimed.token, thread_ts=say.thread_ts)

    async def _react(self, channel: str, ts: str, emoji: str) -> None:
        try:
            await self._gateway.react(channel, ts, emoji)
        except Refused as e:
            if e.code != "already_reacted":
                raise

    async def _place(self, claimed: Claimed) -> str:
        """Get the channel of a lane; a person's direct messages are opened at first."""
        lane = claimed.message.lane
        if not _is_person(lane):
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

    async def _channel_facts(self, claimed: Claimed) -> Channel | None:
        """Ask what a channel is, unless it was asked just now; what can't be known counts as shared."""
        lane = claimed.message.lane
        if _is_person(lane):
            return None
        known = await self._workers.run(self._known_channel, claimed.workspace, lane)
        fresh_from = self._clock.machine_now() - CHANNEL_FACTS_LAST
        if known and known.is_member and known.checked_at and known.checked_at > fresh_from:
            return known  # where the bot wasn't is asked anew: somebody may just have invited it
        try:
            told = await self._gateway.channel(lane)
        except Refused as e:
            log.warning("channel %s can't be looked up: %s", lane, e.code)
            told = Channel(id=lane)
        return await self._workers.run(self._services.people.learn_channel, claimed.workspace, told)

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
                        self._follow(uow, one, posted)
            on_failed = self._kinds[claimed.message.saying].on_failed
            if settled and on_failed and state in (Sending.DROPPED, Sending.DEAD):
                on_failed(UnitOfWork(connection, claimed.workspace, writes=True), claimed, self._clock.now())
        if not settled:
            log.warning("%s was taken over by another", claimed.message.key)

    def _follow(self, uow: UnitOfWork, claimed: Claimed, posted: Posted) -> None:
        kind = self._kinds[claimed.message.saying]
        if kind.is_post:
            role = claimed.message.saying.value
            uow.posts.save(Post(about=claimed.message.about, role=role, channel=posted.channel, ts=posted.ts))
        if kind.on_sent:
            kind.on_sent(uow, claimed, posted.channel, posted.ts, self._clock.now())

    async def _settle_unclear(self, claimed: Claimed, deed: Deed | None, why: str) -> None:
        """Keep what may have been posted as unknown; what is harmless to repeat is just tried again."""
        log.warning("%s: no answer from Slack (%s)", claimed.message.key, why)
        free_at = self._clock.machine_now() + backoff.pause(claimed.attempts)
        is_new_post = isinstance(deed, Say) and deed.edits is None
        state = Sending.UNKNOWN if is_new_post else Sending.NEW
        await self._settle(claimed, state, reason=why, free_at=free_at)

    async def _settle_refused(self, claimed: Claimed, refusal: Refused) -> None:
        now, code = self._clock.machine_now(), refusal.code
        again = code in backoff.TRY_AGAIN or code in backoff.LOCKED_OUT
        if again and claimed.attempts < backoff.MOST_ATTEMPTS:
            await self._settle(claimed, Sending.NEW, reason=code, free_at=now + backoff.pause(claimed.attempts))
            return
        if code in backoff.GONE:
            await self._workers.run(self._forget_post, claimed)
            await self._settle(claimed, Sending.DROPPED, reason=code, free_at=now)
            return
        elsewhere = await self._workers.run(self._elsewhere, claimed) if code in backoff.NOT_HERE else None
        if elsewhere:
            await self._workers.run(self._reroute, claimed, elsewhere)
            return
        log.error("%s can't be delivered: %s %s", claimed.message.key, code, " ".join(refusal.details))
        await self._settle(claimed, Sending.DEAD, reason=code, free_at=now)

    async def _resolve_unknown(self) -> None:
        """Look up sends whose outcome is unknown, once Slack must show them."""
        for claimed in await self._workers.run(self._unknown):
            kind = self._kinds[claimed.message.saying]
            try:
                posted = await self._find(claimed)
            except (Busy, Unclear):
                continue
            except Refused as e:
                log.warning("%s can't be looked up: %s", claimed.message.key, e.code)
                state = Sending.NEW if kind.repeatable else Sending.DEAD
                values = {"may_repeat": True, "reason": f"unknowable: {e.code}"}
                await self._workers.run(self._resolve, claimed, state, values, None)
                continue
            await self._workers.run(self._resolve, claimed, Sending.SENT if posted else Sending.NEW, {}, posted)

    async def _find(self, claimed: Claimed) -> Posted | None:
        channel = await self._place(claimed)
        tried = await self._workers.run(self._attempted_at, claimed.id)
        since = tried.timestamp() - _LOOK_BACK
        thread_ts = claimed.message.params.get("thread_ts") or None
        return await self._gateway.find_post(channel, claimed.token, since=since, thread_ts=thread_ts)

    def _resolve(self, claimed: Claimed, state: Sending, values: dict[str, object], posted: Posted | None) -> None:
        with self._store.database.writing() as connection:
            if posted:
                values = {"channel": posted.channel, "ts": posted.ts, "sent_at": self._clock.now()}
            if outbox.resolve(connection, claimed, state, **values) and posted:
                self._follow(UnitOfWork(connection, claimed.workspace, writes=True), claimed, posted)

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
    def _unknown(self) -> list[Claimed]:
        with self._store.database.reading() as connection:
            return outbox.unknown(connection, attempted_before=self._clock.machine_now() - SETTLE_TIME)

    @reads
    def _attempted_at(self, id: int) -> datetime:
        with self._store.database.reading() as connection:
            return outbox.attempted_at(connection, id)

    @reads
    def _dm_of(self, workspace: str, person: str) -> str | None:
        with self._store.look(workspace) as uow:
            member = uow.members.find(person)
            return member.dm_channel if member else None

    def _keep_dm(self, workspace: str, person: str, channel: str) -> None:
        with self._store.work(workspace) as uow:
            uow.members.keep_dm(person, channel)

    @reads
    def _known_channel(self, workspace: str, channel: str) -> Channel | None:
        with self._store.look(workspace) as uow:
            return uow.channels.find(channel)

    @reads
    def _elsewhere(self, claimed: Claimed) -> str | None:
        with self._store.look(claimed.workspace) as uow:
            return _fallback_lane(uow, claimed.message)

    def _forget_post(self, claimed: Claimed) -> None:
        with self._store.work(claimed.workspace) as uow:
            uow.posts.forget(claimed.message.about, claimed.message.saying)

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
                to = lane if one is claimed else _fallback_lane(uow, one.message) or lane
                moved: Outgoing = replace(one.message, lane=to, key=f"{one.message.key}>{to}")
                uow.put(moved, at=self._clock.now())


def _is_person(lane: str) -> bool:
    return lane[:1] in ("U", "W")


def _fallback_lane(uow: UnitOfWork, message: Outgoing) -> str | None:
    """Choose the direct messages of the one whom a message concerns, where its channel can't be used."""
    if _is_person(message.lane) or message.saying in (Saying.NOTICE, Saying.TASK_ANSWER, Saying.REACTION):
        return None
    if message.person:
        return message.person
    if message.saying is Saying.HANDOFF_CARD:
        handoff = uow.handoffs.find(message.about)
        return handoff.giver if handoff else None
    task = uow.tasks.find(message.about)
    return task.assignee if task else None
