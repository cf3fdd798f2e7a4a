"""`/feedback …`: asking one person one question, or seeing what people answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.commands import AskPerson
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.errors import NotFound
from bot.domain.feedback import Kind
from bot.domain.references import Noun, Reference
from handlers.parsing.words import Words, lower

FEEDBACK_MEANINGS = ("ask", "about", *(kind.value for kind in Kind))
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|@(\S*[^\s.,:;?!])")
_TOKEN = re.compile(r"\S+")
_MOST_WORDS = 6
"""Words that a customer's name may have."""


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """`/feedback [CUSTOMER]`."""

    words: str


@dataclass(frozen=True, slots=True)
class AskLine:
    """`/feedback ask @user …`: a member's id or a typed handle, neither where nobody was named."""

    person: str | None
    handle: str | None
    rest: str


def read_feedback_command(text: str, words: Words) -> ShowAnswers | AskLine:
    """Tell the two forms of `/feedback` apart."""
    text = text.strip()
    first, rest = _split_first(text)
    if not words.meaning(first, ("ask",)):
        return ShowAnswers(text)
    match = _PERSON.match(rest)
    if match is None:
        return AskLine(None, None, rest)
    return AskLine(match[1], match[2], rest[match.end() :].strip(" \t\n,:"))


def read_ask(person: str, rest: str, known: LineContext, words: Words) -> AskPerson:
    """Read what a person is asked: about what, which kind, in which words. What is left is the question.

    Raises NotFound where it is about something unknown.
    """
    about: Reference | None = None
    kind: Kind | None = None
    while True:
        if kind is None and (taken := _take_kind(rest, words)):
            kind, rest = taken
        elif about is None and (found := _take_about(rest, known.customers, words)):
            about, rest = found
        else:
            return AskPerson(person=person, about=about, kind=kind, question=rest)


def _take_kind(rest: str, words: Words) -> tuple[Kind, str] | None:
    first, after = _split_first(rest)
    meaning = words.meaning(first.strip(",:"), tuple(Kind))
    return (Kind(meaning), after) if meaning else None


def _take_about(rest: str, customers: Mapping[str, Customer], words: Words) -> tuple[Reference, str] | None:
    """Take `about THING` off the beginning, in any of the person's languages; a bare reference will do."""
    tokens = list(_TOKEN.finditer(rest))
    for pattern in (*words.of("about"), "{}"):
        before, _, after = pattern.partition("{}")
        lead, tail = before.split(), after.split()
        if not _stand_at(tokens, 0, lead):
            continue
        for length in range(_MOST_WORDS, 0, -1):
            end = len(lead) + length
            thing = " ".join(token[0] for token in tokens[len(lead) : end])
            ref = _thing(thing, customers if lead or tail else {})
            if ref and len(tokens) >= end and _stand_at(tokens, end, tail):
                return ref, rest[tokens[end + len(tail) - 1].end() :].strip()
        if lead:
            unknown = " ".join(token[0] for token in tokens[len(lead) : len(lead) + 3])
            raise NotFound("feedback.problem.unknown_about", words=unknown)
    return None


def _split_first(text: str) -> tuple[str, str]:
    """Part the first word from the rest."""
    first, *more = text.split(None, 1) or [""]
    return first, more[0].strip() if more else ""


def _stand_at(tokens: "list[re.Match[str]]", at: int, wanted: list[str]) -> bool:
    there = [lower(token[0].strip(".,:;")) for token in tokens[at : at + len(wanted)]]
    return there == [lower(word) for word in wanted]


def _thing(text: str, customers: Mapping[str, Customer]) -> Reference | None:
    text = text.strip(".,:;")
    ref = Reference.read(text)
    if ref and ref.noun in (Noun.TASK, Noun.HANDOFF):
        return ref
    customer = customers.get(fold(text))
    return customer.ref if customer else None
