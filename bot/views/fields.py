"""Form fields that several forms share."""

import re
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    Block,
    DateTimePickerElement,
    ExternalDataSelectElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)

from bot.domain.customers import Customer, fold
from bot.domain.tasks import Priority
from bot.i18n.translator import Translator
from bot.views.blocks import field, form, plain
from bot.views.message import Choice, Form

CUSTOMER = "customer"
"""The block_id of the customer's menu, in every form."""
NO_CUSTOMER = "none"
_MOST_CHOICES = 100
"""Choices that Slack lets a menu hold."""
WORDS_LIMIT = 3000
"""Characters that Slack lets a person type into a field."""

_MENTION = re.compile(r"\s*<[@#][A-Z0-9]+(\|[^<>]*)?>")


def asking(
    callback_id: str, title: str, blocks: Sequence[Block], t: Translator, *, submit: str, metadata: str = ""
) -> Form:
    """Make a form; `submit` is the catalog key of its button."""
    return form(callback_id, title, blocks, submit=t(submit), close=t("button.close"), metadata=metadata)


def text_input(initial: str = "", *, multiline: bool = False) -> PlainTextInputElement:
    """Make a field for people's words."""
    words = initial[:WORDS_LIMIT] or None
    return PlainTextInputElement(initial_value=words, multiline=multiline, max_length=WORDS_LIMIT)


def due_field(t: Translator, *, required: bool, initial: int | None = None, hint: str | None = None) -> Block:
    """Ask for a due time; `initial` is in Unix seconds."""
    picker = DateTimePickerElement(initial_date_time=initial)
    return field("due", t("field.due"), picker, optional=not required, hint=hint)


def reason_field(t: Translator, *, key: str = "field.reason", required: bool = False) -> Block:
    """Ask why."""
    return field("reason", t(key), text_input(), optional=not required)


def option(value: str, label: str) -> Option:
    """Make a choice in a menu, without people's mentions: Slack would show their bare ids there."""
    return Option(value=value, text=PlainTextObject(text=plain(_MENTION.sub("", label))))


def customer_field(customers: Sequence[Customer], chosen: int | None, t: Translator) -> Block:
    """Ask which customer, or none; more of them than a menu holds are looked up as a person types."""
    options = [_no_customer(t), *map(_customer, customers)]
    initial = next((option for option in options if option.value == str(chosen)), options[0])
    if len(options) > _MOST_CHOICES:
        searched = ExternalDataSelectElement(initial_option=initial, min_query_length=0)
        return field(CUSTOMER, t("field.customer"), searched)
    return field(CUSTOMER, t("field.customer"), StaticSelectElement(options=options, initial_option=initial))


def customer_choices(found: Sequence[Customer], words: str, t: Translator) -> list[Choice]:
    """Offer the customers that were found, and none where nobody asked for another."""
    none = [_no_customer(t)] if fold(words) in fold(t("field.no_customer")) else []
    return [option.to_dict() for option in [*none, *map(_customer, found)]]


def _no_customer(t: Translator) -> Option:
    return option(NO_CUSTOMER, t("field.no_customer"))


def _customer(customer: Customer) -> Option:
    return option(str(customer.number), customer.name)


def priority_field(chosen: Priority, t: Translator) -> Block:
    """Ask how urgent it is."""
    options = {priority: option(priority.value, t(f"priority.{priority}")) for priority in Priority}
    element = StaticSelectElement(options=list(options.values()), initial_option=options[chosen])
    return field("priority", t("field.priority"), element)
