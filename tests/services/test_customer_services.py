"""Customers as the use cases keep them, on both databases."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commands import AddCustomer, AddTask, EditCustomer
from bot.domain.customers import Customer, closest_name
from bot.domain.errors import AlreadyDelivered, DomainError, NotFound
from bot.domain.members import Actor, Channel, Member
from bot.domain.tasks import Due
from bot.domain.versions import fingerprint
from bot.services.customers import Customers
from bot.services.handoffs import Handoffs
from bot.services.people import MOST_CUSTOMERS, People
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE, MARI = Actor(workspace="T1", member="UANE"), Actor(workspace="T1", member="UMARI")


@pytest.fixture
def customers(store: Store, clock: FixedClock) -> Customers:
    """The use cases under test."""
    return Customers(store, clock)


def keep(store: Store, *known: Member | Channel) -> None:
    """Let the workspace know people and channels."""
    with store.work("T1") as uow:
        for each in known:
            if isinstance(each, Member):
                uow.members.learn(each)
            else:
                uow.channels.save(replace(each, checked_at=datetime(2026, 1, 1, tzinfo=UTC)))


def entries(store: Store, customer: Customer) -> list[tuple[str, dict[str, str]]]:
    """List what the timeline says of a customer."""
    with store.look("T1") as uow:
        return [(str(entry.happened), dict(entry.data)) for entry in uow.timeline.list(customer.ref)]


def test_a_customer_is_kept_with_everything_and_its_timeline(customers: Customers, store: Store) -> None:
    command = AddCustomer(
        name="Acme", language="da", owner="UANE", channel="C1", shared_channel="C2", contacts=("USAM", "UPAT")
    )
    done = customers.add(ANE, command)
    assert done.is_new
    assert customers.find(MARI, " acme ") == done.customer
    assert done.customer.contacts == ("USAM", "UPAT")
    assert entries(store, done.customer) == [
        (
            "customer.added",
            {
                "name": "Acme",
                "language": "da",
                "owner": "UANE",
                "channel": "C1",
                "shared_channel": "C2",
                "contacts": "USAM UPAT",
            },
        )
    ]


def test_the_second_of_a_name_gets_the_first_back_unchanged(customers: Customers) -> None:
    first = customers.add(ANE, AddCustomer(name="İnka  Oy", owner="UANE")).customer
    second = customers.add(MARI, AddCustomer(name="INKA OY", owner="UMARI"))
    assert not second.is_new
    assert second.customer == first


def test_the_same_delivery_twice_adds_once(customers: Customers) -> None:
    actor = replace(ANE, delivery="trigger:1")
    customers.add(actor, AddCustomer(name="Acme"))
    with pytest.raises(AlreadyDelivered):
        customers.add(actor, AddCustomer(name="Borealis"))
    assert customers.find(ANE, "Borealis") is None


def test_another_workspace_knows_nothing_of_it(customers: Customers) -> None:
    number = customers.add(ANE, AddCustomer(name="Acme", channel="C1")).customer.number
    stranger = Actor(workspace="T2", member="UANE", channel="C1")
    assert customers.find(stranger, "Acme") is None
    assert customers.of_channel(stranger) is None
    assert customers.list(stranger).customers == ()
    for call in (lambda: customers.get(stranger, number), lambda: customers.card(stranger, "Acme")):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (AddCustomer(name="–"), "name"),
        (AddCustomer(name="A" * 81), "name"),
        (AddCustomer(name="Cirrus", owner="USAM"), "owner"),
        (AddCustomer(name="Cirrus", contacts=("UMARI", "UBOT")), "contacts"),
        (AddCustomer(name="Cirrus", channel="C1", shared_channel="C1"), "shared_channel"),
        (AddCustomer(name="Cirrus", channel="CSHARED"), "channel"),
        (AddCustomer(name="Cirrus", channel="CTAKEN"), "channel"),
        (AddCustomer(name="Cirrus", shared_channel="CTAKEN"), "shared_channel"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    customers: Customers, store: Store, command: AddCustomer, field: str
) -> None:
    outsider, robot = Member(id="USAM", name="Sam", is_outsider=True), Member(id="UBOT", name="Bot", is_bot=True)
    keep(store, outsider, robot, Channel(id="CSHARED", is_shared=True, is_member=True))
    customers.add(ANE, AddCustomer(name="Acme", channel="CTAKEN"))
    with pytest.raises(DomainError) as refused:
        customers.add(ANE, command)
    assert refused.value.field == field
    assert [each.name for each in customers.list(ANE).customers] == ["Acme"]


def test_an_edit_keeps_what_changed_from_what_to_what(customers: Customers, store: Store) -> None:
    was = customers.add(ANE, AddCustomer(name="Acme", owner="UANE", contacts=("USAM",))).customer
    wanted = replace(was, name="Acme Nordic", contacts=())
    done = customers.edit(MARI, EditCustomer(customer=wanted, seen=fingerprint(was)))
    assert done.customer == customers.get(ANE, was.number) == wanted
    assert entries(store, was)[1:] == [
        ("customer.edited", {"name": "Acme Nordic", "name_was": "Acme", "contacts": "", "contacts_was": "USAM"})
    ]
    customers.edit(MARI, EditCustomer(customer=wanted, seen=fingerprint(wanted)))
    assert len(entries(store, was)) == 2


def test_an_old_form_is_refused_and_so_is_somebody_elses_name(customers: Customers) -> None:
    was = customers.add(ANE, AddCustomer(name="Acme")).customer
    customers.add(ANE, AddCustomer(name="Borealis"))
    with pytest.raises(DomainError) as refused:
        customers.edit(ANE, EditCustomer(customer=replace(was, name="BOREALIS"), seen=fingerprint(was)))
    assert refused.value.key == "customer.problem.name_taken"
    customers.edit(ANE, EditCustomer(customer=replace(was, owner="UMARI"), seen=fingerprint(was)))
    with pytest.raises(DomainError) as refused:
        customers.edit(ANE, EditCustomer(customer=replace(was, language="et"), seen=fingerprint(was)))
    assert refused.value.key == "customer.problem.changed"


def test_a_linked_channel_takes_its_place_by_what_it_is(customers: Customers) -> None:
    customers.add(ANE, AddCustomer(name="Acme"))
    assert customers.link(ANE, "acme", Channel(id="C1", is_shared=False)).customer.channel == "C1"
    shared = customers.link(ANE, "acme", Channel(id="C2", is_shared=True)).customer
    assert (shared.channel, shared.shared_channel) == ("C1", "C2")
    moved = customers.link(ANE, "acme", Channel(id="C1", is_shared=True)).customer
    assert (moved.channel, moved.shared_channel) == (None, "C1")
    unknown = customers.link(ANE, "acme", Channel(id="C9")).customer
    assert (unknown.channel, unknown.shared_channel) == ("C9", "C1")


def test_an_owner_who_left_keeps_nobody_from_linking(customers: Customers, store: Store) -> None:
    customers.add(ANE, AddCustomer(name="Acme", owner="UMARI"))
    keep(store, Member(id="UMARI", name="Mari", is_gone=True))
    assert customers.link(ANE, "Acme", Channel(id="C1", is_shared=False)).customer.channel == "C1"


def test_linking_twice_is_told_once(customers: Customers, store: Store) -> None:
    customer = customers.add(ANE, AddCustomer(name="Acme")).customer
    for _ in range(2):
        customers.link(ANE, "Acme", Channel(id="C1", is_shared=False))
    assert entries(store, customer)[1:] == [("customer.linked", {"channel": "C1", "channel_was": ""})]


def test_channels_that_the_bot_is_not_in_are_told(customers: Customers, store: Store) -> None:
    keep(store, Channel(id="C1", is_shared=False, is_member=True), Channel(id="C2", is_shared=True))
    done = customers.add(ANE, AddCustomer(name="Acme", channel="C1", shared_channel="C2"))
    assert done.uninvited == ("C2",)


def test_pages_follow_each_other_by_name(customers: Customers) -> None:
    for name in ("beta", "Alpha", "Delta", "çapa", "gamma"):
        customers.add(ANE, AddCustomer(name=name))
    first = customers.list(ANE, size=3)
    second = customers.list(ANE, after=first.after or "", size=3)
    assert {each.name for each in (*first.customers, *second.customers)} == {"beta", "Alpha", "Delta", "çapa", "gamma"}
    assert (len(first.customers), second.after) == (3, None)


def test_every_customer_is_found_for_a_menu_and_the_chosen_one_is_in_it_however_many_there_are(
    store: Store, clock: FixedClock, customers: Customers
) -> None:
    with store.work("T1") as uow:
        for number in range(1, MOST_CUSTOMERS + 3):
            uow.customers.add(Customer(number=number, name=f"Customer {number:03}"))
        uow.customers.add(Customer(number=200, name="100 % İnka"))
    with store.work("T2") as uow:
        uow.customers.add(Customer(number=1, name="Customer of somebody else"))
    last = MOST_CUSTOMERS + 2
    in_task = People(store, clock).customers(ANE, last)
    in_handoff = Handoffs(store, clock).choices(ANE, customer=last).customers
    for offered in (in_task, in_handoff):
        assert len({customer.number for customer in offered}) == len(offered) > MOST_CUSTOMERS
        assert last in [customer.number for customer in offered]
    assert len(customers.search(ANE, "")) == MOST_CUSTOMERS
    assert [found.name for found in customers.search(ANE, "101")] == ["Customer 101"]
    assert [found.name for found in customers.search(ANE, "INKA")] == ["100 % İnka"]
    assert [found.name for found in customers.search(ANE, " 100")] == ["100 % İnka", "Customer 100"]
    assert [found.name for found in customers.search(ANE, "%")] == ["100 % İnka"]
    assert customers.search(ANE, "somebody else") == []


def test_the_card_parts_late_from_coming_and_hides_what_is_private(
    customers: Customers, store: Store, clock: FixedClock
) -> None:
    number = customers.add(ANE, AddCustomer(name="Acme")).customer.number
    tasks, now = Tasks(store, clock), clock.now()
    for title, hours, is_private in (("soon", 3, False), ("first", 1, False), ("secret", 2, True)):
        due = Due(at=now + timedelta(hours=hours))
        tasks.add(ANE, AddTask(title=title, due=due, customer=number, is_private=is_private))
    tasks.add(ANE, AddTask(title="someday", customer=number))
    tasks.add(ANE, AddTask(title="of nobody", due=Due(at=now + timedelta(hours=1))))
    clock.forward(hours=2)
    card = customers.card(MARI, "acme")
    assert [task.title for task in card.late] == ["first"]
    assert [task.title for task in card.coming] == ["soon"]
    assert [task.title for task in card.undated] == ["someday"]
    assert [task.title for task in customers.card(ANE, number).late] == ["first", "secret"]


def test_an_unknown_name_names_the_closest(customers: Customers) -> None:
    with pytest.raises(NotFound) as refused:
        customers.card(ANE, "Acme")
    assert refused.value.key == "customer.problem.unknown"
    customers.add(ANE, AddCustomer(name="Acme Nordic"))
    for typed in ("acme", "Acme Nordik"):
        with pytest.raises(NotFound) as refused:
            customers.link(ANE, typed, Channel(id="C1"))
        assert refused.value.params["closest"] == "Acme Nordic"


@pytest.mark.parametrize(
    ("typed", "closest"),
    [("Acm", "Acme"), ("acmee", "Acme"), ("Bor", "Borealis"), ("Zephyr", None), ("", None)],
)
def test_the_closest_name_begins_so_or_is_alike(typed: str, closest: str | None) -> None:
    assert closest_name(typed, ["Acme", "Borealis", "Cirrus"]) == closest


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Make the calls in threads that start together; give what each returned or refused."""
    start = threading.Barrier(len(calls))
    outcomes: list[object] = []

    def run(call: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(call())
        except DomainError as e:
            outcomes.append(e.key)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_many_who_add_a_name_at_once_make_one_customer(customers: Customers) -> None:
    names = ("Acme", "ACME", "acme", " Acme ", "aCme", "Acme")
    outcomes = at_once([lambda name=name: customers.add(ANE, AddCustomer(name=name)).is_new for name in names])
    assert sorted(map(str, outcomes)) == ["False"] * 5 + ["True"]
    assert len(customers.list(ANE).customers) == 1


def test_many_who_link_a_channel_at_once_give_it_to_one(customers: Customers) -> None:
    names = ("Acme", "Borealis", "Cirrus", "Delta")
    for name in names:
        customers.add(ANE, AddCustomer(name=name))
    here = Channel(id="C1", is_shared=False)
    outcomes = at_once([lambda name=name: customers.link(ANE, name, here).customer.channel for name in names])
    assert sorted(map(str, outcomes)) == ["C1"] + ["customer.problem.channel_taken"] * 3


def test_a_form_that_was_refused_for_its_name_is_taken_with_another(customers: Customers) -> None:
    customers.add(MARI, AddCustomer(name="Acme"))
    sent = replace(ANE, delivery="view:V1:h1")
    with pytest.raises(DomainError):
        customers.add(sent, AddCustomer(name="acme"), must_be_new=True)
    assert customers.add(sent, AddCustomer(name="Borealis"), must_be_new=True).is_new
