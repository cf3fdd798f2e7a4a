"""What every service shares: it opens units of work for an actor, and it knows the time."""

from contextlib import AbstractContextManager

from bot.clock import Clock
from bot.domain.members import Actor
from storage.unit_of_work import Store, UnitOfWork

AT_ONCE = 25
"""Rows that a sweep decides about one by one in one transaction: whoever else writes waits for its end."""


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
