"""Which form of `/task` was typed."""

import pytest

from bot.domain.errors import NotFound
from bot.i18n.translator import Translators
from handlers.context import MEANINGS
from handlers.parsing.task_command import RecordTask, read_task_command
from handlers.parsing.words import Words

TRANSLATORS = Translators()
WORDS = Words({meaning: TRANSLATORS.command_words(meaning, ("da", "en")) for meaning in MEANINGS})


@pytest.mark.parametrize(
    "typed",
    ["done T-99999999999", "T-99999999999", "T99999999999 done", "færdig t-99999999999.", "move T-9999999999 friday"],
)
def test_a_reference_of_more_digits_than_there_are_is_no_task(typed: str) -> None:
    with pytest.raises(NotFound):
        read_task_command(typed, WORDS)


@pytest.mark.parametrize("typed", ["T-99999999999 wants a new pump", "order T-99999999999", "done deal T-99999999999"])
def test_in_a_sentence_it_is_a_part_of_the_title(typed: str) -> None:
    assert read_task_command(typed, WORDS) == RecordTask(typed)
