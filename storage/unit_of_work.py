"""One scoped transaction: opened for a workspace, it can't look past it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection, Row, Table, bindparam, func, select, update

from bot.clock import Clock
from bot.domain.outgoing import Outgoing
from bot.log import Discreet
from storage.customers import Customers
from storage.engine import Database, StorageBusy
from storage.errands import Errands
from storage.handoffs import Handoffs
from storage.inbox import Inbox
from storage.members import Channels, Members
from storage.notices import Notices
from storage.outbox import Outbox
from storage.posts import Posts
from storage.prompts import Prompts
from storage.rows import Repository
from storage.tables import handoffs, prompts, tasks
from storage.tasks import Tasks
from storage.timeline import Timeline
from storage.undelivered import DeadMessages
from storage.workers import reads
from storage.workspaces import Workspaces

R = TypeVar("R", bound=Repository)
DUE_TABLES = {"tasks": tasks, "handoffs": handoffs, "prompts": prompts}
_LOOKED_AT = (*DUE_TABLES, "errands")
_DUE = {
    noun: select(table.c.workspace, table.c.number)
    .where(table.c.next_check_at <= bindparam("now"))
    .order_by(table.c.next_check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    for noun, table in DUE_TABLES.items()
}
"""Whether anything is due at all was seen by `next_check_at`, which takes no lock."""


class _Of(Generic[R]):
    """A repository that is made when it is first used: a transaction needs few of them."""

    def __init__(self, kind: type[R]) -> None:
        self._kind = kind

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", _: type) -> R:
        repository = self._kind(uow.connection, uow.workspace, writes=uow.writes)
        vars(uow)[self._name] = repository
        return repository


class UnitOfWork:
    """The repositories of one workspace within one transaction."""

    settings = _Of(Workspaces)
    members = _Of(Members)
    channels = _Of(Channels)
    customers = _Of(Customers)
    tasks = _Of(Tasks)
    handoffs = _Of(Handoffs)
    notices = _Of(Notices)
    prompts = _Of(Prompts)
    timeline = _Of(Timeline)
    inbox = _Of(Inbox)
    outbox = _Of(Outbox)
    posts = _Of(Posts)
    dead = _Of(DeadMessages)
    errands = _Of(Errands)

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        self.connection = connection
        self.workspace = workspace
        self.writes = writes
        self.has_put = False

    @property
    def has_learnt(self) -> bool:
        """Tell whether something else is known now of the workspace, its people or its channels."""
        used = vars(self)
        return any(used[name].has_changed for name in ("settings", "members", "channels") if name in used)

    @property
    def nouns_to_look_at(self) -> list[str]:
        """List the nouns of which rows were kept here that want a look of the tick."""
        used = vars(self)
        return [noun for noun in _LOOKED_AT if noun in used and used[noun].wants_looks]

    def put(self, message: Outgoing, *, at: datetime) -> bool:
        """Write down what is to be said; shorthand for the outbox."""
        self.has_put = True
        return self.outbox.put(message, at=at)

    def put_all(self, messages: Sequence[Outgoing], *, at: datetime) -> None:
        """Write down all that is to be said at once."""
        self.has_put = self.has_put or bool(messages)
        self.outbox.put_all(messages, at=at)

    def put_off_check(self, table: Table, number: int, until: datetime) -> None:
        """Have a row looked at again at `until` (people's time), and nothing else about it changed."""
        it = (table.c.workspace == self.workspace, table.c.number == number)
        self.connection.execute(update(table).where(*it).values(next_check_at=until))


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row that wants a look, by the noun of its table."""

    noun: str
    workspace: str
    number: int


class NotDecided(Discreet):
    """A look at these rows failed, and nothing of it was kept."""

    def __init__(self, rows: Sequence[DueRow]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


class Store:
    """Open units of work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self.on_change: Callable[[str], None] = lambda noun: None
        self.on_put: Callable[[], None] = lambda: None
        self.on_acquaintance: Callable[[], None] = lambda: None
        self._tells = {noun: partial(self._tell, noun) for noun in _LOOKED_AT}

    @contextmanager
    def work(self, workspace: str, purpose: str = "", *, delivery: str | None = None) -> Iterator[UnitOfWork]:
        """Open a transaction that writes. Raises AlreadyDelivered where `delivery` was taken before.

        `purpose` names the fail points of its commit; the kind of the delivery does, where nothing else is said.
        """
        with self.database.writing(purpose or (delivery or "").partition(":")[0]) as connection:
            uow = UnitOfWork(connection, workspace, writes=True)
            if delivery:
                uow.inbox.take(delivery, self._clock.machine_now())
            yield uow
        if uow.has_learnt:
            self.database.after_commit(self.on_acquaintance)
        if uow.has_put:
            self.database.after_commit(self._tell_put)
        self._tell_of(uow)

    @contextmanager
    def look(self, workspace: str) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads."""
        with self.database.reading() as connection:
            yield UnitOfWork(connection, workspace, writes=False)

    @contextmanager
    def due(self, noun: str, now: datetime, *, limit: int = 25) -> Iterator[list[tuple[UnitOfWork, int]]]:
        """Claim rows that want a look, in one transaction; on PostgreSQL other replicas pass them by.

        Raises NotDecided with the rows, where the look at them fails by a mistake of ours.
        """
        rows: Sequence[Row[str, int]] = []
        units: dict[str, UnitOfWork] = {}
        try:
            with self.database.writing(f"sweep-{noun}") as connection:
                rows = connection.execute(_DUE[noun], {"now": now, "most": limit}).all()
                units = {owner: UnitOfWork(connection, owner, writes=True) for owner in {owner for owner, _ in rows}}
                yield [(units[owner], number) for owner, number in rows]
        except StorageBusy:
            raise
        except Exception as e:  # whoever sweeps finds out which of them it was
            raise NotDecided([DueRow(noun, *row) for row in rows]) from e
        if rows:
            self.database.after_commit(self._tell_put)
            for uow in units.values():
                self._tell_of(uow)

    @reads
    def next_check_at(self, noun: str) -> datetime | None:
        """Get when the next row of a noun wants a look, in people's time."""
        with self.database.reading() as connection:
            return connection.execute(select(func.min(DUE_TABLES[noun].c.next_check_at))).scalar()

    def leave_alone(self, row: DueRow, until: datetime) -> None:
        """Put off the next look at a row."""
        with self.database.writing(f"sweep-{row.noun}") as connection:
            uow = UnitOfWork(connection, row.workspace, writes=True)
            uow.put_off_check(DUE_TABLES[row.noun], row.number, until)

    def _tell_of(self, uow: UnitOfWork) -> None:
        for noun in uow.nouns_to_look_at:
            self.database.after_commit(self._tells[noun])

    def _tell(self, noun: str) -> None:
        with suppress(RuntimeError):  # the event loop is gone; the next start finds what is due
            self.on_change(noun)

    def _tell_put(self) -> None:
        with suppress(RuntimeError):
            self.on_put()
