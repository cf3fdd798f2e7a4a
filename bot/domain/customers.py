"""Customers: whom the team serves."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.references import Noun, Reference

LONGEST_NAME = 80
_MOST_WORDS = 6
"""Words of a name up to which it is found in a text."""
_ENDING = re.compile(r"['’][^\W_]+$")  # Acme's, Acme'ye
_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer. `contacts` are Slack user ids of the customer's own people."""

    number: int
    name: str
    language: str | None = None
    owner: str | None = None
    channel: str | None = None
    shared_channel: str | None = None
    contacts: tuple[str, ...] = ()

    @property
    def ref(self) -> Reference:
        """Name this customer in the timeline and in messages' keys."""
        return Reference(Noun.CUSTOMER, self.number)


def fold(name: str) -> str:
    """Make a name comparable: case, accents' form and spaces don't matter.

    Turkish İ and ı both fold to i, so that `INKA`, `Inka` and `ınka` are one customer.
    """
    plain = unicodedata.normalize("NFKC", name).replace("İ", "i").replace("ı", "i").casefold()
    return " ".join(plain.split())


def name_candidates(text: str) -> set[str]:
    """List every folded run of words in `text` that could be a customer's name."""
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)][:400]
    runs = ((first, last) for first in range(len(words)) for last in range(first, min(first + _MOST_WORDS, len(words))))
    named = {text[words[first][0] : words[last][1]] for first, last in runs}
    named |= {_ENDING.sub("", name) for name in named}
    return {fold(name) for name in named}


def longest_named(text: str, customers: Iterable[Customer]) -> Customer | None:
    """Find the customer whose name stands in `text`: the longest wins, then the first in the text."""
    named = name_candidates(text)
    folded = fold(text)
    there = [c for c in customers if fold(c.name) in named]
    return min(there, key=lambda c: (-len(c.name), folded.find(fold(c.name))), default=None)


def closest_name(typed: str, names: Iterable[str]) -> str | None:
    """Find the name that was most likely meant: the only one that begins so, else the most alike."""
    by_folded = {fold(name): name for name in names}
    wanted = fold(typed)
    begins = [folded for folded in by_folded if wanted and folded.startswith(wanted)]
    alike = begins if len(begins) == 1 else difflib.get_close_matches(wanted, by_folded, n=1, cutoff=0.6)
    return by_folded[alike[0]] if alike else None
