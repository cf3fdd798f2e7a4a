"""What Slack's own form refuses before it asks the app."""

from typing import Any

import pytest

from bot.playground.inputs import chosen_value, client_errors
from tests.playground.parts import field

NUMBER = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
WORDS = {"type": "plain_text_input", "min_length": 3, "max_length": 5}
CASES = [
    (WORDS, "ab", "Must be at least 3 characters."),
    (WORDS, "abcdef", "Must be less than 6 characters."),
    (WORDS, "abcde", None),
    (WORDS, "", "Please complete this required field."),
    (NUMBER, "one", "Must be a number."),
    (NUMBER, "NaN", "Must be a number."),
    (NUMBER, "1.5", "Must be a whole number."),
    (NUMBER, "0", "Must be 1 or more."),
    (NUMBER, "10", "Must be 9 or less."),
    (NUMBER, "9", None),
    (NUMBER | {"is_decimal_allowed": True}, "1.5", None),
    ({"type": "email_text_input"}, "a@b", "Must be an email address."),
    ({"type": "email_text_input"}, "a@b.example", None),
    ({"type": "url_text_input"}, "b.example", "Must be a URL."),
    ({"type": "url_text_input"}, "https://b.example/x?y=1", None),
]


@pytest.mark.parametrize(("element", "typed", "words"), CASES)
def test_what_was_typed_is_refused_at_its_field(element: dict[str, Any], typed: str, words: str | None) -> None:
    element = {**element, "action_id": "value"}
    values = {"asked": {"value": chosen_value(element, typed)}}
    assert client_errors([field("asked", element)], values) == ({"asked": words} if words else {})
