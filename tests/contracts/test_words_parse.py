"""What people type in their own language is understood, and so is every example that a message shows them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import Calendar, WeeklyHours
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.members import Member
from bot.domain.references import task_ref
from bot.domain.tasks import Priority
from bot.i18n.translator import LOCALES, Translators, read_catalog
from handlers.context import MEANINGS
from handlers.parsing.customer_command import read_customer_command
from handlers.parsing.due_times import DueReading, read_due
from handlers.parsing.feedback_line import AskLine, read_ask, read_feedback_command
from handlers.parsing.handoff_line import (
    AnswerHandoff,
    HandoffLine,
    read_dated,
    read_handoff_command,
    read_handoff_line,
)
from handlers.parsing.mention_line import read_mention
from handlers.parsing.task_command import (
    FILTERS,
    VERBS,
    ChangeTask,
    ListTasks,
    RecordTask,
    TaskCommand,
    read_task_command,
)
from handlers.parsing.task_line import Reader, read_task_line
from handlers.parsing.words import Words
from handlers.stafet import FORMS

TRANSLATORS = Translators()
LANGUAGES = TRANSLATORS.languages
REF = task_ref(42)
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)  # a Monday
CALENDAR = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), ZoneInfo("Europe/Copenhagen"))
ACME = Customer(number=1, name="Acme")
NAMES = ("name", "navn", "nimi", "isim")
PEOPLE = {name: Member(id="UMARI00000", name="Mari", handle=name) for name in NAMES}
LINE = LineContext(customers={fold(ACME.name): ACME}, people=PEOPLE)
_EXAMPLE = re.compile(r"`([^`]*)`")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def words_of(language: str) -> Words:
    """Return the words that somebody of this language may type."""
    languages = dict.fromkeys((language, "en"))
    return Words({meaning: TRANSLATORS.command_words(meaning, languages) for meaning in MEANINGS})


def reader_of(language: str) -> Reader:
    """Return what the reading of a line depends on."""
    return Reader(
        line=LINE,
        words=words_of(language),
        now=NOW,
        calendar=CALENDAR,
        languages=(language, "en"),
    )


def typed(meanings: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return each language's own words for some meanings."""
    return [
        (language, meaning, word)
        for language in LANGUAGES
        for meaning in meanings
        for word in TRANSLATORS.of(language).words(meaning)
    ]


def shouted(word: str, language: str) -> str:
    """Return a word in capitals, as its language writes them."""
    return (word.replace("i", "İ") if language == "tr" else word).upper()


# --- words ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_meaning_has_a_word_in_every_language(language: str) -> None:
    assert [meaning for meaning in MEANINGS if not TRANSLATORS.of(language).words(meaning)] == []


@pytest.mark.parametrize(("language", "verb", "word"), typed(VERBS))
def test_a_command_word_leads_to_its_command(language: str, verb: str, word: str) -> None:
    words = words_of(language)
    for spelled in (word, word.capitalize(), shouted(word, language)):
        assert read_task_command(f"{spelled} T-42", words) == ChangeTask(verb, REF, "")
        assert read_task_command(f"T-42 {spelled} x y", words) == ChangeTask(verb, REF, "x y")
        assert read_task_command(spelled, words) == ChangeTask(verb, None, "")


@pytest.mark.parametrize(("language", "verb", "word"), typed(VERBS))
def test_a_command_word_that_opens_a_sentence_records_it(language: str, verb: str, word: str) -> None:
    assert read_task_command(f"{word} Acme 42", words_of(language)) == RecordTask(f"{word} Acme 42")


@pytest.mark.parametrize(("language", "filter", "word"), typed(FILTERS))
def test_a_list_is_found_by_its_word(language: str, filter: str, word: str) -> None:
    words = words_of(language)
    for opening in words.of("list"):
        assert read_task_command(f"{opening} {word}", words) == ListTasks(filter=filter)
        assert read_task_command(f"{opening} {shouted(word, language)}", words) == ListTasks(filter=filter)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("meanings", [("list", *VERBS), FILTERS, ("high", "urgent"), ("task", "handoff")])
