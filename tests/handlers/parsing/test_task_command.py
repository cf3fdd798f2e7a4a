"""Which form of `/task` was typed."""

import pytest

from bot.domain.errors import NotFound
from bot.domain.references import task_ref
from bot.i18n.translator import Translators
from handlers.context import MEANINGS
from handlers.parsing.task_command import ChangeTask, RecordTask, more_references, read_task_command
from handlers.parsing.words import Words

TRANSLATORS = Translators()


def words_of(*languages: str) -> Words:
    return Words({meaning: TRANSLATORS.command_words(meaning, languages) for meaning in MEANINGS})


WORDS = words_of("da", "en")


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


@pytest.mark.parametrize(
    ("rest", "numbers"),
    [
        ("T-2", (2,)),
        ("t-2, T3;T-4.", (2, 3, 4)),
        ("T-2 og T-3 & T-4", (2, 3, 4)),
        ("", ()),
        ("please", ()),
        ("T-2 please", ()),
        ("it doubles T-2", ()),
    ],
)
def test_more_tasks_are_meant_only_where_nothing_else_is_said(rest: str, numbers: tuple[int, ...]) -> None:
    assert more_references(rest, WORDS) == tuple(map(task_ref, numbers))


@pytest.mark.parametrize(
    ("language", "typed", "verb"),
    [
        ("en", "close", "done"),
        ("en", "complete", "done"),
        ("en", "assign", "give"),
        ("en", "unblock", "resume"),
        ("en", "blocked", "block"),
        ("da", "afslut", "done"),
        ("et", "ava", "reopen"),
        ("et", "lõpeta", "done"),
        ("tr", "bitir", "done"),
        ("tr", "TAMAMLA", "done"),
    ],
)
def test_a_verb_has_the_words_that_people_use_for_it(language: str, typed: str, verb: str) -> None:
    assert read_task_command(f"{typed} T-1", words_of(language, "en")) == ChangeTask(verb, task_ref(1), "")
