"""Where in a task line a due time stands, if it stands there at all (the rules are told in `due_times`)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from handlers.parsing.due_grammar import read_phrase
from handlers.parsing.due_lexicon import Lexicon
from handlers.parsing.due_line import DAYS, Line
from handlers.parsing.due_tokens import Token
from handlers.parsing.due_values import (
    Clock,
    Date,
    DayHour,
    DaysAhead,
    EndOf,
    Firmness,
    Lapse,
    Mark,
    MonthDay,
    Phrase,
    Unclear,
    Weekday,
    WeeksAhead,
)

_LONGEST = 16  # tokens of a phrase at the end of a line
_LONG_WORD = 4
_DASHES = "-–—"
_FEWEST_MINUTES = 10  # in words, behind an hour


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase to be taken out of the line; without one, words to be asked about."""

    span: tuple[int, int]
    phrase: Phrase | None

    def reads_more_than(self, other: "Candidate") -> bool:
        """Say whether this holds the other's words and more."""
        (start, end), (other_start, other_end) = self.span, other.span
        return start <= other_start and other_end <= end and (start, end) != (other_start, other_end)


def find_candidate(
    text: str, tokens: Sequence[Token], lexicon: Lexicon, all_known: Iterable[Lexicon]
) -> Candidate | None:
    """Return what one language makes of the line."""
    stop = _before_signs(tokens, len(tokens))
    words = tuple(token.text for token in tokens)
    for start in range(max(0, stop - 3), stop):
        courtesy = lexicon.courtesies.at(words, start)
        if courtesy and courtesy.end == stop:
            stop = _before_signs(tokens, start)
    line = Line(tokens[:stop], lexicon, is_sentence=True)
    places = [i for i, token in enumerate(line.tokens) if token.number >= 0 or token.text in lexicon.starts]
    if not places:
        return None
    search = _Search(line, places, text, tokens, tuple(all_known))
    found = search.at_end() or search.at_start() or search.in_middle() or search.before_verb()
    return search.joined(found) if found else None


def _before_signs(tokens: Sequence[Token], stop: int) -> int:
    while stop and not (tokens[stop - 1].is_number or tokens[stop - 1].is_word):
        stop -= 1
    return stop


