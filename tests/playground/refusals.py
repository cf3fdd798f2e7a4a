"""What a refusal is made of: a call, Slack's error, and for blocks and views its words and where they point."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.playground.parts import button, field, modal, plain

Json = dict[str, Any]
ACME, ANE = "CACME00001", "UANE000000"
LONGER, SHORTER, MORE, FEWER = (
    "must be less than {} characters",
    "must be more than 0 characters",
    "no more than {} items allowed",
    "must provide at least 1 items",
)
UNKNOWN, MISSING, EXTRA = "unsupported type: {}", "missing required field: {}", "invalid additional property: {}"
STRING, OBJECT, ARRAY = "must provide a string", "must provide an object", "must provide an array"
BOOLEAN, INTEGER, ENUM = "must be a boolean", "must provide an integer", "must be a valid enum value"


@dataclass(frozen=True)
class World:
    """What stands in Slack before a call is refused: times of messages, ids of views."""

    bots: str
    persons: str
    archived: str
    view: str
    home: str


@dataclass(frozen=True)
class Case:
    """One call that Slack refuses."""

    name: str
    method: str
    args: Json | Callable[[World], Json]
    error: str
    says: str = ""
    at: str = ""


def message(name: str, blocks: Any, says: str, at: str) -> Case:
    """Describe a message whose blocks are refused; `at` begins after /blocks."""
    args = {"channel": ACME, "text": "x", "blocks": blocks}
    return Case(name, "chat.postMessage", args, "invalid_blocks", says, f"/blocks{at}")


def element(name: str, it: Json, says: str, at: str = "") -> Case:
    """Describe a message with an element in an actions block that is refused."""
    return message(name, [actions(it)], says, f"/0/elements/0{at}")


def form(name: str, view: Json, says: str, at: str) -> Case:
    """Describe a form that is refused; `at` begins after /view."""
    return Case(name, "views.open", {"view": view}, "invalid_arguments", says, f"/view{at}")


def asked(name: str, it: Json, says: str, at: str = "") -> Case:
    """Describe a form with an input that is refused."""
    return form(name, modal(field("b", it)), says, f"/blocks/0/element{at}")


def marked(text: str) -> Json:
    """Build a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(text: str = "One", value: str = "one", **more: Any) -> Json:
    """Build an option."""
    return {"text": plain(text), "value": value, **more}


def actions(*elements: Json) -> Json:
    """Build an actions block."""
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    """Build a menu, whose options are still to be given."""
    return {"type": "static_select", "action_id": "pick", **more}


def confirming(**more: Any) -> Json:
    """Build a button with a confirm dialog."""
    yes = {"title": plain("Sure?"), "text": plain("Sure?"), "confirm": plain("Yes"), "deny": plain("No"), **more}
    return button("a", confirm={key: value for key, value in yes.items() if value is not None})


def table(rows: int, columns: int, text: str = "x", **more: Any) -> Json:
    """Build a table whose cells all say the same."""
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows, **more}


def rich(*pieces: Json) -> Json:
    """Build a rich_text block."""
    return {"type": "rich_text", "elements": list(pieces)}


def line(*parts: Json) -> Json:
    """Build a section of rich text."""
    return {"type": "rich_text_section", "elements": list(parts)}
