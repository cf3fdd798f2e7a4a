"""Use cases of customers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.commands import AddCustomer, EditCustomer
from bot.domain.customers import LONGEST_NAME, Customer, closest_name, fold
from bot.domain.details import CustomerCard, CustomerKept, CustomerPage
from bot.domain.errors import DomainError, NotFound
from bot.domain.handoffs import HandoffState
from bot.domain.members import Actor, Channel
from bot.domain.references import Noun
from bot.domain.timeline import Entry, Happened, changes
from bot.domain.versions import fingerprint
from bot.services.base import Service
from bot.services.people import MOST_CUSTOMERS
from storage.handoffs import HandoffFilter
from storage.tasks import TaskFilter
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

_OPEN_AT_MOST = 200
_CHANNEL_FIELDS = ("channel", "shared_channel")
_FIELDS = ("name", "language", "owner", *_CHANNEL_FIELDS, "contacts")


class Customers(Service):
    """Record customers, link their channels, and show what was promised to them."""

    def add(self, actor: Actor, command: AddCustomer, *, must_be_new: bool = False) -> CustomerKept:
        """Record a customer; where the name is taken, the one that has it is given back unchanged.

        `must_be_new`: a form that is to be sent again with another name is refused with nothing kept of it.
        """
        now = self._clock.now()
        with self._work(actor) as uow:
            uow.customers.hold()
            there = uow.customers.named(command.name)
            if there and must_be_new:
                raise DomainError("customer.problem.name_taken", field="name", name=there.name)
            if there:
                return CustomerKept(customer=there)
            values = {name: getattr(command, name) for name in _FIELDS}
            customer = Customer(number=uow.settings.next_number(Noun.CUSTOMER), **values)
            _check(uow, customer)
            uow.customers.add(customer)
            uow.timeline.add(Entry(customer.ref, Happened.CUSTOMER_WAS_ADDED, now, actor.member, _shown(customer)))
            return CustomerKept(
                customer=customer, notes=command.notes, is_new=True, uninvited=_uninvited(uow, customer)
            )

    def edit(self, actor: Actor, command: EditCustomer) -> CustomerKept:
        """Make a customer what the form says. Raises DomainError where somebody else changed it meanwhile."""
        now, wanted = self._clock.now(), command.customer
        with self._work(actor) as uow:
            uow.customers.hold()
            was = _find(uow, wanted.number)
            if fingerprint(was) != command.seen:
                raise DomainError("customer.problem.changed", field="name", name=was.name)
            namesake = uow.customers.named(wanted.name)
            if namesake and namesake.number != wanted.number:
                raise DomainError("customer.problem.name_taken", field="name", name=namesake.name)
            _check(uow, wanted)
            uow.customers.save(wanted)
            changed = changes(_shown(was), _shown(wanted))
            if changed:
                uow.timeline.add(Entry(wanted.ref, Happened.CUSTOMER_WAS_EDITED, now, actor.member, changed))
            return CustomerKept(customer=wanted, uninvited=_uninvited(uow, wanted))

    def link(self, actor: Actor, name: str, channel: Channel) -> CustomerKept:
        """Link a channel to a customer: a shared one for words to the customer, any other for words about it.

        A channel of which Slack doesn't tell counts as internal here: the answer says so, and whether it is
        shared is asked again before anything is posted, so a wrong guess never lets internal words out.
        """
        now = self._clock.now()
        with self._work(actor) as uow:
            uow.customers.hold()
            was = _named(uow, name)
            linked = _linked(was, channel)
            _check_channels(uow, linked)
            if linked != was:
                uow.customers.save(linked)
                changed = changes(_shown(was), _shown(linked))
                uow.timeline.add(Entry(linked.ref, Happened.CUSTOMER_WAS_LINKED, now, actor.member, changed))
            former = was.shared_channel if channel.is_shared else was.channel
            replaced = None if former == channel.id else former
            return CustomerKept(customer=linked, uninvited=_uninvited(uow, linked), replaced=replaced)

    @reads
    def find(self, actor: Actor, name: str) -> Customer | None:
        """Find a customer by name."""
        with self._look(actor) as uow:
            return uow.customers.named(name)

    @reads
    def of_channel(self, actor: Actor) -> Customer | None:
        """Find the customer of the channel where the actor is."""
        with self._look(actor) as uow:
            return uow.customers.of_channel(actor.channel)

    @reads
    def get(self, actor: Actor, number: int) -> Customer:
        """Get one customer. Raises NotFound."""
        with self._look(actor) as uow:
            return _find(uow, number)

    @reads
    def card(self, actor: Actor, whom: str | int) -> CustomerCard:
        """Show a customer, by name or number, with the tasks that this reader may see. Raises NotFound."""
        now = self._clock.now()
        with self._look(actor) as uow:
            customer = _find(uow, whom) if isinstance(whom, int) else _named(uow, whom)
            wanted = TaskFilter(reader=actor.member, customer=customer.number)
            tasks = uow.tasks.list(wanted, limit=_OPEN_AT_MOST)
            waiting = HandoffFilter(reader=actor.member, customer=customer.number)
            handoffs = uow.handoffs.list(waiting, limit=_OPEN_AT_MOST)
            return CustomerCard(
                customer=customer,
                late=tuple(task for task in tasks if task.is_late(now)),
                coming=tuple(task for task in tasks if task.due and not task.is_late(now)),
                undated=tuple(task for task in tasks if task.due is None),
                waiting_handoffs=sum(handoff.state is HandoffState.OFFERED for handoff in handoffs),
            )

    @reads
    def search(self, actor: Actor, words: str) -> Sequence[Customer]:
        """List as many customers as a menu holds whose names have these words in them, by name."""
        with self._look(actor) as uow:
            return uow.customers.search(fold(words), limit=MOST_CUSTOMERS)

    @reads
    def list(self, actor: Actor, *, after: str = "", size: int = 10) -> CustomerPage:
        """Show one page of customers, by name."""
        with self._look(actor) as uow:
            found = uow.customers.list(after=after, limit=size + 1)
            more = len(found) > size
            return CustomerPage(customers=tuple(found[:size]), after=fold(found[size - 1].name) if more else None)


def _find(uow: UnitOfWork, number: int) -> Customer:
    customer = uow.customers.find(number)
    if customer is None:
        raise NotFound("customer.problem.gone")
    return customer


def _named(uow: UnitOfWork, name: str) -> Customer:
    customer = uow.customers.named(name)
    if customer is None:
        closest = closest_name(name, uow.customers.names())
        key = "customer.problem.unknown_but_close" if closest else "customer.problem.unknown"
        raise NotFound(key, name=name, closest=closest or "")
    return customer


def _linked(customer: Customer, channel: Channel) -> Customer:
    """Link a channel; one that was shared or unshared since changes its place."""
    if channel.is_shared:
        internal = None if customer.channel == channel.id else customer.channel
        return replace(customer, channel=internal, shared_channel=channel.id)
    shared = None if customer.shared_channel == channel.id else customer.shared_channel
    return replace(customer, channel=channel.id, shared_channel=shared)


def _check(uow: UnitOfWork, customer: Customer) -> None:
    """Refuse what can't be, at the form's field."""
    if not any(sign.isalnum() for sign in customer.name):
        raise DomainError("customer.problem.no_name", field="name")
    if len(customer.name) > LONGEST_NAME:
        raise DomainError("customer.problem.long_name", field="name", most=LONGEST_NAME)
    owner = uow.members.find(customer.owner) if customer.owner else None
    if owner and not owner.may_act:
        raise DomainError("customer.problem.owner", field="owner")
    if any(contact.is_bot for contact in uow.members.list(customer.contacts).values()):
        raise DomainError("customer.problem.contact", field="contacts")
    _check_channels(uow, customer)


def _check_channels(uow: UnitOfWork, customer: Customer) -> None:
    if customer.channel and customer.channel == customer.shared_channel:
        raise DomainError("customer.problem.same_channel", field="shared_channel")
    internal = uow.channels.find(customer.channel) if customer.channel else None
    if internal and internal.checked_at and internal.is_shared:
        raise DomainError("customer.problem.is_shared", field="channel")
    for field in _CHANNEL_FIELDS:
        other = uow.customers.of_channel(getattr(customer, field))
        if other and other.number != customer.number:
            raise DomainError("customer.problem.channel_taken", field=field, name=other.name)


def _uninvited(uow: UnitOfWork, customer: Customer) -> tuple[str, ...]:
    known = [uow.channels.find(id) for id in (customer.channel, customer.shared_channel) if id]
    return tuple(channel.id for channel in known if channel and channel.checked_at and not channel.is_member)


def _shown(customer: Customer) -> dict[str, str]:
    """Write a customer down as the timeline keeps it."""
    values = {name: getattr(customer, name) or "" for name in _FIELDS}
    return {name: " ".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
