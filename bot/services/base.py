"""What every service shares: it opens units of work for an actor, and it knows the time."""

from contextlib import AbstractContextManager

from bot.clock import Clock
from bot.domain.members import Actor
from storage.unit_of_work import Store, UnitOfWork

AT_ONCE = 100
"""Rows that a sweep decides about in one transaction."""


class Service:
    """Use cases of one noun: one public method is one transaction."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def _work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that writes; it keeps the actor's delivery, or raises AlreadyDelivered."""
        return self._store.work(actor.workspace, delivery=actor.delivery)

    def _look(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """Open a transaction that only reads."""
        return self._store.look(actor.workspace)
