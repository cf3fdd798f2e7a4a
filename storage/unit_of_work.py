"""One scoped transaction: opened for a workspace, it can't look past it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.domain.outgoing import Outgoing
from storage.customers import Customers
from storage.engine import Database
from storage.errands import Errands
from storage.handoffs import Handoffs
from storage.inbox import Inbox
from storage.members import Channels, Members
from storage.notices import Notices
from storage.outbox import Outbox, Posts
from storage.prompts import Prompts
from storage.tables import handoffs, prompts, tasks
from storage.tasks import Tasks
from storage.timeline import Timeline
from storage.workspaces import Workspaces

DUE_TABLES = {"tasks": tasks, "handoffs": handoffs, "prompts": prompts}


class UnitOfWork:
    """The repositories of one workspace within one transaction."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        scope: dict[str, Any] = {"connection": connection, "workspace": workspace, "writes": writes}
        self.workspace = workspace
        self.settings = Workspaces(**scope)
        self.members = Members(**scope)
        self.channels = Channels(**scope)
        self.customers = Customers(**scope)
        self.tasks = Tasks(**scope)
        self.handoffs = Handoffs(**scope)
        self.notices = Notices(**scope)
        self.prompts = Prompts(**scope)
        self.timeline = Timeline(**scope)
        self.inbox = Inbox(**scope)
        self.outbox = Outbox(**scope)
        self.posts = Posts(**scope)
        self.errands = Errands(**scope)

    def put(self, message: Outgoing, *, at: datetime) -> bool:
        """Write down what is to be said; shorthand for the outbox."""
        return self.outbox.put(message, at=at)


class Store:
    """Open units of work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self.on_change: Callable[[], None] = lambda: None

    @contextmanager
    def work(self, workspace: str, *, delivery: str | None = None) -> Iterator[UnitOfWork]:
        """Open a transaction that writes. Raises AlreadyDelivered where `delivery` was taken before."""
        with self.database.writing() as connection:
            uow = UnitOfWork(connection, workspace, writes=True)
            if delivery:
                uow.inbox.take(delivery, self._clock.machine_now())
            yield uow
        self.database.after_commit(self._tell)

    @contextmanager
    def look(self, workspace: str) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads."""
        with self.database.reading() as connection:
            yield UnitOfWork(connection, workspace, writes=False)

    @contextmanager
    def due(self, noun: str, now: datetime, *, limit: int = 25) -> Iterator[list[tuple[UnitOfWork, int]]]:
        """Claim rows that want a look, in one transaction; on PostgreSQL other replicas pass them by."""
        table = DUE_TABLES[noun]
        statement = (
            select(table.c.workspace, table.c.number)
            .where(table.c.next_check_at <= now)
            .order_by(table.c.next_check_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self.database.writing() as connection:
            rows = connection.execute(statement).all()
            yield [(UnitOfWork(connection, workspace, writes=True), number) for workspace, number in rows]
        if rows:
            self.database.after_commit(self._tell)

    def _tell(self) -> None:
        with suppress(RuntimeError):  # the event loop is gone; the next start finds what is due
            self.on_change()
