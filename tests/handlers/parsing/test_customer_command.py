"""`/customer`: the forms that it has, and the line that adds a customer."""

import pytest

from bot.domain.commands import Remark
from bot.domain.members import Member
from bot.i18n.translator import Translators
from bot.slack.text import channels_named, from_message
from handlers.context import MEANINGS
from handlers.parsing.customer_command import (
    AddLine,
    CustomerCommand,
    LinkChannel,
    ListCustomers,
    OpenCustomerForm,
    ShowCustomer,
    ShowHere,
    read_customer_command,
    read_new_customer,
)
from handlers.parsing.words import Words

TRANSLATORS = Translators()
MARI = Member(id="UMARI", name="Mari", handle="mari")
SAM = Member(id="USAM", name="Sam", handle="sam", is_outsider=True)
PEOPLE = {"UMARI": MARI, "mari": MARI, "USAM": SAM, "sam": SAM}
CHANNELS = {"acme": "C1", "acme-shared": "C2"}


def words_of(language: str) -> Words:
    """Gather the words of a language and English ones."""
    return Words({each: TRANSLATORS.command_words(each, (language, "en")) for each in MEANINGS})


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", ShowHere()),
        ("  ", ShowHere()),
        ("add", OpenCustomerForm()),
        ("ADD  Acme Nordic #acme", AddLine("Acme Nordic #acme")),
        ("link", LinkChannel("")),
        ("link Acme", LinkChannel("Acme")),
        ("list", ListCustomers()),
        ("List Brothers", ShowCustomer("List Brothers")),
        ("Acme", ShowCustomer("Acme")),
        ("Additive Ltd", ShowCustomer("Additive Ltd")),
    ],
)
def test_each_form_is_told_from_the_others(text: str, command: CustomerCommand) -> None:
    assert read_customer_command(text, words_of("en")) == command


@pytest.mark.parametrize(
    ("language", "text", "command"),
    [
        ("da", "tilføj Acme", AddLine("Acme")),
        ("da", "liste", ListCustomers()),
        ("et", "LISA Acme", AddLine("Acme")),
        ("et", "seo Acme", LinkChannel("Acme")),
        ("tr", "ekle", OpenCustomerForm()),
        ("tr", "BAĞLA Acme", LinkChannel("Acme")),
        ("tr", "add Acme", AddLine("Acme")),
    ],
)
def test_people_type_their_own_words_or_english_ones(language: str, text: str, command: CustomerCommand) -> None:
    assert read_customer_command(text, words_of(language)) == command


@pytest.mark.parametrize(
    ("text", "name", "channel", "owner"),
    [
        ("Acme", "Acme", None, None),
        ("Acme #acme @mari", "Acme", "C1", "UMARI"),
        ("<@UMARI|mari> #acme Acme & Sons", "Acme & Sons", "C1", "UMARI"),
        ("Acme, <#CPRIVATE>", "Acme", "CPRIVATE", None),
        ("#acme Acme #acme", "Acme", "C1", None),
        ("Tool #1", "Tool #1", None, None),
        ("R&D@Work", "R&D@Work", None, None),
        ("#acme", "", "C1", None),
    ],
)
def test_a_line_is_a_name_a_channel_and_an_owner(text: str, name: str, channel: str | None, owner: str | None) -> None:
    read = read_new_customer(text, channels=CHANNELS, people=PEOPLE)
    assert (read.name, read.channel, read.owner) == (name, channel, owner)
    assert read.notes == ()


@pytest.mark.parametrize(
    ("text", "remark", "words"),
    [
        ("Acme @nobody", Remark.UNKNOWN_OWNER, "@nobody"),
        ("Acme #nowhere", Remark.UNKNOWN_CHANNEL, "#nowhere"),
        ("Acme @mari <@UDENIZ>", Remark.EXTRA_OWNER, "<@UDENIZ>"),
        ("Acme #acme #acme-shared", Remark.EXTRA_CHANNEL, "<#C2>"),
        ("Acme @sam", Remark.TAKEN_AS_CONTACT, "<@USAM>"),
    ],
)
def test_what_is_left_out_or_taken_otherwise_is_noted(text: str, remark: Remark, words: str) -> None:
    read = read_new_customer(text, channels=CHANNELS, people=PEOPLE)
    assert read.name == "Acme"
    assert [(note.remark, note.words) for note in read.notes] == [(remark, words)]


def test_somebody_from_outside_becomes_a_contact_once() -> None:
    read = read_new_customer("Acme @sam @sam", channels=CHANNELS, people=PEOPLE)
    assert read.contacts == ("USAM",)
    assert read.owner is None


def test_a_channel_keeps_its_id_beside_the_words_that_people_read() -> None:
    raw = "add Acme &amp; Sons <#C0ACME1|acme> <#CPRIV1> <#CPRIV2|>"
    assert from_message(raw) == "add Acme & Sons #acme <#CPRIV1> <#CPRIV2>"
    assert channels_named(raw) == {"acme": "C0ACME1"}