@dataclass(frozen=True, slots=True)
class _Search:
    line: Line
    places: Sequence[int]  # where a phrase may begin
    text: str
    tokens: Sequence[Token]
    all_known: Sequence[Lexicon]
    phrases: dict[int, Phrase | None] = field(default_factory=dict)  # by their first token, as they are read

    @property
    def stop(self) -> int:
        return len(self.line.tokens)

    def _phrase_at(self, i: int) -> Phrase | None:
        if i not in self.phrases:
            self.phrases[i] = read_phrase(self.line, i)
        return self.phrases[i]

    # The three places.

    def at_end(self) -> Candidate | None:
        if not (self.line.tokens[-1].is_number or self.line.words[-1] in self.line.lexicon.ends):
            return None
        is_claimed = False
        for start in self.places:
            phrase = self._phrase_at(start) if start >= self.stop - _LONGEST else None
            if phrase is None or phrase.end != self.stop:
                continue
            if start and not self._is_bound(phrase):
                if self._would_lose_its_day(phrase):
                    return Candidate(self._span(phrase), None)
                continue
            if is_claimed and not (self.line.lexicon.openers.at(self.line.words, start) and Mark.BY in phrase.marks):
                continue
            if self._is_claimed(phrase):
                is_claimed = True
            elif candidate := self._judged_after_claim(phrase) if is_claimed else self._judged(phrase):
                return candidate
        return None

    def _judged_after_claim(self, phrase: Phrase) -> Candidate:
        """Take the "by friday" of "for monday by friday"; ask about "for monday by 15:00"."""
        return Candidate(self._span(phrase), phrase if phrase.has(*DAYS, Weekday, EndOf) else None)

    def at_start(self) -> Candidate | None:
        phrase = self._phrase_at(0) if self.places[0] == 0 else None
        if phrase is None or self._is_followed(phrase) or self._is_claimed(phrase):
            return None
        is_separated = phrase.end < len(self.tokens) and self.tokens[phrase.end].text in ":,–—-;"
        if is_separated or self._is_strong(phrase) or Mark.ON in phrase.marks:
            return self._judged(phrase)
        if set(phrase.pieces) == {Weekday} and _firmness(phrase) is Firmness.FIRM:
            return Candidate(self._span(phrase), None)
        return None

    def in_middle(self) -> Candidate | None:
        strong = [phrase for phrase in self._phrases() if self._is_strong(phrase)]
        if len(strong) > 1:
            return Candidate((self._span(strong[0])[0], self._span(strong[-1])[1]), None)
        return self._judged(strong[0]) if strong else None

    def before_verb(self) -> Candidate | None:
        """Look before a verb at the end: "cuma günü gönder"; a bare weekday may be a name, and is asked about.

        A last word in i, ı, u or ü is no verb but the rest of a name: "pazar araştırması".
        """
        last = self.line.tokens[-1]
        if not self.line.lexicon.words.verb_comes_last or not last.is_word or last.text[-1] in "iu":
            return None
        phrase = next((phrase for phrase in self._phrases() if phrase.end == self.stop - 1), None)
        if phrase is None or not phrase.has(*DAYS, Weekday, EndOf, Unclear):
            return None
        weekday = phrase.get(Weekday)
        is_bare = weekday is not None and weekday.which is None and len(phrase.pieces) == 1 and not phrase.marks
        return Candidate(self._span(phrase), None) if is_bare else self._judged(phrase)

    def _phrases(self) -> Iterator[Phrase]:
        read_to = 1
        for i in self.places:
            phrase = self._phrase_at(i) if i >= read_to else None
            if phrase is None:
                continue
            if not (self._is_claimed(phrase) or self._is_followed(phrase)) and self._is_bound(phrase):
                yield phrase
            read_to = phrase.end

    # What is taken.

    def joined(self, found: Candidate) -> Candidate:
        """Ask where its day, or its hour, stands elsewhere in the line: "On friday send the offer at 15:00"."""
        phrase = found.phrase
        if phrase is None or phrase.has(Lapse):
            return found
        has_day = phrase.has(*DAYS, Weekday, EndOf)
        if has_day and (phrase.has(Clock, DayHour) or phrase.marks & {Mark.BY, Mark.TOWARD}):
            return found
        apart = [self._span(other) for other in self._around(phrase) if (_is_hour if has_day else _is_day)(other)]
        spans = [found.span, *apart]
        return Candidate((min(spans)[0], max(end for _, end in spans)), None) if apart else found

    def _around(self, phrase: Phrase) -> Iterator[Phrase]:
        """Yield what else in the line is a phrase by itself; the words after it may be anything."""
        read_to = 0
        for i in self.places:
            if i < read_to or phrase.start <= i < phrase.end:
                continue
            other = self._phrase_at(i)
            if other is None or (other.start < phrase.start < other.end):
                continue
            read_to = other.end
            is_bound = not i or self._is_bound(other)
            if is_bound and not (i and self._is_claimed(other)) and _firmness(other) is Firmness.FIRM:
                yield other

    def _judged(self, phrase: Phrase) -> Candidate | None:
        """Take the phrase, ask about it, or leave it: by how firm it is and what touches it."""
        span = self._span(phrase)
        if self._touches_time(phrase):
            return Candidate(span, None)
        match _firmness(phrase):
            case Firmness.LOOSE:
                return None
            case Firmness.ASK | Firmness.DOUBTFUL:
                return None if self._is_numbered(phrase) else Candidate(span, None)
        return Candidate(span, phrase)

    def _is_strong(self, phrase: Phrase) -> bool:
        if phrase.has(Unclear) or _firmness(phrase) is not Firmness.FIRM:
            return False
        if phrase.marks & {Mark.BY, Mark.TOWARD, Mark.IN}:
            return True
        clock, day = phrase.get(Clock), phrase.get(Date)
        if clock and (Mark.AT in phrase.marks or phrase.has(Weekday, Date, DaysAhead, MonthDay)):
            return True
        return phrase.has(DaysAhead) or (day is not None and day.year is not None)

    def _is_numbered(self, phrase: Phrase) -> bool:
        """Say whether the number belongs to the word before it: "version 3.11", "Ubuntu 24.04", "step 3/4"."""
        tokens, start = self.line.tokens, phrase.start
        if not start or not tokens[start].is_number:
            return False
        sign = tokens[start + 1].text if phrase.end > start + 1 else ""
        is_name = sign == "." and self.text[tokens[start - 1].start].isupper()
        if is_name and not self.line.lexicon.words.dot_is_clock:
            return True
        return any(lexicon.numbered.ends_at(self.line.words, start) for lexicon in self.all_known)

    def _is_bound(self, phrase: Phrase) -> bool:
        """Say whether the phrase begins a word of its own: not the 1.2 of "v1.2"."""
        before, first = self.line.tokens[phrase.start - 1], self.line.tokens[phrase.start]
        if before.is_number and first.is_number and len(before.text) < _LONG_WORD:
            return False  # of a telephone number
        if before.text == ":" and phrase.start > 1 and self.line.tokens[phrase.start - 2].is_number and first.glued:
            return False  # the 00:00 of "15:00:00"
        return not first.glued or before.text in "([,;:—–"

    def _would_lose_its_day(self, phrase: Phrase) -> bool:
        """Say whether "item 17 26.11.2026 12:00" and "offer/26.11.2026 12:00" would be taken for today at 12:00."""
        tokens, start, day = self.line.tokens, phrase.start, phrase.get(Date)
        if not tokens[start].glued:
            return self._is_strong(phrase)
        if not tokens[start - 1].is_word and (start < 2 or tokens[start - 2].is_number):
            return False  # inside a number
        is_dated = day is not None and (day.year is not None or tokens[start - 1].text == "/")
        return is_dated and list(phrase.pieces) in ([Date, Clock], [Date, DayHour])

    def _is_claimed(self, phrase: Phrase) -> bool:
        """Say whether the words before make the phrase a part of the sentence."""
        tokens, start, lexicon = self.line.tokens, phrase.start, self.line.lexicon
        if self._is_moved(phrase) or Mark.ONTO in phrase.marks:
            return True
        # Two spaces: a name was taken out in between, "give the keys to @mari friday".
        if lexicon.governors.ends_at(self.line.words, start) and tokens[start].start - tokens[start - 1].end < 2:
            return True
        endings = lexicon.words.governing_endings
        return start > 0 and Mark.IN in phrase.marks and tokens[start - 1].text.endswith(endings)

    def _is_moved(self, phrase: Phrase) -> bool:
        if Mark.BY in phrase.marks:
            return False
        return self.line.lexicon.movers.has_any(self.line.words)

    def _is_followed(self, phrase: Phrase) -> bool:
        """Say whether the words after make the phrase a part of the sentence."""
        after = self.tokens[phrase.end : phrase.end + 2]
        if after and after[0].glued and after[0].text not in ":,;.!)]":
            return True
        if len(after) == 2 and after[0].text in _DASHES and after[1].is_number:
            return True  # "at 10:00 - 11:00"
        return Mark.BY not in phrase.marks and bool(self.line.lexicon.followers.at(self.line.words, phrase.end))

    def _touches_time(self, phrase: Phrase) -> bool:
        """Say whether a word of time stands beside the phrase and isn't part of it."""
        start = phrase.start
        tokens = self.line.tokens
        if start and tokens[start - 1].is_number and not phrase.marks:
            return tokens[start - 1].number <= 31
        joined = self._before_conjunction(start)
        if joined not in (0, start) and tokens[joined - 1].is_number and Mark.BY not in phrase.marks:
            return True  # "between 2 and 3", "10:00 - 11:00"
        if any(self._time_ends_at(place, lexicon) for place in {start, joined} for lexicon in self.all_known):
            return joined == start or Mark.BY not in phrase.marks
        return self._counts_on(phrase) or any(self._time_begins_at(phrase.end, lexicon) for lexicon in self.all_known)

    def _counts_on(self, phrase: Phrase) -> bool:
        """Say whether numbers follow that may be hours or minutes of it: "tomorrow 9-10", "kell üheksa kolmkümmend"."""
        tokens, dash = self.line.tokens, phrase.end
        while dash < self.stop and (tokens[dash].is_number or tokens[dash].text in ":."):
            dash += 1
        if phrase.end < dash < self.stop - 1 and tokens[dash].text in _DASHES and tokens[dash + 1].is_number:
            return True
        number = self.line.lexicon.numbers.at(self.line.words, phrase.end)
        return number is not None and number.value >= _FEWEST_MINUTES and phrase.has(Clock)

    def _time_ends_at(self, end: int, lexicon: Lexicon) -> bool:
        tokens, words, is_own = self.line.tokens, self.line.words, lexicon is self.line.lexicon
        if end < 1 or not (is_own or len(words[end - 1]) >= _LONG_WORD):
            return False
        weekday = lexicon.weekdays.ends_at(words, end)
        if weekday and weekday.value.firmness is not Firmness.DOUBTFUL and (is_own or not weekday.value.firmness.value):
            return True
        if end > 1 and tokens[end - 2].is_number and lexicon.months.ends_at(words, end):
            return True
        piece = lexicon.whole_pieces.ends_at(words, end)
        return piece is not None and (is_own or isinstance(piece.value, DaysAhead | WeeksAhead | EndOf))

    def _time_begins_at(self, start: int, lexicon: Lexicon) -> bool:
        tokens, words, is_own = self.line.tokens, self.line.words, lexicon is self.line.lexicon
        if start >= len(tokens) or not (is_own or len(words[start]) >= _LONG_WORD):
            return False
        weekday = lexicon.weekdays.at(words, start)
        if weekday and weekday.value.firmness is Firmness.FIRM:
            return True
        opener = lexicon.openers.at(words, start)
        if opener and opener.value is Mark.AT and opener.end < len(tokens) and tokens[opener.end].is_number:
            return True
        hour = lexicon.hours.at(words, start)
        if is_own and hour and hour.mark is Mark.AT:
            return True  # the "üçte" of "yarın üçte ara"
        piece = lexicon.whole_pieces.at(words, start)
        return piece is not None and (is_own or isinstance(piece.value, DaysAhead | WeeksAhead | EndOf))

    def _before_conjunction(self, start: int) -> int:
        if start and self.line.tokens[start - 1].text in _DASHES:
            return start - 1
        for first in range(max(0, start - 3), start):  # "ya da" are two words
            found = self.line.lexicon.conjunctions.at(self.line.words, first)
            if found and found.end == start:
                return first
        return start

    def _span(self, phrase: Phrase) -> tuple[int, int]:
        """Return the phrase's place with the signs that set it apart."""
        first, last = phrase.start, phrase.end
        while first and self.tokens[first - 1].text in "([,;:—–-|":
            if self.tokens[first - 1].glued and self.tokens[first - 1].text == "-":
                break
            first -= 1
        while last < len(self.tokens) and self.tokens[last].text in ")].,;:!?–—-|":
            last += 1
        return self.tokens[first].start, self.tokens[last - 1].end


def _is_day(phrase: Phrase) -> bool:
    """Say whether it tells a day to come, and no other's: "on friday", "tomorrow"; not the date of a document."""
    ahead, lapse = phrase.get(DaysAhead), phrase.get(Lapse)
    if ahead or lapse:
        return (ahead is not None and ahead.days > 0) or (lapse is not None and not lapse.minutes)
    return phrase.has(Weekday) or (phrase.has(Date) and (phrase.start == 0 or bool(phrase.marks)))


def _is_hour(phrase: Phrase) -> bool:
    return phrase.has(Clock)


def _firmness(phrase: Phrase) -> Firmness:
    """Return how firm the phrase is: a doubtful piece is firm beside a preposition or another piece."""
    firmnesses = {piece.firmness for piece in phrase.pieces.values()}
    if Firmness.DOUBTFUL in firmnesses and not phrase.has(Date):
        return Firmness.DOUBTFUL if phrase.has(Clock) else Firmness.LOOSE
    weakest = max(firmnesses, key=lambda firmness: firmness.value)
    if len(phrase.pieces) > 1:
        return Firmness.FIRM
    if phrase.marks and (weakest is Firmness.ASK or phrase.has(Weekday)):
        return Firmness.FIRM
    return weakest
