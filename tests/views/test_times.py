"""Instants in messages: in each reader's own zone, and told apart at a glance."""

import re
from datetime import UTC, datetime

import pytest

from bot.i18n.translator import Translators
from bot.views.blocks import when

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "fallback"),
    [
        ("en", "Monday, 23 November 2026 12:30 UTC"),
        ("da", "mandag den 23. november 2026 12.30 UTC"),
        ("et", "esmaspäev, 23. november 2026 12:30 UTC"),
        ("tr", "23 Kasım 2026 Pazartesi 12:30 UTC"),
    ],
)
def test_an_instant_is_in_each_readers_zone_and_its_fallback_in_the_messages_language(
    language: str, fallback: str
) -> None:
    token = re.fullmatch(r"<!date\^(\d+)\^(.+)\|(.+)>", when(AT, Translators().of(language)))
    assert token is not None
    assert int(token[1]) == AT.timestamp()
    assert token[2] == "{date_short_pretty} {time}"
    assert token[3] == fallback
