"""A line of tokens seen with the words of one language."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from handlers.parsing.due_lexicon import Lexicon, Match
from handlers.parsing.due_tokens import Token
from handlers.parsing.due_values import Date, DaysAhead, Mark, MonthDay, Phrase, Week, Weekday, WeeksAhead

DAYS = (Date, DaysAhead, MonthDay, Week, WeeksAhead)


class Context(NamedTuple):
    """What a reader may know of the phrase so far: its pieces, and the words just before this place."""

    phrase: Phrase
    pending: Collection[Mark]

    @property
    def has_day(self) -> bool:
        return self.phrase.has(Weekday, *DAYS)

    @property
    def has_date(self) -> bool:
        return self.phrase.has(*DAYS)


class Line:
    """Tokens without what trails behind the last word, and the language they are read in."""

    __slots__ = ("is_sentence", "lexicon", "tokens", "words")

    def __init__(self, tokens: Sequence[Token], lexicon: Lexicon, *, is_sentence: bool) -> None:
        self.tokens = tokens
        self.words = tuple(token.text for token in tokens)
        self.lexicon = lexicon
        self.is_sentence = is_sentence  # else the whole text is meant to be a due time

    def number(self, i: int, *, digits: Collection[int] = (1, 2)) -> int | None:
        """Return the number at token i, if it has so many digits."""
        if i < len(self.tokens) and self.tokens[i].is_number and len(self.tokens[i].text) in digits:
            return self.tokens[i].number
        return None

    def is_sign(self, i: int, signs: str) -> bool:
        """Say whether one of the signs is glued to the token before."""
        return i < len(self.tokens) and self.tokens[i].glued and self.tokens[i].text in signs

    def glued_number(self, i: int, *, digits: Collection[int] = (1, 2)) -> int | None:
        return self.number(i, digits=digits) if i < len(self.tokens) and self.tokens[i].glued else None

    def continues_number(self, i: int) -> bool:
        """Say whether more digits are glued on: 27.11 of 27.11.2026."""
        return self.is_sign(i, ".:/-") and self.glued_number(i + 1, digits=range(1, 4000)) is not None

    def glued_case(self, i: int) -> Match[bool] | None:
        """Return the case ending glued to a number: "15'te", "15-ks"."""
        if i >= len(self.tokens) or not self.tokens[i].glued:
            return None
        if self.tokens[i].text == "-" and i + 1 < len(self.tokens) and self.tokens[i + 1].glued:
            i += 1
        return self.lexicon.cases.at(self.words, i)

    def skip(self, i: int, sign: str) -> int:
        """Return the place after the sign, if it is there."""
        return i + 1 if i < len(self.tokens) and self.tokens[i].text == sign else i
