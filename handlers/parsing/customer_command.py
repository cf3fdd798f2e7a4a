"""`/customer …`: which of its forms was typed, and what a line that adds a customer says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.commands import AddCustomer, Note, Remark
from bot.domain.members import Member
from handlers.parsing.words import Words

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w@./])@([^\W_](?:[\w.-]*\w)?)")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)>|(?<![\w#&])#([^\W_][\w-]*)")


@dataclass(frozen=True, slots=True)
class ShowHere:
    """`/customer` alone: the customer of this channel, else the list."""


@dataclass(frozen=True, slots=True)
class OpenCustomerForm:
    """`/customer add` alone."""


@dataclass(frozen=True, slots=True)
class AddLine:
    """`/customer add …`."""

    text: str


@dataclass(frozen=True, slots=True)
class LinkChannel:
    """`/customer link NAME`; `name` is empty where none was given."""

    name: str


@dataclass(frozen=True, slots=True)
class ListCustomers:
    """`/customer list`."""


@dataclass(frozen=True, slots=True)
class ShowCustomer:
    """`/customer NAME`."""

    name: str


CustomerCommand = ShowHere | OpenCustomerForm | AddLine | LinkChannel | ListCustomers | ShowCustomer


def read_customer_command(text: str, words: Words) -> CustomerCommand:
    """Tell the forms of `/customer` apart; whatever is none of the others is a name."""
    text = " ".join(text.split())
    if not text:
        return ShowHere()
    first, _, rest = text.partition(" ")
    match words.meaning(first, ("add", "link", "list")):
        case "add":
            return AddLine(rest) if rest else OpenCustomerForm()
        case "link":
            return LinkChannel(rest)
        case "list" if not rest:
            return ListCustomers()
    return ShowCustomer(text)


def read_new_customer(text: str, *, channels: Mapping[str, str], people: Mapping[str, Member]) -> AddCustomer:
    """Read `Acme #channel @owner`; what is neither a channel nor a person is the name, and nothing is dropped silently.

    `channels` are ids by name, `people` members by id and by handle. Somebody from outside is a contact.
    """
    read = _Reading(channels, people)
    rest = _MENTION.sub(read.take_person, text)
    rest = _CHANNEL.sub(read.take_channel, rest)
    return AddCustomer(
        name=" ".join(rest.split()).strip(",;: "),
        owner=read.owner,
        channel=read.channel,
        contacts=tuple(dict.fromkeys(read.contacts)),
        notes=tuple(read.notes),
    )


class _Reading:
    """What was taken out of a line so far."""

    def __init__(self, channels: Mapping[str, str], people: Mapping[str, Member]) -> None:
        self._channels = channels
        self._people = people
        self.owner: str | None = None
        self.channel: str | None = None
        self.contacts: list[str] = []
        self.notes: list[Note] = []

    def take_person(self, match: re.Match[str]) -> str:
        id, handle = match[1], match[2]
        member = self._people.get(id or handle.lower())
        found = member.id if member else id
        if found is None:
            self.notes.append(Note(Remark.UNKNOWN_OWNER, f"@{handle}"))
        elif member is not None and not member.may_act:
            self.contacts.append(found)
            self.notes.append(Note(Remark.TAKEN_AS_CONTACT, f"<@{found}>"))
        elif self.owner in (None, found):
            self.owner = found
        else:
            self.notes.append(Note(Remark.EXTRA_OWNER, f"<@{found}>"))
        return " "

    def take_channel(self, match: re.Match[str]) -> str:
        id = match[1] or self._channels.get(match[2])
        if id is None and match[2].isdigit():
            return match[0]
        if id is None:
            self.notes.append(Note(Remark.UNKNOWN_CHANNEL, match[0]))
        elif self.channel in (None, id):
            self.channel = id
        else:
            self.notes.append(Note(Remark.EXTRA_CHANNEL, f"<#{id}>"))
        return " "
