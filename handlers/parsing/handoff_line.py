"""`/handoff …` and lines that ask for a handoff: for whom, to whom, and the words in the field that they fit."""

import re
from dataclasses import dataclass, replace

from bot.domain.commands import Note, Remark
from bot.domain.customers import Customer, fold, longest_named
from bot.domain.handoffs import DatedPromise, Terms
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Due
from handlers.parsing.due_times import DueProblem, DueReading, find_due
from handlers.parsing.named_things import first_named
from handlers.parsing.task_line import Reader, assumptions, due_of, problem_note
from handlers.parsing.words import Words

LISTS = ("in", "out", "all")
FIELDS = ("promised", "state", "next_step", "watch_out")
ANSWERS = ("accept", "return", "ask", "answer")
HANDOFF_MEANINGS = ("in", "out", "to", "accept", "return", "answer", *FIELDS)
"""What people may type a word for in a handoff."""

_LONGEST_NAME = 4
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w@./])@([^\W_](?:[\w.-]*\w)?)")
_SUFFIX = re.compile(r"(?:['’`]\w{1,5}|-\w{1,3})(?!\w)")  # @mari'ye, @mari-le
_COLON = re.compile(r":(?=\s|$)")
_EDGES = " \t\r\n:,;–—-"


@dataclass(frozen=True, slots=True)
class OpenHandoffForm:
    """`/handoff` alone."""


@dataclass(frozen=True, slots=True)
class ShowHandoff:
    """`/handoff H-7`."""

    ref: Reference


@dataclass(frozen=True, slots=True)
class ListHandoffs:
    """`/handoff list …`; `filter` None: all that waits for me or because of me. `words` are what isn't known."""

    filter: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AnswerHandoff:
    """`/handoff accept H-7 …`: `verb` is one of ANSWERS, `words` what was said besides."""

    verb: str
    ref: Reference
    words: str = ""


@dataclass(frozen=True, slots=True)
class HandoffLine:
    """`/handoff …`: a line that offers a handoff."""

    text: str


HandoffCommand = OpenHandoffForm | ShowHandoff | ListHandoffs | AnswerHandoff | HandoffLine


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffReading:
    """What was understood of a line, and what was named that nobody knows."""

    terms: Terms
    promises: tuple[DatedPromise, ...] = ()
    notes: tuple[Note, ...] = ()


def read_handoff_command(text: str, words: Words) -> HandoffCommand:
    """Tell the forms of `/handoff` apart; whatever is none of the others offers a handoff."""
    text = text.strip()
    if not text:
        return OpenHandoffForm()
    first, _, rest = text.partition(" ")
    ref = Reference.read(text.rstrip(".,:;"))
    if ref and ref.noun is Noun.HANDOFF:
        return ShowHandoff(ref)
    if words.meaning(first, ("list",)) and len(rest.split()) <= 1:
        wanted = words.meaning(rest.strip(), LISTS) if rest.strip() else None
        return ListHandoffs(wanted, "" if wanted else rest.strip())
    named = first_named(text, Noun.HANDOFF)
    asked = named.verb(words, ANSWERS) if named else None
    if named and asked:
        verb, said = asked
        return AnswerHandoff(verb, named.ref, said)
    return HandoffLine(text)


def only_names(reading: HandoffReading) -> Reference | None:
    """Find the handoff that a line is about, where it says nothing else that is understood: `give H-7 to @mari`."""
    name = next((note.words for note in reading.notes if note.remark is Remark.UNKNOWN_CUSTOMER), "")
    named = first_named(name, Noun.HANDOFF)
    return named.ref if named and reading.terms.promised == name else None


def read_handoff_line(text: str, reader: Reader) -> HandoffReading:
    """Read a line. A name that nobody knows is noted, and its words are kept."""
    address = _part(_without_bot(text, reader.bot_user), reader)
    customer = _customer(address.name, address.words, reader)
    notes, words = address.notes, address.words
    if address.name and customer is None:
        notes = (*notes, Note(Remark.UNKNOWN_CUSTOMER, address.name))
        words = f"{address.name}: {words}" if words else address.name
    terms = replace(
        _by_field(words, reader.words),
        receiver=address.receiver,
        customer=customer.number if customer else None,
    )
    promises, remarks = read_promises(terms.promised, reader)
    return HandoffReading(terms=terms, promises=promises, notes=(*notes, *remarks))


def read_promises(text: str, reader: Reader) -> tuple[tuple[DatedPromise, ...], tuple[Note, ...]]:
    """Find the lines that promise something by a time, and note the times that can't be taken."""
    promises: list[DatedPromise] = []
    notes: list[Note] = []
    for line in filter(str.strip, text.splitlines()):
        title, due, remarks = read_dated(line, reader)
        notes += remarks
        if due:
            promises.append(DatedPromise(title=title, due=due))
    return tuple(promises), tuple(notes)


