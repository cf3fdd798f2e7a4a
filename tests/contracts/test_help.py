"""Every example of the help works: it is read by the command that it names, in every language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import Calendar, WeeklyHours
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.members import Member
from bot.domain.references import handoff_ref, task_ref
from bot.i18n.translator import Translators
from bot.views.help import TOPICS, help_message
from handlers import ROUTES
from handlers.context import MEANINGS
from handlers.parsing.customer_command import AddLine, LinkChannel, ShowCustomer, read_customer_command
from handlers.parsing.due_times import DueReading, read_due
from handlers.parsing.feedback_line import AskLine, read_ask, read_feedback_command
from handlers.parsing.handoff_line import (
    AnswerHandoff,
    HandoffLine,
    read_dated,
    read_handoff_command,
    read_handoff_line,
)
from handlers.parsing.task_command import ChangeTask, ListTasks, OpenForm, RecordTask, ShowTask, read_task_command
from handlers.parsing.task_line import Reader, read_task_line
from handlers.parsing.words import Words
from handlers.routes import Command
from handlers.stafet import FORMS

TRANSLATORS = Translators()
REF = task_ref(42)
ACME = Customer(number=1, name="Acme")
PEOPLE = {name: Member(id="UMARI", name="Mari", handle=name) for name in ("name", "navn", "nimi", "isim")}
EXAMPLES = [example for examples in TOPICS.values() for example in examples]

every_language = pytest.mark.parametrize("language", TRANSLATORS.languages)


def words_of(language: str) -> Words:
    """Gather the words that somebody of this language may type."""
    return Words({each: TRANSLATORS.command_words(each, (language, "en")) for each in MEANINGS})


def reader_of(language: str) -> Reader:
    """Gather what a reading depends on: a Monday morning, Acme, and one person by the name of the examples."""
    return Reader(
        line=LineContext(customers={fold(ACME.name): ACME}, people=PEOPLE),
        words=words_of(language),
        now=datetime(2027, 3, 1, 8, 0, tzinfo=UTC),
        calendar=Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), ZoneInfo("Europe/Copenhagen")),
        languages=(language, "en"),
    )


def typed(key: str, language: str, command: str) -> str:
    """Give what stands behind the command of an example."""
    example = TRANSLATORS.of(language)(f"help.example.{key}")
    name, _, text = example.partition(" ")
    assert name == command
    return text


@every_language
def test_every_example_names_a_command_that_is_heard(language: str) -> None:
    heard = {route.name for route in ROUTES if isinstance(route, Command)}
    named = {TRANSLATORS.of(language)(example).split()[0] for example in EXAMPLES}
    assert named <= heard


@every_language
def test_every_example_stands_in_the_help(language: str) -> None:
    t = TRANSLATORS.of(language)
    shown = str(help_message(t).payload)
    assert [example for example in EXAMPLES if f"`{t(example)}`" not in shown] == []


@every_language
def test_the_line_that_records_a_task_is_understood_in_full(language: str) -> None:
    command = read_task_command(typed("record", language, "/task"), words_of(language))
    assert isinstance(command, RecordTask)
    read = read_task_line(command.text, reader_of(language))
    assert (read.assignee, read.customer, read.notes) == ("UMARI", ACME.number, ())
    assert read.due is not None
    assert (read.due.wall.isoweekday(), read.due.wall.hour) == (5, 15)


@every_language
@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("form", OpenForm()),
        ("show", ShowTask(REF)),
        ("list", ListTasks(filter="mine")),
        ("late", ListTasks(filter="late")),
    ],
)
def test_lists_cards_and_forms_are_what_they_are(language: str, key: str, wanted: object) -> None:
    assert read_task_command(typed(key, language, "/task"), words_of(language)) == wanted


@every_language
@pytest.mark.parametrize("verb", ["done", "move", "give", "block"])
def test_changes_name_their_task_and_say_the_rest(language: str, verb: str) -> None:
    command = read_task_command(typed(verb, language, "/task"), words_of(language))
    assert isinstance(command, ChangeTask)
    assert (command.verb, command.ref, bool(command.rest)) == (verb, REF, verb != "done")


@every_language
def test_a_moved_task_finds_its_day_and_its_reason(language: str) -> None:
    words = words_of(language)
    command = read_task_command(typed("move", language, "/task"), words)
    assert isinstance(command, ChangeTask)
    because = next(word for word in words.of("because") if f" {word} " in command.rest)
    when, reason = command.rest.split(f" {because} ")
    reader = reader_of(language)
    due = read_due(when, now=reader.now, calendar=reader.calendar, languages=reader.languages)
    assert isinstance(due, DueReading)
    assert due.wall.isoweekday() == 1
    assert reason


@every_language
def test_the_handoff_names_its_customer_and_its_receiver(language: str) -> None:
    command = read_handoff_command(typed("handoff", language, "/handoff"), words_of(language))
    assert isinstance(command, HandoffLine)
    reading = read_handoff_line(command.text, reader_of(language))
    assert (reading.terms.receiver, reading.terms.customer) == ("UMARI", ACME.number)
    assert reading.terms.promised
    assert len(reading.promises) == 1
    assert reading.notes == ()


@every_language
@pytest.mark.parametrize("verb", ["accept", "return"])
def test_a_handoff_is_answered_with_the_words_that_it_needs(language: str, verb: str) -> None:
    command = read_handoff_command(typed(verb, language, "/handoff"), words_of(language))
    assert isinstance(command, AnswerHandoff)
    assert (command.verb, command.ref) == (verb, handoff_ref(7))
    assert (read_dated(command.words, reader_of(language))[1] is not None) is (verb == "accept")


@every_language
def test_the_question_names_its_person_and_what_it_is_about(language: str) -> None:
    words = words_of(language)
    command = read_feedback_command(typed("ask", language, "/feedback"), words)
    assert isinstance(command, AskLine)
    asked = read_ask("UMARI", command.rest, LineContext(), words)
    assert (command.handle in PEOPLE, asked.about, asked.question) == (True, REF, "")


@every_language
@pytest.mark.parametrize(
    ("key", "wanted"), [("add", AddLine("Acme")), ("link", LinkChannel("Acme")), ("customer", ShowCustomer("Acme"))]
)
def test_customers_are_added_linked_and_shown(language: str, key: str, wanted: object) -> None:
    assert read_customer_command(typed(key, language, "/customer"), words_of(language)) == wanted


@every_language
@pytest.mark.parametrize("key", ["me", "settings"])
def test_settings_are_found_by_their_word(language: str, key: str) -> None:
    assert words_of(language).meaning(typed(key, language, "/stafet"), FORMS) == key
