"""Cut a text into words, numbers and signs that compare alike in every language.

Words are folded to bare ASCII letters where they can be ("Çarşamba", "carsamba" and "ÇARŞAMBA" are one word): a
missing accent is then no obstacle, and Turkish I, İ, ı and i need no rule of their own.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_LETTERS = r"(?:[^\W\d_]++[\u0300-\u036f]*+)++"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_TOKEN = re.compile(
    rf"(?P<number>[0-9]+)(?:['’ʼ´`](?={_LETTERS}))?"
    rf"|(?P<word>{_LETTERS}(?:['’ʼ´`]{_LETTERS})*)"
    rf"|(?P<space>\s+)|(?P<nothing>{_INVISIBLE}+)"
    r"|(?P<sign>:[a-z][a-z0-9_+'-]*:|.)",  # an emoji is one sign
    re.DOTALL,
)
_OWN_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ı": "i", "đ": "d", "ł": "l", "ß": "ss"})
_APART = {"før": "foer", "geçe": "gecce"}  # "for" and "gece" without their accents, which mean something else
_APOSTROPHES = str.maketrans("", "", "'’ʼ´`")
_HUGE = 10**9


class Token(NamedTuple):
    """A word (folded), a number or a sign; `glued` where nothing stands between it and the one before."""

    text: str
    start: int
    end: int
    glued: bool
    number: int  # -1 for words and signs; what has more than nine digits is 10**9

    @property
    def is_number(self) -> bool:
        return self.number >= 0

    @property
    def is_word(self) -> bool:
        return self.number < 0 and self.text[:1].isalpha()


def tokenise(text: str) -> Sequence[Token]:
    """Return the tokens of a text, in order, with their places in it."""
    tokens: list[Token] = []
    glued = False
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "nothing"
        if kind == "space":
            glued = False
        elif kind != "nothing":
            raw, number = found[kind], -1
            if kind == "word":
                raw = fold(raw)
            elif kind == "number":
                number = int(raw) if len(raw) <= 9 else _HUGE
            tokens.append(Token(raw, *found.span(), glued, number))
            glued = True
    return tokens


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Return the word in small letters without accents and apostrophes."""
    lowered = word.lower()
    if lowered in _APART:
        return _APART[lowered]
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFD", lowered.translate(_OWN_LETTERS))
        lowered = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return lowered.translate(_APOSTROPHES)
