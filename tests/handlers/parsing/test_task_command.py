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


@pytest.mark.parametrize(
    ("language", "typed", "verb", "rest"),
    [
        ("en", "give @deniz T-1", "give", "@deniz"),
        ("en", "assign <@UDENIZ0000|deniz> to T-1.", "give", "<@UDENIZ0000|deniz>"),
        ("en", "T-1 to @deniz", "give", "@deniz"),
        ("en", "T-1 give @deniz", "give", "@deniz"),
        ("en", "T-1 is done!", "done", ""),
        ("en", "mark task T-1 as done", "done", ""),
        ("en", "T-1, T-2 and T-3 are done", "done", "T-2 T-3"),
        ("en", "block task T-1 waiting for keys", "block", "waiting for keys"),
        ("da", "giv @deniz T-1", "give", "@deniz"),
        ("da", "T-1 er færdig", "done", ""),
        ("da", "flyt opgave T-1 til fredag", "move", "til fredag"),
        ("et", "anna @deniz T-1", "give", "@deniz"),
        ("et", "T-1 on tehtud", "done", ""),
        ("et", "märgi T-1 tehtuks", "done", ""),
        ("tr", "@deniz'e T-1 ver", "give", "@deniz'e"),
        ("tr", "T-1'i @deniz'e ver", "give", "@deniz'e"),
        ("tr", "T-1'i bitir", "done", ""),
        ("tr", "T-1 bitti olarak işaretle", "done", "olarak işaretle"),
        ("tr", "T-1'i iptal et", "cancel", "et"),
    ],
)
def test_a_task_its_person_and_its_verb_may_stand_in_any_order(language: str, typed: str, verb: str, rest: str) -> None:
    assert read_task_command(typed, words_of(language, "en")) == ChangeTask(verb, task_ref(1), rest)


@pytest.mark.parametrize(
    ("language", "typed", "time"),
    [("en", "move to friday T-1", "to friday"), ("tr", "T-1'i cumaya ertele", "cumaya"), ("en", "T-1 van move", "van")],
)
def test_what_may_be_a_title_is_marked_as_such(language: str, typed: str, time: str) -> None:
    command = read_task_command(typed, words_of(language, "en"))
    assert command == ChangeTask("move", task_ref(1), time, may_be_a_title=True)


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "give Acme the offer"),
        ("en", "give @deniz the keys"),
        ("en", "give @deniz the keys of T-1"),
        ("en", "give @deniz and @mari T-1"),
        ("en", "is T-1 done?"),
        ("en", "T-1 is not done"),
        ("en", "tell @deniz T-1 is done"),
        ("en", "move to T-1 hall"),
        ("en", "wait for T-1"),
        ("en", "finish task T-1 report"),
        ("da", "luk vinduerne på T-1"),
        ("da", "er T-1 færdig"),
        ("et", "anna Acmele T-1 võtmed"),
        ("tr", "T-1 raporunu bitir"),
    ],
)
def test_a_title_is_never_taken_for_a_command(language: str, typed: str) -> None:
    assert read_task_command(typed, words_of(language, "en")) == RecordTask(typed)
