"""Slack's limits for what stands inside a block: buttons, pickers, inputs."""

from typing import Any

from bot.playground.checks import (
    Check,
    Found,
    anything,
    boolean,
    both,
    fields,
    items,
    matching,
    number,
    one_of,
    refuse,
    string,
    text_object,
)

PLAIN_75 = text_object(75, plain=True)
URL = both(string(3000), matching(r"[a-z][a-z0-9+.-]*:\S+", "invalid url"))
CONFIRM = fields(
    {
        "title": text_object(100, plain=True),
        "text": text_object(300),
        "confirm": text_object(30, plain=True),
        "deny": text_object(30, plain=True),
        "style": one_of("primary", "danger"),
    },
    "title",
    "text",
    "confirm",
    "deny",
)


def _option(text: Check, *, url: bool = False) -> Check:
    known = {"text": text, "value": string(150), "description": text_object(75)}
    return fields({**known, "url": URL} if url else known, "text", "value")


OPTION = _option(PLAIN_75)
MARKED_OPTION = _option(text_object(75))
GROUP = fields({"label": PLAIN_75, "options": items(OPTION, 100)}, "label", "options")

COMMON: dict[str, Check] = {"type": anything, "action_id": string(255)}
ASKING: dict[str, Check] = {**COMMON, "confirm": CONFIRM, "focus_on_load": boolean}
PICKING: dict[str, Check] = {**ASKING, "placeholder": text_object(150, plain=True)}
MANY: dict[str, Check] = {**PICKING, "max_selected_items": number(1, 100)}
LISTED: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
FILTER = fields(
    {"include": items(one_of("im", "mpim", "private", "public"), 4),
     "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean}
)  # fmt: skip
IDS = items(string(20), 100, 0)
OPTIONS = items(OPTION, 100, 0)
TALK: dict[str, Check] = {
    "default_to_current_conversation": boolean, "filter": FILTER, "response_url_enabled": boolean,
}  # fmt: skip
TYPING: dict[str, Check] = {
    **COMMON,
    "placeholder": text_object(150, plain=True),
    "focus_on_load": boolean,
    "dispatch_action_config": fields({"trigger_actions_on": items(anything, 2)}),
}


def _listed(known: dict[str, Check], initial: dict[str, Check]) -> Check:
    shape = fields({**known, **LISTED, **initial})

    def check(value: Any, at: str, found: Found) -> None:
        shape(value, at, found)
        if ("options" in value) == ("option_groups" in value):
            refuse(found, "must provide either options or option_groups", at)
        choices = list(value.get("options") or [])
        for group in value.get("option_groups") or []:
            choices.extend(group.get("options") or [] if isinstance(group, dict) else [])
        for key in initial:
            _check_initial(value, key, choices, at, found)

    return check


def _check_initial(value: Any, key: str, choices: list[Any], at: str, found: Found) -> None:
    initial = value.get(key)
    if initial is None or not choices:
        return
    values = {c.get("value") for c in choices if isinstance(c, dict)}
    for each in initial if isinstance(initial, list) else [initial]:
        if isinstance(each, dict) and each.get("value") not in values:
            refuse(found, f"{key} must match one of the options", f"{at}/{key}")


def _choices(most: int, initial: str, check: Check) -> Check:
    return fields({**ASKING, "options": items(MARKED_OPTION, most), initial: check}, "options")


ELEMENTS: dict[str, Check] = {
    "button": fields(
        {
            **COMMON,
            "text": PLAIN_75,
            "value": string(2000, 0),
            "url": URL,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
        "text",
    ),
    "overflow": fields({**COMMON, "options": items(_option(PLAIN_75, url=True), 5), "confirm": CONFIRM}, "options"),
    "static_select": _listed(PICKING, {"initial_option": OPTION}),
    "multi_static_select": _listed(MANY, {"initial_options": OPTIONS}),
    "external_select": fields({**PICKING, "min_query_length": number(0, 100), "initial_option": OPTION}),
    "multi_external_select": fields({**MANY, "min_query_length": number(0, 100), "initial_options": OPTIONS}),
    "users_select": fields({**PICKING, "initial_user": string(20)}),
    "multi_users_select": fields({**MANY, "initial_users": IDS}),
    "conversations_select": fields({**PICKING, **TALK, "initial_conversation": string(20)}),
    "multi_conversations_select": fields({**MANY, **TALK, "initial_conversations": IDS}),
    "channels_select": fields({**PICKING, "initial_channel": string(20), "response_url_enabled": boolean}),
    "multi_channels_select": fields({**MANY, "initial_channels": IDS}),
    "checkboxes": _choices(10, "initial_options", items(MARKED_OPTION, 10)),
    "radio_buttons": _choices(10, "initial_option", MARKED_OPTION),
    "datepicker": fields({**PICKING, "initial_date": matching(r"\d{4}-\d\d-\d\d", "must be YYYY-MM-DD")}),
    "timepicker": fields({**PICKING, "initial_time": matching(r"\d\d:\d\d", "must be HH:mm"), "timezone": string(100)}),
    "datetimepicker": fields({**ASKING, "initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "plain_text_input": fields(
        {
            **TYPING,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        }
    ),
    "email_text_input": fields({**TYPING, "initial_value": string(3000, 0)}),
    "url_text_input": fields({**TYPING, "initial_value": string(3000, 0)}),
    "number_input": fields(
        {
            **TYPING,
            "is_decimal_allowed": boolean,
            "initial_value": string(40),
            "min_value": string(40),
            "max_value": string(40),
        },
        "is_decimal_allowed",
    ),
    "rich_text_input": fields({**TYPING, "initial_value": anything}),
    "image": fields({"type": anything, "image_url": URL, "alt_text": string(2000), "slack_file": anything}, "alt_text"),
}

SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOICES = ("checkboxes", "radio_buttons")
INPUTS = (
    *SELECTS, *CHOICES, *PICKERS,
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input",
)  # fmt: skip
ACCESSORIES = ("button", "overflow", "image", *SELECTS, *CHOICES, *PICKERS)
ACTIONS = ("button", "overflow", *SELECTS, *CHOICES, *PICKERS)
