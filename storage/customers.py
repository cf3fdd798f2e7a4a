"""Customers and their contacts."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, update

from bot.domain.customers import Customer, fold
from bot.domain.references import Noun
from storage.rows import OURS, Repository, insert_new
from storage.tables import contacts, counters, customers

_MINE = (
    select(customers, contacts.c.member)
    .select_from(customers.outerjoin(contacts))
    .where(customers.c.workspace == OURS)
    .order_by(customers.c.number, contacts.c.place)
)
"""Customers: a row for each of their contacts, or one where they have none."""
_NUMBERED = _MINE.where(customers.c.number.in_(bindparam("numbers", expanding=True)))
_NAMED = _MINE.where(customers.c.folded.in_(bindparam("names", expanding=True)))
_BY_NUMBER = _MINE.where(customers.c.number == bindparam("number"))
_BY_NAME = _MINE.where(customers.c.folded == bindparam("folded"))
_OF_CHANNEL = _MINE.where(
    or_(customers.c.channel == bindparam("channel"), customers.c.shared_channel == bindparam("channel"))
)
_HELD = {
    one: one.with_for_update(key_share=True, of=customers) for one in (_BY_NUMBER, _BY_NAME, _OF_CHANNEL, _NUMBERED)
}
"""The same for one who writes: nobody else changes the customer until the transaction ends."""
_PLAIN = tuple(column.name for column in customers.columns if column.name not in ("workspace", "folded"))


class Customers(Repository):
    """The customers of one workspace."""

    def __init__(self, connection: Connection, workspace: str, *, writes: bool) -> None:
        super().__init__(connection, workspace, writes=writes)
        self._known: dict[int, Customer | None] = {}

    def find(self, number: int | None) -> Customer | None:
        """Find a customer by number; what was looked up in this transaction is known."""
        if number is None:
            return None
        if number not in self._known:
            self._known[number] = self._one(_BY_NUMBER, number=number)
        return self._known[number]

    def read_ahead(self, numbers: Iterable[int | None]) -> Sequence[Customer]:
        """Read many customers at once, and list them: to `find` them costs nothing more in this transaction."""
        asked = {number for number in numbers if number is not None}
        if wanted := sorted(asked - self._known.keys()):
            statement = _HELD[_NUMBERED] if self._writes else _NUMBERED
            rows = self._connection.execute(statement, {"workspace": self._workspace, "numbers": wanted})
            self._known |= dict.fromkeys(wanted) | {customer.number: customer for customer in _read(rows)}
        return [customer for customer in map(self._known.get, sorted(asked)) if customer]

    def list_numbered(self, numbers: Iterable[int | None]) -> dict[int | None, Customer]:
        """List customers by number."""
        wanted = {number for number in numbers if number is not None}
        if not wanted:
            return {}
        rows = self._connection.execute(_NUMBERED, {"workspace": self._workspace, "numbers": sorted(wanted)})
        return {customer.number: customer for customer in _read(rows)}

    def named(self, name: str) -> Customer | None:
        """Find a customer by name; case and spaces don't matter."""
        return self._one(_BY_NAME, folded=fold(name))

    def any_named(self, folded: Iterable[str]) -> Sequence[Customer]:
        """List the customers whose folded name is among `folded`."""
        names = sorted(folded)
        asked = [{"workspace": self._workspace, "names": names[i : i + 500]} for i in range(0, len(names), 500)]
        return _read(row for some in asked for row in self._connection.execute(_NAMED, some))

    def of_channel(self, channel: str | None) -> Customer | None:
        """Find the customer that a channel is linked to, as its internal or its shared one."""
        if channel is None:
            return None
        return self._one(_OF_CHANNEL, channel=channel)

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[Customer]:
        """List customers by name, from behind the folded name `after`."""
        page = select(customers.c.number).where(self._mine(customers), customers.c.folded > after)
        return self._in_order(page.order_by(customers.c.folded).limit(limit))

    def search(self, words: str, *, limit: int) -> Sequence[Customer]:
        """List customers whose folded names have `words` in them: those that begin so, then by name."""
        begins = customers.c.folded.startswith(words, autoescape=True)
        page = select(customers.c.number).where(
            self._mine(customers), customers.c.folded.contains(words, autoescape=True)
        )
        return self._in_order(page.order_by(begins.desc(), customers.c.folded).limit(limit))

    def names(self) -> Sequence[str]:
        """List every name, to find the one that was meant."""
        statement = select(customers.c.name).where(self._mine(customers)).order_by(customers.c.folded)
        return self._connection.execute(statement).scalars().all()

    def hold(self) -> None:
        """Let nobody else change customers until this transaction ends: names and channels are taken only once."""
        self._known.clear()
        insert_new(self._connection, counters, workspace=self._workspace, noun=Noun.CUSTOMER.value, last=0)
        held = (self._mine(counters), counters.c.noun == Noun.CUSTOMER.value)
        self._connection.execute(select(counters.c.last).where(*held).with_for_update())

    def add(self, customer: Customer) -> bool:
        """Insert a customer; False where the name is taken."""
        self._known.clear()
        values = _columns(customer) | {"workspace": self._workspace, "number": customer.number}
        added = insert_new(self._connection, customers, **values)
        if added:
            self._keep_contacts(customer)
        return added

    def save(self, customer: Customer) -> None:
        """Keep a changed customer."""
        self._known.clear()
        mine = (self._mine(customers), customers.c.number == customer.number)
        self._connection.execute(update(customers).where(*mine).values(**_columns(customer)))
        self._connection.execute(delete(contacts).where(self._mine(contacts), contacts.c.customer == customer.number))
        self._keep_contacts(customer)

    def _keep_contacts(self, customer: Customer) -> None:
        for place, member in enumerate(dict.fromkeys(customer.contacts)):
            row = {"workspace": self._workspace, "customer": customer.number, "member": member, "place": place}
            self._connection.execute(insert(contacts).values(**row))

    def _in_order(self, page: "Select[int]") -> Sequence[Customer]:
        numbers = self._connection.execute(page).scalars().all()
        found = self.list_numbered(numbers)
        return [found[number] for number in numbers if number in found]

    def _one(self, statement: "Select[tuple[object, ...]]", **asked: object) -> Customer | None:
        statement = _HELD[statement] if self._writes else statement
        found = _read(self._connection.execute(statement, {"workspace": self._workspace, **asked}))
        return found[0] if found else None


def _read(rows: "Iterable[Row[tuple[Any, ...]]]") -> Sequence[Customer]:
    """Read customers, each with the contacts that its rows name."""
    found: dict[int, tuple[Row[tuple[Any, ...]], list[str]]] = {}
    for row in rows:
        _, people = found.setdefault(row.number, (row, []))
        people += [row.member] if row.member else []
    values = [({name: row._mapping[name] for name in _PLAIN}, people) for row, people in found.values()]
    return [Customer(**plain, contacts=tuple(people)) for plain, people in values]


def _columns(customer: Customer) -> dict[str, object]:
    return {
        "name": customer.name,
        "folded": fold(customer.name),
        "language": customer.language,
        "owner": customer.owner,
        "channel": customer.channel,
        "shared_channel": customer.shared_channel,
    }
