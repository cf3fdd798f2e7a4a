"""The words that people type for commands and filters, in their own language or in English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Alternatives by meaning: `done` → (`færdig`, `done`, …)."""

    by_meaning: Mapping[str, tuple[str, ...]]

    def of(self, meaning: str) -> tuple[str, ...]:
        """List the words for a meaning."""
        return self.by_meaning.get(meaning, ())

    def meaning(self, word: str, among: tuple[str, ...]) -> str | None:
        """Find what a word means, among some meanings."""
        folded = lower(word)
        return next((meaning for meaning in among if folded in map(lower, self.of(meaning))), None)


def lower(word: str) -> str:
    """Lower-case a word so that Turkish İ and I don't get in the way."""
    return word.replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
