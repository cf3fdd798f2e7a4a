"""Things that a line names by reference, in whatever order people put their words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.references import Noun, Reference
from handlers.parsing.words import Words

_WORD = re.compile(r"<@[^>]*>\S*|\S+")
_PERSON = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>|@[^\W_]")
_ENDING = re.compile(r"(?<=\d)['’`]\w{1,6}$")
_EDGES = ".,:;!"
_LONGEST_VERB = 2


@dataclass(frozen=True, slots=True)
class NamedThing:
    """What a line says around the thing that it names: `say T-42 behind` is ahead, and behind."""

    ref: Reference
    ahead: str
    behind: str

    def verb(self, words: Words, among: tuple[str, ...]) -> tuple[str, str] | None:
        """Find what is to be done with it, and the words that are left: `take H-7 over`, `H-7 accept`."""
        before, after = self.ahead.split(), self.behind.split()
        for length in range(_LONGEST_VERB, max(0, len(before) - 1), -1):
            said = (*before, *after[: length - len(before)])
            verb = words.meaning(" ".join(said).rstrip(_EDGES), among)
            if verb:
                return verb, _after(self.behind, length - len(before))
        return None


def words_in(text: str) -> Sequence[str]:
    """Part a line into its words; a mention is one."""
    return _WORD.findall(text)


def is_person(word: str) -> bool:
    """Tell whether a word names a person."""
    return _PERSON.match(word) is not None


def reference_of(word: str, noun: Noun) -> Reference | None:
    """Read `T-42`, `t-42.` or `T-42'yi`, where it is of this kind."""
    ref = Reference.read(_ENDING.sub("", word.strip(_EDGES)))
    return ref if ref and ref.noun is noun else None


def first_named(text: str, noun: Noun) -> NamedThing | None:
    """Find the first thing of a kind that a line names."""
    for match in _WORD.finditer(text):
        ref = reference_of(match[0], noun)
        if ref:
            return NamedThing(ref, text[: match.start()].strip(), text[match.end() :].strip(" \t\n,:;"))
    return None


def _after(text: str, count: int) -> str:
    """Give what stands behind so many words."""
    rest = text.split(None, count)
    return rest[count].strip() if len(rest) > count else ""
