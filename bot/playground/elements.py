"""Slack's limits for what stands inside a block: buttons, pickers, inputs."""

from datetime import date
from typing import Any

from bot.playground.checks import (
    Check,
    Found,
    anything,
    boolean,
    both,
    fields,
    holding,
    items,
    matching,
    number,
    one_of,
    refuse,
    string,
    text_object,
)
from bot.playground.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    GROUP,
    MARKED_OPTION,
    OPTION,
    OVERFLOW_OPTION,
    PLAIN_75,
    URL,
    bounds,
    initial,
    one_given,
    picture,
)
from bot.playground.rich_text import RICH_TEXT

COMMON: dict[str, Check] = {"type": anything, "action_id": string(255)}
ASKING: dict[str, Check] = {**COMMON, "confirm": CONFIRM, "focus_on_load": boolean}
PICKING: dict[str, Check] = {**ASKING, "placeholder": text_object(150, plain=True)}
MANY: dict[str, Check] = {**PICKING, "max_selected_items": number(1)}
LISTED: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
SEARCHED: dict[str, Check] = {"min_query_length": number(0)}
IDS = items(string())
OPTIONS = items(OPTION)
TALK: dict[str, Check] = {
    "default_to_current_conversation": boolean, "filter": FILTER, "response_url_enabled": boolean,
}  # fmt: skip
TYPING: dict[str, Check] = {
    **COMMON,
    "placeholder": text_object(150, plain=True),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
LABELLED: dict[str, Check] = {"text": PLAIN_75, "value": string(2000, 0), "accessibility_label": string(75)}
NUMERAL = both(string(), matching(r"-?\d+(\.\d+)?", "must provide a number"))
FEEDBACK = fields({**LABELLED, "value": string(2000)}, "text", "value")


def _day(value: Any, at: str, found: Found) -> None:
    try:
        date.fromisoformat(value)
    except ValueError:
        refuse(found, "input must be a valid: date", at)


DAY = both(matching(r"\d{4}-\d\d-\d\d", "input must be a valid: date"), _day)
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "input must be a valid: time")

ELEMENTS: dict[str, Check] = {
    "button": fields(
        {**COMMON, **LABELLED, "url": URL, "style": one_of("primary", "danger"), "confirm": CONFIRM}, "text"
    ),
    "overflow": fields({**COMMON, "options": items(OVERFLOW_OPTION, 5), "confirm": CONFIRM}, "options"),
    "static_select": holding(
        fields({**PICKING, **LISTED, "initial_option": OPTION}),
        one_given("options", "option_groups"),
        initial("initial_option"),
    ),
    "multi_static_select": holding(
        fields({**MANY, **LISTED, "initial_options": OPTIONS}),
        one_given("options", "option_groups"),
        initial("initial_options"),
    ),
    "external_select": fields({**PICKING, **SEARCHED, "initial_option": OPTION}),
    "multi_external_select": fields({**MANY, **SEARCHED, "initial_options": OPTIONS}),
    "users_select": fields({**PICKING, "initial_user": string()}),
    "multi_users_select": fields({**MANY, "initial_users": IDS}),
    "conversations_select": fields({**PICKING, **TALK, "initial_conversation": string()}),
    "multi_conversations_select": fields({**MANY, **TALK, "initial_conversations": IDS}),
    "channels_select": fields({**PICKING, "initial_channel": string(), "response_url_enabled": boolean}),
    "multi_channels_select": fields({**MANY, "initial_channels": IDS}),
    "checkboxes": holding(
        fields({**ASKING, "options": items(MARKED_OPTION, 10), "initial_options": items(MARKED_OPTION, 10)}, "options"),
        initial("initial_options"),
    ),
    "radio_buttons": holding(
        fields({**ASKING, "options": items(MARKED_OPTION, 10), "initial_option": MARKED_OPTION}, "options"),
        initial("initial_option"),
    ),
    "datepicker": fields({**PICKING, "initial_date": DAY}),
    "timepicker": fields({**PICKING, "initial_time": TIME, "timezone": string()}),
    "datetimepicker": fields({**ASKING, "initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": holding(
        fields(
            {
                **TYPING,
                "initial_value": string(3000, 0),
                "multiline": boolean,
                "min_length": number(0, 3000),
                "max_length": number(1, 3000),
            }
        ),
        bounds("min_length", "max_length"),
    ),
    "email_text_input": fields({**TYPING, "initial_value": string(least=0)}),
    "url_text_input": fields({**TYPING, "initial_value": string(least=0)}),
    "number_input": holding(
        fields(
            {
                **TYPING,
                "is_decimal_allowed": boolean,
                "initial_value": NUMERAL,
                "min_value": NUMERAL,
                "max_value": NUMERAL,
            },
            "is_decimal_allowed",
        ),
        bounds("min_value", "max_value"),
    ),
    "rich_text_input": fields(
        {**TYPING, "initial_value": RICH_TEXT, "min_lines": number(1, 100), "max_lines": number(1, 100)}
    ),
    "image": picture(),
    "feedback_buttons": fields(
        {**COMMON, "positive_button": FEEDBACK, "negative_button": FEEDBACK}, "positive_button", "negative_button"
    ),
    "icon_button": fields(
        {**COMMON, **LABELLED, "icon": one_of("trash"), "confirm": CONFIRM, "visible_to_user_ids": items(string())},
        "icon",
        "text",
    ),
}

SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
CHOICES = ("checkboxes", "radio_buttons")
INPUTS = (
    *SELECTS, *CHOICES, "datepicker", "timepicker", "datetimepicker",
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input",
)  # fmt: skip
ACCESSORIES = ("button", "overflow", "image", *SELECTS, *CHOICES, "datepicker", "timepicker")
ACTIONS = ("button", "overflow", *SELECTS, *CHOICES, "datepicker", "timepicker", "datetimepicker", "rich_text_input")
