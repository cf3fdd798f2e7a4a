"""Forms and homes that Slack refuses."""

from typing import Any

from tests.playground.parts import button, field, modal, plain, section
from tests.playground.refusals import (
    ANE,
    BOOLEAN,
    ENUM,
    EXTRA,
    LONGER,
    MISSING,
    MORE,
    OBJECT,
    STRING,
    UNKNOWN,
    Case,
    Json,
    asked,
    form,
    line,
    marked,
    table,
)

SUBMIT = "must define `submit` to use an `input` block in modals"


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "value", **more}


def counted(**more: Any) -> Json:
    return {"type": "number_input", "action_id": "value", "is_decimal_allowed": False, **more}


def without(name: str) -> Json:
    return {key: value for key, value in modal(field("a")).items() if key != name}


def home(name: str, view: Json, says: str, at: str) -> Case:
    return Case(name, "views.publish", {"user_id": ANE, "view": view}, "invalid_arguments", says, f"/view{at}")


VIEWS = [
    form("a view that is a list", [], OBJECT, ""),  # type: ignore[arg-type]
    form("a form of type home", {"type": "home", "blocks": []}, UNKNOWN.format("home"), "/type"),
    form("a form without a type", {"blocks": []}, MISSING.format("type"), ""),
    form("a form without a title", without("title"), MISSING.format("title"), ""),
    form("a form without blocks", without("blocks"), MISSING.format("blocks"), ""),
    form("a title of 25", modal(section("x"), title=plain("x" * 25)), LONGER.format(25), "/title/text"),
    form("a title in mrkdwn", modal(section("x"), title=marked("x")), UNKNOWN.format("mrkdwn"), "/title/type"),
    form("a submit of 25", modal(section("x"), submit=plain("x" * 25)), LONGER.format(25), "/submit/text"),
    form("a submit that is null", modal(field("a"), submit=None), OBJECT, "/submit"),
    form("an input without a submit", without("submit"), SUBMIT, "/blocks/0/input"),
    form("a close of 25", modal(section("x"), close=plain("x" * 25)), LONGER.format(25), "/close/text"),
    form("a close in mrkdwn", modal(section("x"), close=marked("x")), UNKNOWN.format("mrkdwn"), "/close/type"),
    form("a 101st block", modal(*[section("x")] * 101), MORE.format(100), "/blocks"),
    form("private_metadata of 3001", modal(section("x"), private_metadata="x" * 3001), LONGER.format(3001),
         "/private_metadata"),
    form("private_metadata that is an object", modal(section("x"), private_metadata={}), STRING, "/private_metadata"),
    form("a callback_id of 256", modal(section("x"), callback_id="x" * 256), LONGER.format(256), "/callback_id"),
    form("an external_id of 256", modal(section("x"), external_id="x" * 256), LONGER.format(256), "/external_id"),
    form("a property that isn't there", modal(section("x"), colour="red"), EXTRA.format("colour"), ""),
    form("a clear_on_close that is a word", modal(section("x"), clear_on_close="yes"), BOOLEAN, "/clear_on_close"),
    form("markdown in a form", modal({"type": "markdown", "text": "x"}), UNKNOWN.format("markdown"), "/blocks/0/type"),
    form("a table in a form", modal(table(1, 1)), UNKNOWN.format("table"), "/blocks/0/type"),
    form("a block_id twice", modal(field("a"), field("a")), '`block_id` "a" already exists', "/blocks/1/block_id"),
    form("the focus in two places", modal(field("a", typed(focus_on_load=True)), field("b", typed(focus_on_load=True))),
         "only one element can have focus_on_load", "/blocks/1/element/focus_on_load"),
    home("a home that is a form", modal(section("x")), UNKNOWN.format("modal"), "/type"),
    home("a home with a title", {"type": "home", "blocks": [], "title": plain("x")}, EXTRA.format("title"), ""),
    home("a home of 101 blocks", {"type": "home", "blocks": [section("x")] * 101}, MORE.format(100), "/blocks"),
    home("markdown in a home", {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
         UNKNOWN.format("markdown"), "/blocks/0/type"),
]  # fmt: skip

INPUTS = [
    form("a label of 2001", modal(field("a", label=plain("x" * 2001))), LONGER.format(2001), "/blocks/0/label/text"),
    form("a label in mrkdwn", modal(field("a", label=marked("x"))), UNKNOWN.format("mrkdwn"), "/blocks/0/label/type"),
    form("a hint of 2001", modal(field("a", hint=plain("x" * 2001))), LONGER.format(2001), "/blocks/0/hint/text"),
    form("an optional that is a number", modal(field("a", optional=1)), BOOLEAN, "/blocks/0/optional"),
    asked("a button as an input", button("b"), UNKNOWN.format("button"), "/type"),
    asked("an overflow as an input", {"type": "overflow", "options": []}, UNKNOWN.format("overflow"), "/type"),
    asked("a max_length of 3001", typed(max_length=3001), "must be less than 3000", "/max_length"),
    asked("a max_length of 0", typed(max_length=0), "must be greater than 1", "/max_length"),
    asked("a min_length of -1", typed(min_length=-1), "must be greater than 0", "/min_length"),
    asked("a min_length of 3001", typed(min_length=3001), "must be less than 3000", "/min_length"),
    asked("a rich text of no lines", {"type": "rich_text_input", "min_lines": 0}, "must be greater than 1",
          "/min_lines"),
    asked("a rich text of 101 lines", {"type": "rich_text_input", "max_lines": 101}, "must be less than 100",
          "/max_lines"),
    asked("a min_length over max_length", typed(min_length=9, max_length=3), "min_length must not be more than"
          " max_length", "/min_length"),
    asked("a first text of 3001", typed(initial_value="x" * 3001), LONGER.format(3001), "/initial_value"),
    asked("a placeholder of 151", typed(placeholder=plain("x" * 151)), LONGER.format(151), "/placeholder/text"),
    asked("an action at every blink", typed(dispatch_action_config={"trigger_actions_on": ["on_blink"]}), ENUM,
          "/dispatch_action_config/trigger_actions_on/0"),
    asked("a number that may be anything", {"type": "number_input"}, MISSING.format("is_decimal_allowed")),
    asked("a number in words", counted(initial_value="four"), "must provide a number", "/initial_value"),
    asked("a number that is one", counted(max_value=4), STRING, "/max_value"),
    asked("a lowest over the highest", counted(min_value="5", max_value="-4.5"),
          "min_value must not be more than max_value", "/min_value"),
    asked("a rich text of nothing", {"type": "rich_text_input", "initial_value": {"type": "rich_text"}},
          MISSING.format("elements"), "/initial_value"),
    asked("a list in a rich text's line",
          {"type": "rich_text_input", "initial_value": {"type": "rich_text", "elements": [line(line())]}},
          UNKNOWN.format("rich_text_section"), "/initial_value/elements/0/elements/0/type"),
]  # fmt: skip

FORMS: list[Case] = [*VIEWS, *INPUTS]