def test_no_word_means_two_things(language: str, meanings: tuple[str, ...]) -> None:
    words = words_of(language)
    said = [word for meaning in meanings for word in words.of(meaning)]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(("language", "meaning", "word"), typed(("list", *VERBS, "high", "urgent", "task", "handoff")))
def test_what_opens_a_command_is_one_word(language: str, meaning: str, word: str) -> None:
    assert word.isalpha(), (language, meaning)


@pytest.mark.parametrize(("language", "priority", "word"), typed(("high", "urgent")))
def test_a_priority_is_read_from_its_word(language: str, priority: str, word: str) -> None:
    read = read_task_line(f"Acme 42 !{word}", reader_of(language))
    assert (read.title, read.priority) == ("Acme 42", Priority(priority))


@pytest.mark.parametrize(("language", "_", "pattern"), typed(("for",)))
def test_the_customer_at_the_end_is_read_and_taken_out(language: str, _: str, pattern: str) -> None:
    read = read_task_line(f"Website {pattern.format('Acme')}", reader_of(language))
    assert (read.title, read.customer) == ("Website", ACME.number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_handoff_calls_its_fields_is_understood_in_a_line(language: str) -> None:
    t = TRANSLATORS.of(language)
    names = ("promised", "state", "next_step", "watch_out")
    line = "; ".join(f"{t(f'handoff.field.{name}')}: {name}" for name in names)
    terms = read_handoff_line(line, reader_of(language)).terms
    assert (terms.promised, terms.situation, terms.next_step, terms.watch_out) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_kept_that_nobody_reads(language: str) -> None:
    kept = {str(entry.id) for entry in read_catalog(LOCALES / f"{language}.po") if entry.context == "words"}
    assert kept == set(MEANINGS)


# --- examples ---


def examples(language: str) -> Iterator[tuple[str, int, str]]:
    """Yield what a catalog's messages tell people to type, filled in, with its key and its place there."""
    for entry in read_catalog(LOCALES / f"{language}.po"):
        key = str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)
        if key and entry.context != "words":
            strings = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
            shown = [match for string in strings for match in _EXAMPLE.findall(str(string))]
            shown += [str(entry.string)] if key.startswith("help.example.") else []
            for place, line in enumerate(line for line in shown if is_example(line)):
                yield key, place, filled(line, key)


def is_example(line: str) -> bool:
    """Tell whether a line is to be typed to Stafet as it stands; one that is a placeholder is none."""
    return not line.startswith(("/invite", "{"))


def filled(line: str, key: str) -> str:
    """Put something that they may stand for into a line's placeholders."""
    ref = "H-7" if key.startswith("handoff.") else str(REF)
    return _PLACEHOLDER.sub("Acme", line.replace("{ref}", ref))


EXAMPLES = {language: {(key, place): shown for key, place, shown in examples(language)} for language in LANGUAGES}
PLACES = [(language, *place) for language in LANGUAGES for place in EXAMPLES["en"]]


def meaning_of(line: str, language: str) -> object:
    """Say what a line comes to, whatever its language."""
    opening, _, text = line.partition(" ")
    match opening:
        case "/task":
            return task_meaning(text, language)
        case "/handoff":
            return handoff_meaning(text, language)
        case "/customer":
            return read_customer_command(text, words_of(language))
        case "/feedback":
            return feedback_meaning(text, language)
        case "/stafet":
            return "stafet", words_of(language).meaning(text, FORMS)
    asked = read_mention(line, words_of(language), bot_user="")
    assert asked, f"nobody understands {line!r}"
    return meaning_of(f"/{asked.asked} {asked.text}", language)


