"""Use cases about who somebody is and what a line of theirs may name."""

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.domain.customers import Customer, fold, name_candidates
from bot.domain.details import LineContext
from bot.domain.members import Actor, Channel, Member
from bot.domain.workspaces import Workspace
from bot.services.base import Service
from storage.unit_of_work import Store, UnitOfWork
from storage.workers import reads
from storage.workspaces import home_of

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
HANDLE = re.compile(r"(?<![\w@./])@([^\W_][\w.-]*[\w]|[^\W_])")

MOST_CUSTOMERS = 99
"""Customers that a menu of Slack's holds beside *none*."""

_MOST_REMEMBERED = 4096
_SHARED_MEMORY_LASTS = 1.0
"""Seconds for which what was read of a person holds where other replicas write too; alone, we see every change."""

_Meeting = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """What is known of an actor: the workspace, the person (None: never seen), the channel."""

    workspace: Workspace
    member: Member | None
    channel: Channel | None


class People(Service):
    """Know people, channels and what a line may name."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._met: dict[_Meeting, tuple[Acquaintance, float]] = {}
        self._lasts = math.inf if store.database.is_sqlite else _SHARED_MEMORY_LASTS
        store.on_acquaintance = self._forget

    def recall(self, actor: Actor) -> Acquaintance | None:
        """Tell what is known of an actor without a look at the database; None where `meet` has to look."""
        acquaintance, until = self._met.get(_meeting(actor), (None, 0.0))
        return acquaintance if time.monotonic() < until else None

    def _forget(self) -> None:
        self._met = {}  # a new one: what somebody is still reading goes into the old one

    @reads
    def meet(self, actor: Actor) -> Acquaintance:
        """Find what is known of an actor.

        People of other workspaces act under their own team's id: they are met in the one workspace that there is.
        Raises NotInstalled where none has Stafet, or several.
        """
        if len(self._met) >= _MOST_REMEMBERED:
            self._forget()
        met = self._met
        with self._store.database.reading() as connection:
            home = home_of(connection, actor.workspace)
            uow = UnitOfWork(connection, home.id, writes=False)
            found = Acquaintance(
                workspace=home,
                member=uow.members.find(actor.member) if actor.member else None,
                channel=uow.channels.find(actor.channel) if actor.channel else None,
            )
        met[_meeting(actor)] = found, time.monotonic() + self._lasts
        return found

    @reads
    def line_context(self, actor: Actor, text: str) -> LineContext:
        """Find the customers and people whom a line names, and the customer of its channel."""
        with self._look(actor) as uow:
            return context_of_line(uow, actor, text)

    def keep_errand(self, actor: Actor, kind: str, params: Mapping[str, str]) -> None:
        """Keep work that needs Slack first; the tick does it."""
        with self._work(actor) as uow:
            uow.errands.add(kind, params, at=self._clock.machine_now())

    def claim_answer(self, actor: Actor) -> None:
        """Keep that a delivery is answered. Raises AlreadyDelivered where it was."""
        with self._store.database.reading() as connection:
            home = home_of(connection, actor.workspace)
        with self._store.work(home.id, delivery=actor.delivery):
            pass

    @reads
    def was_delivered(self, actor: Actor) -> bool:
        """Tell whether a delivery took effect before."""
        with self._look(actor) as uow:
            return actor.delivery is not None and uow.inbox.has(actor.delivery)

    @reads
    def customers(self, actor: Actor, chosen: int | None = None) -> list[Customer]:
        """List the customers that a form offers, the chosen one among them."""
        with self._look(actor) as uow:
            return offered_customers(uow, chosen)

    @reads
    def channel(self, actor: Actor, id: str) -> Channel | None:
        """Find what is known of a channel; None where Slack must be asked."""
        with self._look(actor) as uow:
            known = uow.channels.find(id)
            return known if known and known.checked_at else None

    @reads
    def strangers(self, actor: Actor, ids: Iterable[str]) -> list[str]:
        """List those of whom nothing is known yet."""
        with self._look(actor) as uow:
            known = uow.members.list(ids)
            return [id for id in dict.fromkeys(ids) if id not in known]

    def learn(self, workspace: str, members: list[Member]) -> None:
        """Keep profiles as Slack tells them."""
        with self._store.work(workspace, "people") as uow:
            for member in members:
                uow.members.learn(member)

    def learn_channel(self, workspace: str, channel: Channel) -> Channel:
        """Keep what Slack says of a channel."""
        known = replace(channel, checked_at=self._clock.machine_now())
        with self._store.work(workspace, "channel") as uow:
            uow.channels.save(known)
        return known

    def forget_channel(self, workspace: str, channel: str) -> None:
        """Ask anew what a channel is before anything is said there: it was changed, shared, or left."""
        with self._store.work(workspace, "channel") as uow:
            known = uow.channels.find(channel)
            if known:
                uow.channels.save(replace(known, checked_at=None, is_shared=None, is_member=False))


def offered_customers(uow: UnitOfWork, chosen: int | None) -> list[Customer]:
    """List the customers for a menu, one more than it holds where they are to be searched, and the chosen one."""
    offered = list(uow.customers.list(limit=MOST_CUSTOMERS + 1))
    if chosen is None or any(customer.number == chosen for customer in offered):
        return offered
    found = uow.customers.find(chosen)
    return [*offered, found] if found else offered


def _meeting(actor: Actor) -> _Meeting:
    return actor.workspace, actor.member, actor.channel


def context_of_line(uow: UnitOfWork, actor: Actor, text: str) -> LineContext:
    """Find the customers and people whom a line names, and the customer of its channel."""
    people = dict(uow.members.list(MENTION.findall(text)))
    people |= uow.members.named(handle.lower() for handle in HANDLE.findall(text)[:20])
    named = uow.customers.any_named(name_candidates(text))
    return LineContext(
        customers={fold(customer.name): customer for customer in named},
        people=people,
        channel_customer=uow.customers.of_channel(actor.channel),
    )
