"""When is it due? Read a due time from words: understood completely, or not at all.

`read_due` takes a text that is nothing but a due time; `find_due` looks for one in a task line:

1. The longest phrase at the very end of the line wins: "Send the offer to Acme friday 15:00".
2. Else the one at the very start: "Tomorrow: call Bo". A bare weekday there is asked about ("Monday meeting notes").
3. Else a strong one in the middle, if it is the only one: a deadline ("by friday", "reedeks", "cumaya kadar"), a day
   with a clock time, "at 15:00", tomorrow, a date with its year, "in 2 hours".

Nothing is taken that a word before it claims for the sentence: "the friday", "the meeting on friday" is taken, "move
it to friday" is not (None: the words stay in the title). Beside a verb that moves things in time only a plain deadline
counts. Words of time that touch a phrase and don't belong to it make a problem of it, in whichever language they
are: "friday in two weeks", "fredag at 15:00". So does a day that stands apart from its hour: "On friday send the offer
at 15:00" is asked about, and never taken for today at 15:00.

Of two languages the one that reads more words wins, then the person's own.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.calendar import Calendar
from handlers.parsing.due_grammar import MOST_TOKENS, read_phrase
from handlers.parsing.due_lexicon import Lexicon, all_lexicons
from handlers.parsing.due_line import Line
from handlers.parsing.due_resolve import resolve
from handlers.parsing.due_search import Candidate, find_candidate
from handlers.parsing.due_tokens import Token, tokenise
from handlers.parsing.due_values import Assumption, DueProblem, DueReading, Trouble

__all__ = ["Assumption", "DueProblem", "DueReading", "Trouble", "find_due", "read_due"]

_SEARCHED = 1500
"""Characters at each end of a line; what stands between is not searched, or a long message would hold up everybody."""


def read_due(
    text: str, *, now: datetime, calendar: Calendar, languages: Sequence[str]
) -> DueReading | DueProblem | None:
    """Read a text that is meant to be a due time; None if there is none."""
    tokens = _without_frame(tokenise(text))
    if not tokens:
        return None
    span = (tokens[0].start, tokens[-1].end)
    for lexicon in _lexicons(languages):
        line = Line(tokens[: MOST_TOKENS + 1], lexicon, is_sentence=False)
        lead_in = lexicon.lead_ins.at(line.words, 0)
        phrase = read_phrase(line, lead_in.end if lead_in else 0)
        if phrase is not None and not any(token.text != "." for token in tokens[phrase.end :]):
            return resolve(phrase, span, now=now, calendar=calendar)
    return DueProblem(span, Trouble.UNREADABLE)


def find_due(
    text: str, *, now: datetime, calendar: Calendar, languages: Sequence[str]
) -> DueReading | DueProblem | None:
    """Find the due time in a task line; see above for what is taken."""
    text = _without_middle(text)
    tokens = tokenise(text)
    best: Candidate | None = None
    for lexicon in _lexicons(languages):
        candidate = find_candidate(text, tokens, lexicon, all_lexicons().values())
        if candidate is not None and (best is None or candidate.reads_more_than(best)):
            best = candidate
    if best is None:
        return None
    if best.phrase is None:
        return DueProblem(best.span, Trouble.UNREADABLE)
    return resolve(best.phrase, best.span, now=now, calendar=calendar)


def _without_middle(text: str) -> str:
    """Blank out the middle of a long text, whole words of it, so that places stay where they are."""
    if len(text) <= 2 * _SEARCHED:
        return text
    head, tail = text[:_SEARCHED], text[-_SEARCHED:]
    head = head[: len(head) - len(re.split(r"\s", head)[-1])]
    tail = tail[len(re.split(r"\s", tail, maxsplit=1)[0]) :]
    return head + "\n" * (len(text) - len(head) - len(tail)) + tail


def _lexicons(languages: Sequence[str]) -> list[Lexicon]:
    known = all_lexicons()
    return [known[language] for language in dict.fromkeys(languages) if language in known]


def _without_frame(tokens: Sequence[Token]) -> Sequence[Token]:
    """Drop the signs around the words; the dot of "27.11." stays, to be read or not."""
    first, last = 0, len(tokens)
    while first < last and not (tokens[first].is_number or tokens[first].is_word or tokens[first].text == "@"):
        first += 1
    while last > first and not (tokens[last - 1].is_number or tokens[last - 1].is_word):
        last -= 1
    if first < last < len(tokens) and tokens[last].text == "." and tokens[last].glued and tokens[last - 1].is_number:
        last += 1
    return tokens[first:last]
