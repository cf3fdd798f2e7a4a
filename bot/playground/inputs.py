"""What a person chose or wrote in an element, as Slack reports it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.limits import elements_of
from bot.playground.state import Json

# what each kind of element reports its choice as
CHOICE = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "checkboxes": "selected_options",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_INITIAL = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s]+")
Values = dict[str, dict[str, Json]]


def initial_values(blocks: list[Json], *, channel: str = "") -> Values:
    """Say what every input holds before anybody touched it."""
    values: Values = {}
    for block in blocks:
        for _, element in elements_of(block):
            kind = str(element.get("type"))
            if kind in CHOICE and kind != "overflow":
                chosen = element.get(_INITIAL[CHOICE[kind]])
                if chosen is None and element.get("default_to_current_conversation"):
                    chosen = channel or None
                values.setdefault(block["block_id"], {})[element["action_id"]] = chosen_value(element, chosen)
    return values


def chosen_value(element: Json, chosen: Any) -> Json:
    """Report a choice; options may be named by their value alone."""
    kind = str(element["type"])
    key = CHOICE[kind]
    if key == "selected_option" and chosen is not None:
        chosen = _option(element, chosen)
    elif key == "selected_options":
        chosen = [_option(element, each) for each in chosen or []]
    elif key in ("selected_users", "selected_conversations", "selected_channels"):
        chosen = list(chosen or [])
    elif key == "value" and chosen is not None:
        chosen = str(chosen) or None
    elif key == "selected_date_time" and chosen is not None:
        chosen = int(chosen)
    zone = {"timezone": element["timezone"]} if kind == "timepicker" and element.get("timezone") else {}
    return {"type": kind, key: chosen, **zone}


def options_of(element: Json) -> list[Json]:
    """List an element's options, those in groups too."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _option(element: Json, chosen: Any) -> Json:
    if isinstance(chosen, dict):
        return chosen
    for option in options_of(element):
        if option["value"] == chosen:
            return option
    raise KeyError(f"{chosen!r} is not one of {[o['value'] for o in options_of(element)]}")


def is_empty(value: Json | None) -> bool:
    """Tell whether an input holds nothing."""
    return not value or not value.get(CHOICE.get(str(value.get("type")), "value"))


def merged(base: Values, over: Values) -> Values:
    """Lay newer values over older ones, where the older know the field."""
    return {
        block: {action: over.get(block, {}).get(action, value) for action, value in actions.items()}
        for block, actions in base.items()
    }


def client_errors(blocks: list[Json], values: Values) -> dict[str, str]:
    """Find what Slack's own form refuses before it asks the app."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = values.get(block["block_id"], {}).get(element["action_id"])
        if is_empty(value):
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
            continue
        wrong = _wrong_text(element, (value or {}).get("value"))
        if wrong:
            errors[block["block_id"]] = wrong
    return errors


def _wrong_text(element: Json, text: Any) -> str:
    written = str(text)
    if element["type"] == "plain_text_input":
        return _wrong_length(element, len(written))
    if element["type"] == "number_input":
        return _wrong_number(element, written)
    if element["type"] == "email_text_input" and not _EMAIL.fullmatch(written):
        return "Must be an email address."
    if element["type"] == "url_text_input" and not _URL.fullmatch(written):
        return "Must be a URL."
    return ""


def _wrong_length(element: Json, length: int) -> str:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if length > most:
        return f"Must be less than {most + 1} characters."
    return f"Must be at least {least} characters." if length < least else ""


def _wrong_number(element: Json, written: str) -> str:
    try:
        number = Decimal(written)
    except InvalidOperation:
        return "Must be a number."
    if not number.is_finite():
        return "Must be a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Must be a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < Decimal(least):
        return f"Must be {least} or more."
    return f"Must be {most} or less." if most is not None and number > Decimal(most) else ""
