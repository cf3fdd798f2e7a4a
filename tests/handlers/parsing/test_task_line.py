"""What one line of `/task` means: who, when, for whom, how urgent; the rest is the title."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Calendar, WeeklyHours
from bot.domain.commands import AddTask, Remark
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.members import Member
from bot.domain.tasks import Priority
from bot.i18n.translator import Translators
from handlers.context import MEANINGS
from handlers.parsing.task_line import Reader, read_task_line
from handlers.parsing.words import Words

NOW = datetime(2026, 11, 18, 9, 20, tzinfo=UTC)  # Wednesday 10:20 in Copenhagen
COPENHAGEN = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), ZoneInfo("Europe/Copenhagen"))
ACME = Customer(number=1, name="Acme")
ACME_WEST = Customer(number=2, name="Acme West")
BOREALIS = Customer(number=3, name="Borealis")
MARI = Member(id="U2", name="Mari", handle="mari")
GUEST = Member(id="U9", name="Gus", handle="gus", is_outsider=True)
TRANSLATORS = Translators()


def read(text: str, language: str = "en", *, channel: Customer | None = None) -> AddTask:
    languages = tuple(dict.fromkeys((language, "en")))
    known = {fold(c.name): c for c in (ACME, ACME_WEST, BOREALIS)}
    line = LineContext(
        customers=known, people={"U2": MARI, "mari": MARI, "U9": GUEST, "gus": GUEST}, channel_customer=channel
    )
    words = Words({meaning: TRANSLATORS.command_words(meaning, languages) for meaning in MEANINGS})
    reader = Reader(line=line, words=words, now=NOW, calendar=COPENHAGEN, languages=languages, bot_user="UBOT")
    return read_task_line(text, reader)


@pytest.mark.parametrize(
    ("line", "title", "assignee", "due", "customer"),
    [
        ("Send the offer to Acme <@U2> friday 15:00", "Send the offer to Acme", "U2", "11-20 15:00", 1),
        ("Send the offer to Acme <@U2|mari> friday 15:00", "Send the offer to Acme", "U2", "11-20 15:00", 1),
        ("Send the offer to Acme @mari friday 15:00", "Send the offer to Acme", "U2", "11-20 15:00", 1),
        ("<@U2> clean the stairs for Borealis tomorrow", "clean the stairs", "U2", "11-19 17:00", 3),
        ("clean the stairs tomorrow for borealis", "clean the stairs", None, "11-19 17:00", 3),
        ("clean the stairs for Acme West", "clean the stairs", None, None, 2),
        ("Buy cake for Bo", "Buy cake for Bo", None, None, None),
        ("Call Acme West about the keys", "Call Acme West about the keys", None, None, 2),
        ("Give the keys to <@U2> friday", "Give the keys", "U2", "11-20 17:00", None),
        ("To <@U2|mari>: call Bo", "call Bo", "U2", None, None),
        ("<@U2>, call Bo", "call Bo", "U2", None, None),
        ("Ask <@U2> to call Bo", "Ask to call Bo", "U2", None, None),
        ("<@U2> friday", "<@U2> friday", "U2", "11-20 17:00", None),
        ("friday", "friday", None, "11-20 17:00", None),
        ("<@UBOT> <@U2> call Bo", "call Bo", "U2", None, None),
        ("in 2 hours: call Bo", "call Bo", None, "11-18 12:20", None),
    ],
)
def test_a_line_falls_into_its_parts(
    line: str, title: str, assignee: str | None, due: str | None, customer: int | None
) -> None:
    command = read(line)
    local = command.due and COPENHAGEN.local(command.due.at).strftime("%m-%d %H:%M")
    assert (command.title, command.assignee, local, command.customer) == (title, assignee, due, customer)


@pytest.mark.parametrize(
    ("language", "line", "title", "due", "customer"),
    [
        ("da", "Ring til kunden i morgen kl. 15 for Acme", "Ring til kunden", "11-19 15:00", 1),
        ("da", "Ring til Acme", "Ring til Acme", None, 1),
        ("tr", "Acme'ye teklifi gönder", "Acme'ye teklifi gönder", None, 1),
        ("et", "Helista kliendile homme kell 15 Acme jaoks", "Helista kliendile", "11-19 15:00", 1),
        ("tr", "Müşteriyi ara yarın 15:00 Acme için", "Müşteriyi ara", "11-19 15:00", 1),
    ],
)
def test_the_own_language_is_read(language: str, line: str, title: str, due: str | None, customer: int) -> None:
    command = read(line, language)
    local = command.due and COPENHAGEN.local(command.due.at).strftime("%m-%d %H:%M")
    assert (command.title, local, command.customer) == (title, due, customer)


def test_the_channels_customer_serves_where_none_is_named() -> None:
    assert read("Clean the stairs", channel=BOREALIS).customer == 3
    assert read("Clean the stairs at Acme", channel=BOREALIS).customer == 1


def test_other_mentions_watch_and_stay_in_the_title() -> None:
    command = read("<@U2> ask <@U3> about the keys")
    assert (command.assignee, command.watchers, command.title) == ("U2", ("U3",), "ask <@U3> about the keys")


@pytest.mark.parametrize(
    ("line", "language", "title"),
    [
        ("call <@U2> and <@U3> friday", "en", "call <@U3>"),
        ("call <@U2>, <@U3> friday", "en", "call <@U3>"),
        ("call <@U2> & <@U3> friday", "en", "call <@U3>"),
        ("ring til <@U2> og <@U3> fredag", "da", "ring <@U3>"),
        ("helista <@U2> ja <@U3> reedel", "et", "helista <@U3>"),
        ("<@U2> ve <@U3> Bo'yu arasın cuma", "tr", "<@U3> Bo'yu arasın"),
        ("call <@U2> and Bo friday", "en", "call and Bo"),
    ],
)
def test_what_joins_the_first_mention_to_the_next_goes_with_it(line: str, language: str, title: str) -> None:
    assert read(line, language).title == title


@pytest.mark.parametrize(
    ("line", "remark", "words"),
    [
        ("Call Bo @nobody", Remark.UNKNOWN_PERSON, "@nobody"),
        ("Call Bo <@U9>", Remark.NOT_A_MEMBER, "<@U9>"),
        ("Call Bo at 25:00", Remark.UNREAD_TIME, "at 25:00"),
        ("Call Bo on 31 february @nobody", Remark.UNREAD_TIME, "on 31 february"),
        ("Call Bo yesterday", Remark.PAST_TIME, "yesterday"),
        ("Call Bo at 09:00", Remark.ASSUMED_TOMORROW, ""),
        ("Call Bo friday at 3", Remark.ASSUMED_AFTERNOON, ""),
    ],
)
def test_what_was_guessed_or_not_read_is_noted(line: str, remark: Remark, words: str) -> None:
    notes = {note.remark: note.words for note in read(line).notes}
    assert notes[remark] == words


def test_priority_is_taken_out() -> None:
    assert read("Call Bo !urgent").priority is Priority.URGENT
    assert read("Call Bo !high tomorrow").title == "Call Bo"
    assert read("Wow!high").priority is Priority.NORMAL


@given(st.text(max_size=300))
def test_no_line_is_ever_refused(text: str) -> None:
    command = read(text)
    assert command.title == command.title.strip()
    assert bool(command.title) == bool(text.strip().strip(",;").strip() or text.strip())
