"""Customers: `/customer`, the buttons of its card, and its form."""

import asyncio
from dataclasses import replace

from bot.domain.commands import AddCustomer, EditCustomer
from bot.domain.customers import Customer
from bot.domain.errors import DomainError, NotFound
from bot.domain.references import Noun, Reference
from bot.domain.versions import fingerprint
from bot.services.people import MENTION
from bot.slack.replies import Reply
from bot.slack.requests import Click, Search, Submission, Typed
from bot.views import customers as views
from bot.views import fields, ids
from bot.views.message import Message
from handlers.acquaintance import meet_people, what_is
from handlers.chosen import language_in, must_be_somebody
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.customer_command import (
    AddLine,
    LinkChannel,
    ListCustomers,
    OpenCustomerForm,
    ShowCustomer,
    ShowHere,
    read_customer_command,
    read_new_customer,
)
from handlers.routes import Action, Command, FormRoute, SearchRoute

PAGE = 10


async def on_customer(typed: Typed, cx: Context) -> Reply:
    """Handle `/customer` in all its forms; a customer whose whole name was typed comes before any other reading."""
    match read_customer_command(typed.text, cx.words):
        case ShowHere():
            return await _show_here(cx)
        case OpenCustomerForm():
            return _new_form(cx, FormMemory(channel=cx.actor.channel or "", url=typed.response_url))
        case ListCustomers():
            return await show_page("", cx)
        case ShowCustomer(name):
            return await _show(name, cx)
        case AddLine() | LinkChannel() as asked:
            named = await cx.use(cx.services.customers.find, cx.actor, typed.text)
            if named:
                return await _show(named.number, cx)
            return await (_add(asked.text, typed, cx) if isinstance(asked, AddLine) else _link(asked.name, cx))


async def _add(text: str, typed: Typed, cx: Context) -> Reply:
    await meet_people(MENTION.findall(text), cx)
    people = (await cx.reader(text)).line.people
    command = read_new_customer(text, channels=typed.channels, people=people)
    command = replace(command, owner=command.owner or cx.actor.member)
    if command.channel and (await what_is(command.channel, cx)).is_shared:
        command = replace(command, channel=None, shared_channel=command.channel)
    done = await cx.use(cx.services.customers.add, cx.actor, command)
    return Reply(message=views.kept(done, "customer.recorded" if done.is_new else "customer.exists", cx.t))


async def _link(name: str, cx: Context) -> Reply:
    here = cx.actor.channel
    if not name:
        raise DomainError("customer.problem.link_whom")
    channel = await what_is(here, cx) if here and not here.startswith("D") else None
    if channel is None or channel.is_dm:
        raise DomainError("customer.problem.link_where", name=name)
    done = await cx.use(cx.services.customers.link, cx.actor, name, channel)
    key = "customer.linked_shared" if done.customer.shared_channel == channel.id else "customer.linked"
    return Reply(message=views.kept(done, key, cx.t))


async def _show_here(cx: Context) -> Reply:
    customer = await cx.use(cx.services.customers.of_channel, cx.actor)
    return await _show(customer.number, cx) if customer else await show_page("", cx)


async def _show(whom: str | int, cx: Context) -> Reply:
    card = await cx.use(cx.services.customers.card, cx.actor, whom)
    return Reply(message=views.card(card, cx.t))


async def show_page(after: str, cx: Context) -> Reply:
    """Show one page of the list, from behind the folded name `after`."""
    page = await cx.use(cx.services.customers.list, cx.actor, after=after, size=PAGE)
    return Reply(message=views.listed(page, cx.t), replaces=True)


async def on_open(click: Click, cx: Context) -> Reply:
    """Show a customer of the list."""
    return await _show(_number(click.value), cx)


async def on_edit(click: Click, cx: Context) -> Reply:
    """Open the form, filled in; it remembers which version it shows."""
    customer = await cx.use(cx.services.customers.get, cx.actor, _number(click.value))
    memory = FormMemory(
        ref=click.value, channel=cx.actor.channel or "", url=click.response_url, extra=fingerprint(customer)
    )
    languages = cx.desk.translators.languages
    form = views.customer_form(cx.t, languages=languages, metadata=memory.write(), customer=customer)
    return Reply(form=form)


async def on_search(search: Search, cx: Context) -> Reply:
    """Offer the customers whose name has in it what somebody types into a menu."""
    found = await cx.use(cx.services.customers.search, cx.actor, search.words)
    return Reply(choices=fields.customer_choices(found, search.words, cx.t))


async def on_form(sent: Submission, cx: Context) -> Reply:
    """Record the customer of the form, or change the one that it showed."""
    memory = FormMemory.read(sent.metadata)
    places = [sent.text("channel") or None, sent.text("shared_channel") or None]
    await asyncio.gather(
        must_be_somebody(sent.text("owner") or None, "owner", cx),
        meet_people(sent.many("contacts"), cx),
        *(what_is(id, cx) for id in places if id),
    )
    command = AddCustomer(
        name=" ".join(sent.text("name").split()),
        language=language_in(sent, cx),
        owner=sent.text("owner") or None,
        channel=places[0],
        shared_channel=places[1],
        contacts=sent.many("contacts"),
    )
    message = await (_change(command, memory, cx) if memory.ref else _record(command, cx))
    return Reply(message=message, follow_url=memory.url, follow_channel=memory.channel)


async def _record(command: AddCustomer, cx: Context) -> Message:
    done = await cx.use(cx.services.customers.add, cx.actor, command, must_be_new=True)
    return views.kept(done, "customer.recorded", cx.t)


async def _change(command: AddCustomer, memory: FormMemory, cx: Context) -> Message:
    wanted = Customer(
        number=_number(memory.ref),
        name=command.name,
        language=command.language,
        owner=command.owner,
        channel=command.channel,
        shared_channel=command.shared_channel,
        contacts=command.contacts,
    )
    edit = EditCustomer(customer=wanted, seen=memory.extra)
    return views.kept(await cx.use(cx.services.customers.edit, cx.actor, edit), "customer.edited", cx.t)


def _new_form(cx: Context, memory: FormMemory) -> Reply:
    languages, me = cx.desk.translators.languages, cx.actor.member
    return Reply(form=views.customer_form(cx.t, languages=languages, metadata=memory.write(), owner=me))


def _number(value: str) -> int:
    """Read which customer a button is about. Raises NotFound."""
    ref = Reference.read(value)
    if ref is None or ref.noun is not Noun.CUSTOMER:
        raise NotFound("customer.problem.gone")
    return ref.number


ROUTES = (
    Command("/customer", on_customer),
    Action(ids.CUSTOMER_OPEN, on_open),
    Action(ids.CUSTOMER_EDIT, on_edit),
    FormRoute(ids.CUSTOMER_FORM, on_form),
    SearchRoute(fields.CUSTOMER, on_search),
)
