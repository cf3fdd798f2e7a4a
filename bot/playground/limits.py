"""Slack's limits for messages, forms and homes; refusals in Slack's own words."""

import json
from collections.abc import Iterator
from typing import Any

from bot.playground.checks import (
    Check,
    Found,
    a_number,
    anything,
    boolean,
    by_type,
    fields,
    holding,
    items,
    nullable,
    number,
    one_of,
    refuse,
    string,
    text_object,
)
from bot.playground.elements import ACCESSORIES, ACTIONS, ELEMENTS, INPUTS
from bot.playground.errors import SlackError
from bot.playground.objects import URL, picture
from bot.playground.rich_text import RICH_TEXT
from bot.playground.state import Json

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_MARKDOWN = 12_000
MOST_WORDS = 12_000
"""Characters in all blocks of a message together. Slack publishes no number; its people named this one."""

MOST_IN_A_TABLE = 10_000
MOST_VIEW_BYTES = 250_000
MOST_VIEWS = 3
ONLY_IN = {"markdown": ("message",), "table": ("message",), "context_actions": ("message",)}

_B: dict[str, Check] = {"type": anything, "block_id": string(255)}
_CELL = by_type(
    {
        "raw_text": fields({"type": anything, "text": string()}, "text"),
        "raw_number": fields({"type": anything, "value": a_number, "text": string()}, "value"),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = fields({"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_CONTEXT = {"image": ELEMENTS["image"], "plain_text": text_object(3000), "mrkdwn": text_object(3000)}


def _says_something(value: Json, at: str, found: Found) -> None:
    if "text" not in value and "fields" not in value:
        refuse(found, "must provide text or fields", at)


def _is_even(value: Json, at: str, found: Found) -> None:
    rows = value.get("rows")
    if len({len(row) for row in rows if isinstance(row, list)} if isinstance(rows, list) else ()) > 1:
        refuse(found, "all rows must have the same number of columns", f"{at}/rows")
    if words_in(rows) > MOST_IN_A_TABLE:
        refuse(found, f"must be less than {MOST_IN_A_TABLE + 1} characters", f"{at}/rows")


BLOCKS: dict[str, Check] = {
    "section": holding(
        fields(
            {
                **_B,
                "text": text_object(3000),
                "fields": items(text_object(2000), 10),
                "accessory": by_type(ELEMENTS, ACCESSORIES),
                "expand": boolean,
            }
        ),
        _says_something,
    ),
    "header": fields({**_B, "text": text_object(150, plain=True), "level": number(1, 4)}, "text"),
    "divider": fields(_B),
    "context": fields({**_B, "elements": items(by_type(_CONTEXT), 10)}, "elements"),
    "context_actions": fields(
        {**_B, "elements": items(by_type(ELEMENTS, ("feedback_buttons", "icon_button")), 5)}, "elements"
    ),
    "actions": fields({**_B, "elements": items(by_type(ELEMENTS, ACTIONS), 25)}, "elements"),
    "image": picture(block_id=string(255), title=text_object(2000, plain=True)),
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
    "rich_text": RICH_TEXT,
    "table": holding(
        fields({**_B, "rows": items(items(_CELL, 20), 100), "column_settings": items(nullable(_COLUMN), 20)}, "rows"),
        _is_even,
    ),
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
    "type": anything,
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


def check_weight(blocks: list[Json]) -> None:
    """Refuse blocks that hold more words than the chat.* methods take."""
    if words_in(blocks) > MOST_WORDS:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, kind: str) -> None:
    """Refuse a form or a home as Slack does."""
    found: Found = []
    by_type({kind: _MODAL if kind == "modal" else _HOME})(view, "/view", found)
    if isinstance(view, dict):
        if "blocks" in view:
            found.extend(check_blocks(view["blocks"], kind, "/view/blocks"))
        if kind == "modal" and "submit" not in view:
            _check_no_input(view.get("blocks"), found)
        if len(json.dumps(view)) > MOST_VIEW_BYTES:
            raise SlackError("view_too_large")
    if found:
        raise SlackError("invalid_arguments", messages=found)


def _check_no_input(blocks: Any, found: Found) -> None:
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict) and block.get("type") == "input":
            refuse(found, "must define `submit` to use an `input` block in modals", f"/view/blocks/{index}/input")


def _check_surface(blocks: list[tuple[str, Json]], surface: str, found: Found) -> None:
    for at, block in blocks:
        kind = str(block.get("type"))
        if surface not in ONLY_IN.get(kind, (surface,)):
            refuse(found, f"unsupported type: {kind}", f"{at}/type")


def _check_ids(blocks: list[tuple[str, Json]], found: Found) -> None:
    seen: set[str] = set()
    for at, block in blocks:
        _check_new(block.get("block_id"), "block_id", seen, f"{at}/block_id", found)
        inside: set[str] = set()
        for where, element in elements_of(block):
            _check_new(element.get("action_id"), "action_id", inside, f"{at}{where}/action_id", found)


def _check_new(name: Any, kind: str, seen: set[str], at: str, found: Found) -> None:
    if not isinstance(name, str):
        return
    if name in seen:
        refuse(found, f'`{kind}` "{name}" already exists', at)
    seen.add(name)


def _check_totals(blocks: list[tuple[str, Json]], at: str, found: Found) -> None:
    written = [len(str(b.get("text"))) for _, b in blocks if b.get("type") == "markdown"]
    if sum(written) > MOST_MARKDOWN >= max(written):
        refuse(found, f"must be less than {MOST_MARKDOWN + 1} characters", at)
    if sum(b.get("type") == "table" for _, b in blocks) > 1:
        found.append("[ERROR] only_one_table_allowed")
    focused = [f"{at}{where}" for at, b in blocks for where, e in elements_of(b) if e.get("focus_on_load") is True]
    for where in focused[1:]:
        refuse(found, "only one element can have focus_on_load", f"{where}/focus_on_load")


def words_in(node: Any) -> int:
    """Count the characters that people read in blocks, or in a part of one."""
    if isinstance(node, list):
        return sum(words_in(each) for each in node)
    if not isinstance(node, dict):
        return 0
    return sum(len(each) if key == "text" and isinstance(each, str) else words_in(each) for key, each in node.items())


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """Walk over the elements in a block, each with its pointer."""
    for key in ("accessory", "element"):
        if isinstance(block.get(key), dict):
            yield f"/{key}", block[key]
    if block.get("type") in ("actions", "context_actions") and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict):
                yield f"/elements/{index}", element
