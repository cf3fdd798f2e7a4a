"""`/handoff …` and lines that ask for one: for whom, to whom, and the words in the field that they fit."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import Calendar, WeeklyHours
from bot.domain.commands import Note, Remark
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.handoffs import Terms
from bot.domain.members import Member
from bot.domain.references import handoff_ref
from bot.i18n.translator import Translators
from handlers.context import MEANINGS
from handlers.parsing.handoff_line import (
    AnswerHandoff,
    HandoffLine,
    ListHandoffs,
    OpenHandoffForm,
    ShowHandoff,
    only_names,
    read_handoff_command,
    read_handoff_line,
    read_promises,
)
from handlers.parsing.task_line import Reader
from handlers.parsing.words import Words

TRANSLATORS = Translators()
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)  # a Monday
CALENDAR = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), ZoneInfo("Europe/Copenhagen"))
ACME, BOREALIS = Customer(number=1, name="Acme"), Customer(number=2, name="Borealis Bau")
MARI = Member(id="UMARI", name="Mari Tamm", handle="mari")
GUEST = Member(id="UGUS", name="Gus", handle="gus", is_outsider=True)
PROMISE = "they were promised a draft by friday"


def reader(language: str = "en", *, channel: Customer | None = None) -> Reader:
    """Return what the reading of a line depends on."""
    languages = dict.fromkeys((language, "en"))
    return Reader(
        line=LineContext(
            customers={fold(customer.name): customer for customer in (ACME, BOREALIS)},
            people={"UMARI": MARI, "mari": MARI, "UGUS": GUEST},
            channel_customer=channel,
        ),
        words=Words({meaning: TRANSLATORS.command_words(meaning, languages) for meaning in MEANINGS}),
        now=NOW,
        calendar=CALENDAR,
        languages=tuple(languages),
        bot_user="UBOT",
    )


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("", OpenHandoffForm()),
        ("H-7", ShowHandoff(handoff_ref(7))),
        ("h7", ShowHandoff(handoff_ref(7))),
        ("list", ListHandoffs()),
        ("list in", ListHandoffs("in")),
        ("LIST Out", ListHandoffs("out")),
        ("list all", ListHandoffs("all")),
        ("list everything", ListHandoffs(None, "everything")),
        ("list of open points to <@UMARI>", HandoffLine("list of open points to <@UMARI>")),
        ("T-7", HandoffLine("T-7")),
        ("Acme to <@UMARI>: H-7", HandoffLine("Acme to <@UMARI>: H-7")),
    ],
)
def test_the_forms_of_the_command_are_told_apart(typed: str, command: object) -> None:
    assert read_handoff_command(typed, reader().words) == command


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", f"Acme to <@UMARI>: {PROMISE}"),
        ("en", f"acme to <@UMARI|mari> {PROMISE}"),
        ("en", f"Acme to @mari: {PROMISE}"),
        ("en", f"<@UBOT> Acme to <@UMARI>: {PROMISE}"),
        ("en", f"<@UMARI> Acme: {PROMISE}"),
        ("en", f"Acme <@UMARI>: {PROMISE}"),
        ("en", f"the Acme work to <@UMARI>: {PROMISE}"),
        ("da", f"Acme til <@UMARI>: {PROMISE}"),
        ("et", f"Acme <@UMARI>-le: {PROMISE}"),
        ("tr", f"Acme <@UMARI>'ye: {PROMISE}"),
        ("tr", f"Acme devri <@UMARI>’ye: {PROMISE}"),
    ],
)
def test_customer_receiver_and_words_are_parted_in_every_language(language: str, line: str) -> None:
    read = read_handoff_line(line, reader(language))
    assert read.terms == Terms(receiver="UMARI", customer=1, promised=PROMISE)
    assert read.notes == ()
    assert [promise.title for promise in read.promises] == ["they were promised a draft"]


@pytest.mark.parametrize(
    ("line", "terms"),
    [
        ("", Terms()),
        ("Acme", Terms(customer=1)),
        ("borealis  bau", Terms(customer=2)),
        ("to <@UMARI>", Terms(receiver="UMARI")),
        ("Acme to <@UMARI>", Terms(receiver="UMARI", customer=1)),
        (f"Acme: {PROMISE}", Terms(customer=1, promised=PROMISE)),
        (f"<@UMARI>: {PROMISE}", Terms(receiver="UMARI", promised=PROMISE)),
        (
            "they were promised a draft for Acme <@UMARI>",
            Terms(receiver="UMARI", customer=1, promised="they were promised a draft for Acme"),
        ),
        ("Acme: the draft at 15:00 goes to <@UMARI>", Terms(receiver="UMARI", customer=1, promised="x")),
    ],
)
def test_what_a_line_leaves_out_is_left_empty(line: str, terms: Terms) -> None:
    read = read_handoff_line(line, reader()).terms
    assert (read.receiver, read.customer) == (terms.receiver, terms.customer)
    assert read.promised == terms.promised or terms.promised == "x"


@pytest.mark.parametrize(
    ("language", "line", "verb", "said"),
    [
        ("en", "accept H-7", "accept", ""),
        ("en", "H-7 accept: I'll call Bo tomorrow", "accept", "I'll call Bo tomorrow"),
        ("en", "take H-7 over", "accept", ""),
        ("en", "decline H-7 I am away", "return", "I am away"),
        ("en", "ask H-7 which keys?", "ask", "which keys?"),
        ("en", "answer H-7: the blue ones", "answer", "the blue ones"),
        ("da", "overtag H-7", "accept", ""),
        ("da", "giv H-7 tilbage, jeg har ferie", "return", "jeg har ferie"),
        ("et", "võta H-7 vastu", "accept", ""),
        ("et", "TAGASTA H-7", "return", ""),
        ("tr", "H-7'yi devral", "accept", ""),
        ("tr", "H-7'yi kabul et", "accept", ""),
        ("tr", "H-7'yi geri ver izindeyim", "return", "izindeyim"),
    ],
)
def test_a_handoff_is_answered_by_words(language: str, line: str, verb: str, said: str) -> None:
    assert read_handoff_command(line, reader(language).words) == AnswerHandoff(verb, handoff_ref(7), said)


@pytest.mark.parametrize("line", ["cancel H-7", "give H-7 to @mari", "H-7 to @mari", "please accept H-7"])
def test_what_is_not_known_about_a_handoff_is_still_about_it(line: str) -> None:
    assert isinstance(read_handoff_command(line, reader().words), HandoffLine)
    assert only_names(read_handoff_line(line, reader())) == handoff_ref(7)


@pytest.mark.parametrize("line", ["Accept Ltd to @mari: a draft", "H-7 to @mari: a draft", "Acme to @mari"])
def test_what_says_more_than_a_handoffs_name_is_a_line_of_its_own(line: str) -> None:
    assert only_names(read_handoff_line(line, reader())) is None


def test_the_channels_customer_is_taken_where_none_is_named() -> None:
    assert read_handoff_line(f"<@UMARI>: {PROMISE}", reader(channel=BOREALIS)).terms.customer == 2


def test_words_go_into_the_field_that_they_begin_with() -> None:
    line = "Acme to <@UMARI>: a draft by friday; state: half done\nNext step: call Bo at 15:00\nwatch out: he is deaf"
    terms = read_handoff_line(line, reader()).terms
    assert (terms.promised, terms.situation) == ("a draft by friday", "half done")
    assert (terms.next_step, terms.watch_out) == ("call Bo at 15:00", "he is deaf")
    assert terms.missing == ()


def test_the_fields_have_names_in_every_language() -> None:
    for language in TRANSLATORS.languages:
        words = TRANSLATORS.of(language).words
        fields = [words(name)[0] for name in ("promised", "state", "next_step", "watch_out")]
        line = "Acme <@UMARI>\n" + "\n".join(f"{name}: {place}" for place, name in enumerate(fields))
        terms = read_handoff_line(line, reader(language)).terms
        assert (terms.promised, terms.situation, terms.next_step, terms.watch_out) == ("0", "1", "2", "3"), language


def test_an_unknown_customer_is_noted_and_the_name_stays_in_the_words() -> None:
    read = read_handoff_line(f"Zeta to <@UMARI>: {PROMISE}", reader(channel=ACME))
    assert read.terms.customer is None
    assert read.terms.promised == f"Zeta: {PROMISE}"
    assert read.notes == (Note(Remark.UNKNOWN_CUSTOMER, "Zeta"),)


@pytest.mark.parametrize(
    ("mention", "note"),
    [
        ("@nobody", Note(Remark.UNKNOWN_PERSON, "@nobody")),
        ("<@UGUS|gus>", Note(Remark.NOT_A_MEMBER, "<@UGUS>")),
    ],
)
def test_somebody_who_can_take_nothing_over_is_noted(mention: str, note: Note) -> None:
    read = read_handoff_line(f"Acme to {mention}: {PROMISE}", reader())
    assert read.terms == Terms(customer=1, promised=PROMISE)
    assert read.notes == (note,)


def test_each_line_that_names_a_time_is_a_promise() -> None:
    text = (
        "* The draft by friday 15:00\nA friendly tone\n\nThe invoice tomorrow\nThe rest on 3/4\nThe plan 1 january 2020"
    )
    promises, notes = read_promises(text, reader())
    assert [(promise.title, promise.due.at.isoformat()) for promise in promises] == [
        ("The draft", "2026-10-09T13:00:00+00:00"),
        ("The invoice", "2026-10-06T15:00:00+00:00"),
    ]
    assert {note.remark for note in notes} <= {Remark.UNREAD_TIME, Remark.PAST_TIME}
    assert len(notes) >= 1


@pytest.mark.parametrize(
    "text", ["😀" * 1000, ":" * 3000, "<@UMARI>" * 300, "a\n" * 1500, "%00 payload \u202e", ";" * 99]
)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read = read_handoff_line(text, reader())
    assert len(read.terms.promised) <= len(text) + 2