def task_meaning(text: str, language: str) -> object:
    """Say what `/task` is asked for, and for when."""
    match read_task_command(text, words_of(language)):
        case RecordTask():
            read = read_task_line(text, reader_of(language))
            return "record", read.assignee, read.due, read.customer, read.priority, read.notes
        case ChangeTask("move", ref, rest):
            due, reason = split_reason(rest, words_of(language))
            reading = read_due(due, now=NOW, calendar=CALENDAR, languages=(language, "en"))
            assert isinstance(reading, DueReading), due
            return "move", ref, replace(reading, span=(0, 0)), bool(reason)
        case ChangeTask("give", ref, rest):
            return "give", ref, read_task_line(rest, reader_of(language)).assignee
        case ChangeTask(verb, ref, rest):
            return verb, ref, bool(rest)
        case ListTasks(words=words) as wanted if words:
            return replace(wanted, words="")
        case command:
            return command


def handoff_meaning(text: str, language: str) -> object:
    """Say what `/handoff` is asked for: for whom, to whom, which fields are filled, what is promised by when."""
    command = read_handoff_command(text, words_of(language))
    if isinstance(command, AnswerHandoff):
        return command.verb, command.ref, bool(command.words), read_dated(command.words, reader_of(language))[1]
    if not isinstance(command, HandoffLine):
        return command
    read = read_handoff_line(text, reader_of(language))
    terms = read.terms
    fields = [bool(words) for words in (terms.promised, terms.situation, terms.next_step, terms.watch_out)]
    return terms.customer, terms.receiver, fields, [promise.due for promise in read.promises], read.notes


def feedback_meaning(text: str, language: str) -> object:
    """Say what `/feedback` is asked for: whom, about what, how, and whether in words of one's own."""
    command = read_feedback_command(text, words_of(language))
    if not isinstance(command, AskLine):
        return "answers", bool(command.words)
    asked = read_ask("", command.rest, LINE, words_of(language))
    return bool(command.person or command.handle), asked.about, asked.kind, bool(asked.question)


def split_reason(text: str, words: Words) -> tuple[str, str]:
    """Part a due time and the reason behind it."""
    for because in words.of("because"):
        due, found, reason = text.partition(f" {because} ")
        if found:
            return due, reason
    return text, ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_shows_the_same_examples(language: str) -> None:
    assert EXAMPLES[language].keys() == EXAMPLES["en"].keys()


@pytest.mark.parametrize(("language", "key", "place"), PLACES)
def test_an_example_means_the_same_in_every_language(language: str, key: str, place: int) -> None:
    shown = EXAMPLES[language][key, place]
    assert meaning_of(shown, language) == meaning_of(EXAMPLES["en"][key, place], "en"), shown


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("task.problem.unknown", ListTasks(filter="all")),
        ("task.problem.already_done", ChangeTask("reopen", REF, "")),
        ("task.problem.already_cancelled", ChangeTask("reopen", REF, "")),
        ("task.problem.undo_too_late", ChangeTask("cancel", REF, "")),
        ("task.problem.is_waiting", ChangeTask("resume", REF, "")),
        ("task.problem.who", ChangeTask("give", REF, "@name")),
        ("task.problem.blocked_by", ChangeTask("block", REF, "waiting for keys")),
        ("task.problem.unknown_filter", ListTasks(filter="mine")),
        ("due.problem.unread", ChangeTask("move", REF, "friday 15:00")),
        ("due.problem.missing", ChangeTask("move", REF, "friday 15:00 because the keys are late")),
    ],
)
def test_an_example_does_what_its_message_says(key: str, command: TaskCommand) -> None:
    assert read_task_command(EXAMPLES["en"][key, 0].removeprefix("/task "), words_of("en")) == command


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_new_task_gives_a_title_and_a_due_time(language: str) -> None:
    example = TRANSLATORS.of(language)("help.example.record").removeprefix("/task ")
    read = read_task_line(example, reader_of(language))
    assert read.due is not None
    assert (read.due.at.weekday(), read.due.at.hour) == (4, 13)
    assert len(read.title.split()) > 1
    assert read.notes == ()
