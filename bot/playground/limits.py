"""Slack's limits for messages, forms and homes; refusals in Slack's own words."""

import json
from collections.abc import Iterator
from typing import Any

from bot.playground.checks import (
    Check,
    Found,
    anything,
    boolean,
    by_type,
    fields,
    items,
    number,
    one_of,
    refuse,
    string,
    text_object,
)
from bot.playground.elements import ACCESSORIES, ACTIONS, ELEMENTS, INPUTS, URL
from bot.playground.errors import SlackError
from bot.playground.state import Json

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_MARKDOWN = 12_000
MOST_VIEW_BYTES = 250_000
MOST_VIEWS = 3
ONLY_IN = {"markdown": ("message",), "table": ("message",), "file": ("message",), "input": ("message", "modal", "home")}

_B: dict[str, Check] = {"type": anything, "block_id": string(255)}
_CELL = by_type(
    {"raw_text": fields({"type": anything, "text": string(3000)}, "text"),
     "raw_number": anything, "rich_text": anything}
)  # fmt: skip
_RICH_PARTS = (
    "rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted",
)  # fmt: skip
_COLUMN = fields({"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_CONTEXT = {**{k: ELEMENTS[k] for k in ("image",)}, "plain_text": text_object(3000), "mrkdwn": text_object(3000)}
_IMAGE: dict[str, Check] = {
    "image_url": URL, "alt_text": string(2000), "title": text_object(2000, plain=True), "slack_file": anything,
}  # fmt: skip
_FEEDBACK = fields(
    {"text": text_object(75, plain=True), "value": string(2000), "accessibility_label": string(75)}, "text", "value"
)
_CONTEXT_ACTIONS: dict[str, Check] = {
    "feedback_buttons": fields(
        {"type": anything, "action_id": string(255), "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        "positive_button",
        "negative_button",
    ),
    "icon_button": anything,
}


def _section(value: Any, at: str, found: Found) -> None:
    fields(
        {
            **_B,
            "text": text_object(3000),
            "fields": items(text_object(2000), 10),
            "accessory": by_type(ELEMENTS, ACCESSORIES),
            "expand": boolean,
        }
    )(value, at, found)
    if value.get("text") is None and value.get("fields") is None:
        refuse(found, "must provide text or fields", at)


def _table(value: Any, at: str, found: Found) -> None:
    fields({**_B, "rows": items(items(_CELL, 20), 100), "column_settings": items(anything, 20)}, "rows")(
        value, at, found
    )
    for index, column in enumerate(value.get("column_settings") or []):
        if column is not None:
            _COLUMN(column, f"{at}/column_settings/{index}", found)
    rows = [len(row) for row in value.get("rows") or [] if isinstance(row, list)]
    if len(set(rows)) > 1:
        refuse(found, "all rows must have the same number of columns", f"{at}/rows")


BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": fields({**_B, "text": text_object(150, plain=True), "level": number(1, 4)}, "text"),
    "divider": fields(_B),
    "context": fields({**_B, "elements": items(by_type(_CONTEXT), 10)}, "elements"),
    "context_actions": fields({**_B, "elements": items(by_type(_CONTEXT_ACTIONS), 5)}, "elements"),
    "actions": fields({**_B, "elements": items(by_type(ELEMENTS, ACTIONS), 25)}, "elements"),
    "image": fields({**_B, **_IMAGE}, "alt_text"),
    "input": fields(
        {
            **_B,
            "label": text_object(2000, plain=True),
            "element": by_type(ELEMENTS, INPUTS),
            "hint": text_object(2000, plain=True),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        "label",
        "element",
    ),
    "markdown": fields({**_B, "text": string(MOST_MARKDOWN)}, "text"),
    "rich_text": fields({**_B, "elements": items(by_type(dict.fromkeys(_RICH_PARTS, anything)), 100)}, "elements"),
    "table": _table,
    "video": fields(
        {
            **_B,
            "title": text_object(200, plain=True),
            "alt_text": string(2000),
            "video_url": URL,
            "thumbnail_url": URL,
            "title_url": URL,
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": URL,
            "description": text_object(200, plain=True),
        },
        "title",
        "alt_text",
        "video_url",
        "thumbnail_url",
    ),
}

_24 = text_object(24, plain=True)
_VIEW: dict[str, Check] = {
    "type": one_of("modal", "home"),
    "blocks": anything,
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_MODAL = fields(
    {
        **_VIEW,
        "title": _24,
        "submit": _24,
        "close": _24,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    "title",
    "blocks",
)
_HOME = fields(_VIEW, "blocks")


def check_blocks(blocks: Any, surface: str, at: str = "/blocks") -> Found:
    """List what Slack would refuse in these blocks."""
    found: Found = []
    items(by_type(BLOCKS), MOST_BLOCKS[surface], 0)(blocks, at, found)
    if isinstance(blocks, list):
        good = [(f"{at}/{i}", b) for i, b in enumerate(blocks) if isinstance(b, dict)]
        _check_surface(good, surface, found)
        _check_ids(good, found)
        _check_totals(good, at, found)
    return found


def check_message(blocks: Any) -> None:
    """Refuse a message's blocks as Slack does."""
    found = check_blocks(blocks, "message")
    if found:
        raise SlackError("invalid_blocks", messages=found)


def check_view(view: Any, kind: str) -> None:
    """Refuse a form or a home as Slack does."""
    found: Found = []
    (_MODAL if kind == "modal" else _HOME)(view, "/view", found)
    if isinstance(view, dict):
        if view.get("type") != kind:
            refuse(found, f"must be of type {kind}", "/view/type")
        if view.get("blocks") is not None:
            found.extend(check_blocks(view["blocks"], kind, "/view/blocks"))
        blocks = view.get("blocks") if isinstance(view.get("blocks"), list) else []
        asks = any(isinstance(b, dict) and b.get("type") == "input" for b in blocks or [])
        if kind == "modal" and asks and not view.get("submit"):
            refuse(found, "submit is required in a view with an input block", "/view/submit")
        if len(json.dumps(view)) > MOST_VIEW_BYTES:
            raise SlackError("view_too_large")
    if found:
        raise SlackError("invalid_arguments", messages=found)


def _check_surface(blocks: list[tuple[str, Json]], surface: str, found: Found) -> None:
    for at, block in blocks:
        kind = str(block.get("type"))
        if surface not in ONLY_IN.get(kind, (surface,)):
            refuse(found, f"unsupported type: {kind}", f"{at}/type")


def _check_ids(blocks: list[tuple[str, Json]], found: Found) -> None:
    seen: set[str] = set()
    for at, block in blocks:
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            refuse(found, f'`block_id` "{name}" already exists', f"{at}/block_id")
        seen.add(str(name))
        inside: set[str] = set()
        for where, element in elements_of(block):
            action = element.get("action_id")
            if isinstance(action, str) and action in inside:
                refuse(found, f'`action_id` "{action}" already exists for this block', f"{at}{where}/action_id")
            inside.add(str(action))


def _check_totals(blocks: list[tuple[str, Json]], at: str, found: Found) -> None:
    written = sum(len(str(b.get("text"))) for _, b in blocks if b.get("type") == "markdown")
    if written > MOST_MARKDOWN and not any(len(str(b.get("text"))) > MOST_MARKDOWN for _, b in blocks):
        refuse(found, f"markdown text must be less than {MOST_MARKDOWN + 1} characters in total", at)
    if sum(b.get("type") == "table" for _, b in blocks) > 1:
        refuse(found, "only one table block is allowed", at)
    focused = sum(bool(e.get("focus_on_load")) for _, b in blocks for _, e in elements_of(b))
    if focused > 1:
        refuse(found, "only one element can have focus_on_load", at)


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """Walk over the elements in a block, each with its pointer."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield f"/{key}", block[key]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict):
                yield f"/elements/{index}", element
