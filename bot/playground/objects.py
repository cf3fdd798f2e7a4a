"""Slack's limits for what elements are made of: options, confirm dialogs, addresses, filters, images."""

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
DISPATCH = fields(
    {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}, "trigger_actions_on"
)


def option(text: Check, description: Check, **more: Check) -> Check:
    """Check an option: of a menu, or of check boxes and radio buttons, which take mrkdwn."""
    return fields({"text": text, "value": string(150), "description": description, **more}, "text", "value")


OPTION = option(PLAIN_75, PLAIN_75)
MARKED_OPTION = option(text_object(75), text_object(75))
OVERFLOW_OPTION = option(PLAIN_75, PLAIN_75, url=URL)
GROUP = fields({"label": PLAIN_75, "options": items(OPTION, 100)}, "label", "options")


def _says_something(value: dict[str, Any], at: str, found: Found) -> None:
    if not value:
        refuse(found, "must have minimum 1 properties", at)


FILTER = holding(
    fields(
        {
            "include": items(one_of("im", "mpim", "private", "public"), 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    ),
    _says_something,
)


def one_given(*names: str) -> Check:
    """Check that exactly one of a few fields is there."""

    def check(value: dict[str, Any], at: str, found: Found) -> None:
        if sum(name in value for name in names) != 1:
            refuse(found, f"must provide either {' or '.join(names)}", at)

    return check


def bounds(least: str, most: str) -> Check:
    """Check that one number doesn't pass the other."""

    def check(value: dict[str, Any], at: str, found: Found) -> None:
        try:
            crossed = float(value[least]) > float(value[most])
        except (KeyError, TypeError, ValueError):
            return  # one isn't given, or was refused already
        if crossed:
            refuse(found, f"{least} must not be more than {most}", f"{at}/{least}")

    return check


def initial(name: str) -> Check:
    """Check that what is chosen at first is among the options."""

    def check(value: dict[str, Any], at: str, found: Found) -> None:
        chosen = value.get(name)
        choices = [_meaning(each) for each in _options(value)]
        wrong = [each for each in _dicts(chosen if isinstance(chosen, list) else [chosen]) if choices]
        if any(_meaning(each) not in choices for each in wrong):
            refuse(found, f"{name} must match one of the options", f"{at}/{name}")

    return check


def _options(value: dict[str, Any]) -> list[dict[str, Any]]:
    grouped = [each for group in _dicts(value.get("option_groups")) for each in _dicts(group.get("options"))]
    return _dicts(value.get("options")) + grouped


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _meaning(option: dict[str, Any]) -> tuple[Any, Any]:
    text = option.get("text")
    return option.get("value"), text.get("text") if isinstance(text, dict) else None


_FILE = holding(fields({"id": string(), "url": URL}), one_given("id", "url"))


def _is_somewhere(value: dict[str, Any], at: str, found: Found) -> None:
    if "slack_file" not in value and "image_url" not in value:
        refuse(found, "missing required field: image_url", at)
    elif "slack_file" in value and "image_url" in value:
        refuse(found, "must provide either image_url or slack_file", at)


def picture(**more: Check) -> Check:
    """Check an image, as a block or as an element."""
    known = {"type": anything, "image_url": URL, "slack_file": _FILE, "alt_text": string(2000)}
    return holding(fields({**known, **more}, "alt_text"), _is_somewhere)