def read_dated(line: str, reader: Reader) -> tuple[str, Due | None, tuple[Note, ...]]:
    """Part words from the time that they name: the words without it, the time, and remarks about it."""
    found = find_due(line, now=reader.now, calendar=reader.calendar, languages=reader.languages)
    if isinstance(found, DueProblem):
        return line.strip(), None, (problem_note(found, line),)
    if not isinstance(found, DueReading):
        return line.strip(), None, ()
    before, after = line[: found.span[0]].strip(), line[found.span[1] :].strip()
    title = f"{before} {after}".strip(_EDGES + ".*•") or line.strip()
    return title, due_of(found, reader.calendar), assumptions(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """Who and for whom, parted from the words. `name` is what stands where a customer's name does."""

    name: str = ""
    words: str = ""
    receiver: str | None = None
    notes: tuple[Note, ...] = ()


def _part(text: str, reader: Reader) -> _Address:
    """Part `NAME to @person: WORDS`, or what there is of it."""
    match, colon = _MENTION.search(text), _COLON.search(text)
    if match is None:
        return _part_without_receiver(text, colon, reader.words)
    receiver, notes = _receiver(match, reader)
    if colon and colon.start() < match.start():
        return replace(_part_without_receiver(text, colon, reader.words), receiver=receiver, notes=notes)
    suffix = _SUFFIX.match(text, match.end())
    before, after = text[: match.start()], text[suffix.end() if suffix else match.end() :]
    name = _without_preposition(before, reader.words)
    if len(name.split()) > _LONGEST_NAME:
        return _Address(words=f"{before.rstrip()} {after.lstrip()}".strip(_EDGES), receiver=receiver, notes=notes)
    if not name:
        name, after = _name_in_front(after, reader)
    return _Address(name=name, words=after.strip(_EDGES), receiver=receiver, notes=notes)


def _part_without_receiver(text: str, colon: re.Match[str] | None, words: Words) -> _Address:
    """Part `NAME: WORDS`; a few words alone are a name, many are the words."""
    name = (text[: colon.start()] if colon else text).strip(_EDGES)
    if len(name.split()) > _LONGEST_NAME or _label(words).match(text.strip()):
        return _Address(words=text.strip(_EDGES))
    return _Address(name=name, words=text[colon.end() :].strip(_EDGES) if colon else "")


def _receiver(match: re.Match[str], reader: Reader) -> tuple[str | None, tuple[Note, ...]]:
    member = reader.line.people.get(match[1] or match[2].lower())
    if member and not member.may_act:
        return None, (Note(Remark.NOT_A_MEMBER, f"<@{member.id}>"),)
    if member is None and match[2]:
        return None, (Note(Remark.UNKNOWN_PERSON, match[0]),)
    return (member.id if member else match[1]), ()


def _without_preposition(text: str, words: Words) -> str:
    """Take `to` off the end, as in `Acme to @mari`."""
    name = text.strip(_EDGES)
    first, _, last = name.rpartition(" ")
    return first.strip(_EDGES) if words.meaning(last, ("to",)) else name


def _name_in_front(text: str, reader: Reader) -> tuple[str, str]:
    """Take a known customer's name off the front: `@mari Acme: WORDS`."""
    colon = _COLON.search(text)
    name = text[: colon.start()].strip(_EDGES) if colon else text.strip(_EDGES)
    if fold(name) not in reader.line.customers:
        return "", text
    return name, text[colon.end() :] if colon else ""


def _customer(name: str, words: str, reader: Reader) -> Customer | None:
    known = reader.line.customers
    if name:
        return known.get(fold(name)) or longest_named(name, known.values())
    return longest_named(words, known.values()) or reader.line.channel_customer


def _by_field(text: str, words: Words) -> Terms:
    """Put words into the fields that they begin with, `next step: call Bo`; without one they are what was promised."""
    label = _label(words)
    found = list(label.finditer(text))
    starts = [(match.start(), match.end(), str(match.lastgroup)) for match in found]
    parts: dict[str, list[str]] = {"promised": [text[: starts[0][0]] if starts else text]}
    for place, (_, start, name) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else len(text)
        parts.setdefault(name, []).append(text[start:end])
    said = {name: "\n".join(filter(None, (part.strip(" \t\r\n;") for part in each))) for name, each in parts.items()}
    return Terms(
        promised=said.get("promised", ""),
        situation=said.get("state", ""),
        next_step=said.get("next_step", ""),
        watch_out=said.get("watch_out", ""),
    )


def _label(words: Words) -> re.Pattern[str]:
    """Match the name of a field and its colon, at the start of a line or behind a semicolon."""
    groups = (
        f"(?P<{name}>{'|'.join(map(re.escape, sorted(words.of(name), key=len, reverse=True)))})"
        for name in FIELDS
        if words.of(name)
    )
    return re.compile(rf"(?:^|;)[ \t]*(?:{'|'.join(groups)})[ \t]*:", re.IGNORECASE | re.MULTILINE)


def _without_bot(text: str, bot_user: str) -> str:
    return text.replace(f"<@{bot_user}>", " ", 1) if bot_user else text
