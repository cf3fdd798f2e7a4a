"""What a person sees of customers: the card, the answer to what they typed, the list and the form."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConversationFilter,
    ConversationSelectElement,
    PlainTextInputElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from bot.domain.commands import Note
from bot.domain.customers import LONGEST_NAME, Customer
from bot.domain.details import CustomerCard, CustomerKept, CustomerPage
from bot.domain.tasks import Task
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, field, person, safe, section, when
from bot.views.fields import asking
from bot.views.languages import language_name, language_select
from bot.views.message import Form, Message

CUSTOMERS_LIST = "customers"
"""Marks a button for the next page as one of this list."""

_SHOWN = 5
_NAMES_SHOWN = 20
_MOST_CONTACTS = 100
"""Slack lets no more be chosen."""


def channel(id: str) -> str:
    """Mention a channel by id."""
    return f"<#{id}>"


def card(card: CustomerCard, t: Translator) -> Message:
    """Show one person all that matters about a customer now: at most one screen."""
    customer = card.customer
    blocks: list[Block] = [section(f"*{safe(customer.name)}*\n" + "\n".join(_facts(customer, t)))]
    if card.late:
        blocks.append(section(_tasks(t.count("customer.late", len(card.late)), card.late, t)))
    if card.coming:
        blocks.append(section(_tasks(t("customer.coming"), card.coming, t)))
    if card.undated:
        blocks.append(section(_tasks(t.count("customer.undated", len(card.undated)), card.undated, t)))
    if card.waiting_handoffs:
        blocks.append(section(t.count("customer.handoffs", card.waiting_handoffs)))
    blocks += [context(_next_step(card, t)), buttons(_edit_button(customer, t))]
    return Message(text=safe(customer.name), blocks=blocks)


def kept(done: CustomerKept, key: str, t: Translator) -> Message:
    """Show how a customer is recorded now, with Edit; `key` says what happened."""
    customer = done.customer
    opening = t(key, name=safe(customer.name))
    blocks: list[Block] = [section("\n".join([opening, *_facts(customer, t)]))]
    said = [_note(note, t) for note in done.notes]
    if done.replaced:
        said.append(t("customer.replaced", channel=channel(done.replaced), name=safe(customer.name)))
    said += [t("customer.uninvited", channel=channel(id)) for id in done.uninvited]
    blocks += [context(*said)] if said else []
    blocks.append(buttons(_edit_button(customer, t)))
    return Message(text=opening, blocks=blocks)


def listed(page: CustomerPage, t: Translator) -> Message:
    """Show one page of customers, by name."""
    blocks: list[Block] = [section(f"*{t('customer.list')}*")]
    for customer in page.customers:
        ours = person(customer.owner) if customer.owner else t("customer.no_owner")
        places = [channel(id) for id in (customer.channel, customer.shared_channel) if id]
        line = f"*{safe(customer.name)}*\n" + " · ".join([ours, *places])
        opened = button(ids.CUSTOMER_OPEN, t("button.open"), str(customer.ref))
        blocks.append(section(line, accessory=opened))
    if not page.customers:
        blocks.append(context(t("customer.list_empty")))
    if page.after is not None:
        blocks.append(buttons(button(ids.LIST_NEXT, t("button.next_page"), f"{CUSTOMERS_LIST}:{page.after}")))
    return Message(text=t("customer.list"), blocks=blocks)


def customer_form(
    t: Translator,
    *,
    languages: Sequence[str],
    metadata: str,
    customer: Customer | None = None,
    owner: str | None = None,
) -> Form:
    """Ask for a new customer, or show one to be changed."""
    shown = customer or Customer(number=0, name="", owner=owner)
    name = PlainTextInputElement(initial_value=shown.name or None, max_length=LONGEST_NAME)
    language = language_select(languages, shown.language, none=t("customer.any_language"))
    chosen = list(shown.contacts[:_MOST_CONTACTS]) or None
    contacts = UserMultiSelectElement(initial_users=chosen, max_selected_items=_MOST_CONTACTS)
    blocks = [
        field("name", t("customer.name"), name),
        field("language", t("customer.language"), language, hint=t("customer.language_hint")),
        field("owner", t("customer.owner"), UserSelectElement(initial_user=shown.owner), optional=True),
        field("channel", t("customer.channel"), _channel_select(shown.channel), optional=True),
        field(
            "shared_channel",
            t("customer.shared_channel"),
            _channel_select(shown.shared_channel),
            optional=True,
            hint=t("customer.shared_channel_hint"),
        ),
        field("contacts", t("customer.contacts"), contacts, optional=True, hint=t("customer.contacts_hint")),
    ]
    heading = t("form.edit_customer" if customer else "form.new_customer")
    return asking(ids.CUSTOMER_FORM, heading, blocks, t, submit="button.save", metadata=metadata)


def _channel_select(chosen: str | None) -> ConversationSelectElement:
    """Offer public and private channels: a `channels_select` knows only public ones."""
    return ConversationSelectElement(
        initial_conversation=chosen, filter=ConversationFilter(include=["public", "private"])
    )


def _facts(customer: Customer, t: Translator) -> list[str]:
    lines = [f"{t('customer.owner')}: {person(customer.owner) if customer.owner else t('customer.no_owner')}"]
    if customer.channel:
        lines.append(f"{t('customer.channel')}: {channel(customer.channel)}")
    if customer.shared_channel:
        lines.append(f"{t('customer.shared_channel')}: {channel(customer.shared_channel)}")
    if customer.contacts:
        lines.append(f"{t('customer.contacts')}: {' '.join(map(person, customer.contacts[:_NAMES_SHOWN]))}")
    if customer.language:
        lines.append(f"{t('customer.language')}: {language_name(customer.language)}")
    return lines


def _tasks(title: str, tasks: Sequence[Task], t: Translator) -> str:
    lines = [f"*{title}*"]
    for task in tasks[:_SHOWN]:
        due = when(task.due.at, t) if task.due else t("task.no_due")
        lines.append(f"*{task.ref}* {safe(task.title, limit=100)} · {person(task.assignee)} · {due}")
    if len(tasks) > _SHOWN:
        lines.append(t.count("customer.more", len(tasks) - _SHOWN))
    return "\n".join(lines)


def _next_step(card: CustomerCard, t: Translator) -> str:
    """Suggest one thing to do, and say why."""
    customer = card.customer
    name = safe(customer.name)
    if card.late:
        return t("customer.step.late", ref=card.late[0].ref)
    if not customer.owner:
        return t("customer.step.owner", name=name)
    if card.undated:
        return t("customer.step.undated", ref=card.undated[0].ref)
    if card.coming:
        return t("customer.step.coming", ref=card.coming[0].ref)
    if not customer.channel:
        return t("customer.step.channel", name=name)
    return t("customer.step.nothing", name=name)


def _note(note: Note, t: Translator) -> str:
    return t(f"note.{note.remark}", words=safe(note.words, limit=80))


def _edit_button(customer: Customer, t: Translator) -> ButtonElement:
    return button(ids.CUSTOMER_EDIT, t("button.edit"), str(customer.ref))
