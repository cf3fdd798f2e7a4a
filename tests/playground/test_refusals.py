"""What Slack refuses, in its own words: a table."""

from typing import Any

import pytest

from bot.playground.errors import SlackError
from bot.playground.limits import check_message, check_view
from tests.playground.parts import button, field, modal, plain, section

Json = dict[str, Any]
CONFIRM = {"title": plain("Sure?"), "text": plain("Sure?"), "confirm": plain("Yes"), "deny": plain("No")}


def option(text: str = "One", value: str = "one") -> Json:
    return {"text": plain(text), "value": value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", **more}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


LESS, MORE = "must be less than {} characters", "must be more than 0 characters"
MESSAGES: list[tuple[list[Json], str, str]] = [
    ([section("x" * 3001)], LESS.format(3001), "/blocks/0/text/text"),
    ([section("")], MORE, "/blocks/0/text/text"),
    ([section("x")] * 51, "no more than 50 items allowed", "/blocks"),
    ([{"type": "section"}], "must provide text or fields", "/blocks/0"),
    ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items allowed", "/blocks/0/fields"),
    ([{"type": "section", "fields": [plain("x" * 2001)]}], LESS.format(2001), "/blocks/0/fields/0/text"),
    ([section("x", color="red")], "invalid additional property: color", "/blocks/0"),
    ([{"type": "sektion"}], "unsupported type: sektion", "/blocks/0/type"),
    ([{"text": "x"}], "missing required field: type", "/blocks/0"),
    ([{"type": "header", "text": plain("x" * 151)}], LESS.format(151), "/blocks/0/text/text"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn", "/blocks/0/text/type"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed", "/blocks/0/elements"),
    ([{"type": "context", "elements": []}], "no less than 1 items allowed", "/blocks/0/elements"),
    ([{"type": "context", "elements": [button("a")]}], "unsupported type: button", "/blocks/0/elements/0/type"),
    ([actions(*[button(f"a{i}") for i in range(26)])], "no more than 25 items allowed", "/blocks/0/elements"),
    ([actions(button("a" * 256))], LESS.format(256), "/blocks/0/elements/0/action_id"),
    ([actions(button("a", value="v" * 2001))], LESS.format(2001), "/blocks/0/elements/0/value"),
    ([actions(button("a", text=plain("x" * 76)))], LESS.format(76), "/blocks/0/elements/0/text/text"),
    ([actions(button("a", style="blue"))], "must be one of: primary, danger", "/blocks/0/elements/0/style"),
    ([actions(button("a", url="not an address"))], "invalid url", "/blocks/0/elements/0/url"),
    ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input", "/blocks/0/elements/0/type"),
    ([actions(button("a"), button("a"))], "already exists for this block", "/blocks/0/elements/1/action_id"),
    ([section("x", block_id="b"), section("y", block_id="b")], "already exists", "/blocks/1/block_id"),
    ([section("x", block_id="b" * 256)], LESS.format(256), "/blocks/0/block_id"),
    ([actions(select())], "must provide either options or option_groups", "/blocks/0/elements/0"),
    ([actions(select(options=[]))], "no less than 1 items allowed", "/blocks/0/elements/0/options"),
    ([actions(select(options=[option()] * 101))], "no more than 100 items allowed", "/blocks/0/elements/0/options"),
    (
        [actions(select(options=[option("x" * 76)]))],
        LESS.format(76),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        [actions(select(options=[option()], initial_option=option("Two", "two")))],
        "initial_option must match one of the options",
        "/blocks/0/elements/0/initial_option",
    ),
    (
        [actions({"type": "overflow", "options": [option()] * 6})],
        "no more than 5 items allowed",
        "/blocks/0/elements/0/options",
    ),
    (
        [actions({"type": "checkboxes", "options": [option()] * 11})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    (
        [actions(button("a", confirm={**CONFIRM, "title": plain("x" * 101)}))],
        LESS.format(101),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        [actions(button("a", confirm={**CONFIRM, "deny": plain("x" * 31)}))],
        LESS.format(31),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (
        [actions({"type": "datetimepicker", "initial_date_time": 12})],
        "must be more than 999999999",
        "/blocks/0/elements/0/initial_date_time",
    ),
    ([{"type": "image", "image_url": "https://x.dk/a"}], "missing required field: alt_text", "/blocks/0"),
    ([{"type": "markdown", "text": "x" * 12_001}], LESS.format(12_001), "/blocks/0/text"),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "markdown text must be less than 12001", "/blocks"),
    ([table(101, 1)], "no more than 100 items allowed", "/blocks/0/rows"),
    ([table(1, 21)], "no more than 20 items allowed", "/blocks/0/rows/0"),
    ([table(1, 1), table(1, 1)], "only one table block is allowed", "/blocks"),
    ([field("b" * 256)], LESS.format(256), "/blocks/0/block_id"),
]

LONG = {"type": "plain_text_input", "action_id": "value", "max_length": 3001}
FORMS: list[tuple[Json, str, str]] = [
    (modal(section("x"), title=plain("x" * 25)), LESS.format(25), "/view/title/text"),
    (modal(section("x"), submit=plain("x" * 25)), LESS.format(25), "/view/submit/text"),
    (modal(section("x"), close={"type": "mrkdwn", "text": "x"}), "unsupported type: mrkdwn", "/view/close/type"),
    (modal(*[section("x")] * 101), "no more than 100 items allowed", "/view/blocks"),
    (modal(section("x"), private_metadata="x" * 3001), LESS.format(3001), "/view/private_metadata"),
    (modal(section("x"), callback_id="x" * 256), LESS.format(256), "/view/callback_id"),
    (modal(section("x"), colour="red"), "invalid additional property: colour", "/view"),
    (modal(field("a"), submit=None), "submit is required", "/view/submit"),
    (modal(field("a", label=plain("x" * 2001))), LESS.format(2001), "/view/blocks/0/label/text"),
    (modal(field("a", LONG)), "must be less than 3001", "/view/blocks/0/element/max_length"),
    (modal(field("a", button("b"))), "unsupported type: button", "/view/blocks/0/element/type"),
    (modal(field("a"), field("a")), "already exists", "/view/blocks/1/block_id"),
    (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown", "/view/blocks/0/type"),
    (modal(table(1, 1)), "unsupported type: table", "/view/blocks/0/type"),
    ({"type": "modal", "blocks": []}, "missing required field: title", "/view"),
    ({"type": "home", "blocks": []}, "must be of type modal", "/view/type"),
]


@pytest.mark.parametrize(("blocks", "words", "pointer"), MESSAGES)
def test_a_message_is_refused(blocks: list[Json], words: str, pointer: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message(blocks)
    assert refused.value.code == "invalid_blocks"
    assert any(words in m and m.endswith(f"[json-pointer:{pointer}]") for m in refused.value.messages)


@pytest.mark.parametrize(("view", "words", "pointer"), FORMS)
def test_a_form_is_refused(view: Json, words: str, pointer: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_view(view, "modal")
    assert refused.value.code == "invalid_arguments"
    assert any(words in m and m.endswith(f"[json-pointer:{pointer}]") for m in refused.value.messages)


def test_what_stands_at_the_limits_is_taken() -> None:
    check_message([section("x" * 3000), *[section("x")] * 49])
    check_message([actions(*[button(f"a{i}", confirm=CONFIRM) for i in range(25)]), table(100, 20)])
    check_view(
        modal(*[field(f"f{i}") for i in range(100)], title=plain("x" * 24), private_metadata="x" * 3000), "modal"
    )


def test_a_form_that_weighs_too_much_is_refused() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(*[section("x" * 3000)] * 99), "modal")
