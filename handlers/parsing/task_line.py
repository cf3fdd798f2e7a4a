"""A line that records a task: who, when, for whom, how urgent, and what is left is the title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.calendar import Calendar
from bot.domain.commands import AddTask, Note, Remark
from bot.domain.customers import Customer, fold, longest_named
from bot.domain.details import LineContext
from bot.domain.tasks import Due, Priority
from handlers.parsing.due_times import Assumption, DueProblem, DueReading, find_due
from handlers.parsing.words import Words

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w@./])@([^\W_](?:[\w.-]*\w)?)")
_ASSUMED = {Assumption.TOMORROW: Remark.ASSUMED_TOMORROW, Assumption.AFTERNOON: Remark.ASSUMED_AFTERNOON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Everything that a reading depends on besides the text."""

    line: LineContext
    words: Words
    now: datetime
    calendar: Calendar
    languages: Sequence[str]
    bot_user: str = ""


def read_task_line(text: str, reader: Reader) -> AddTask:
    """Read a line; it never fails: what wasn't understood stays in the title and is noted."""
    read = AddTask(title=text)
    rest = _without_bot(text, reader.bot_user)
    rest, read = _take_people(rest, read, reader)
    rest, read = _take_priority(rest, read, reader.words)
    rest, customer = _take_customer(rest, reader)
    rest, read = _take_due(rest, read, reader)
    if customer is None:
        rest, customer = _take_customer(rest, reader)
    customer = customer or longest_named(rest, reader.line.customers.values()) or reader.line.channel_customer
    title = _tidy(rest) or _tidy(_without_bot(text, reader.bot_user)) or text.strip()
    return replace(read, title=title, customer=customer.number if customer else None)


def due_of(reading: DueReading, calendar: Calendar) -> Due:
    """Keep the local intent beside the instant."""
    return Due(at=reading.at, wall=reading.wall, zone=calendar.zone.key if reading.wall else None)


def assumptions(reading: DueReading) -> tuple[Note, ...]:
    """Say what was guessed about a due time."""
    return tuple(Note(_ASSUMED[assumed]) for assumed in sorted(reading.assumed) if assumed in _ASSUMED)


def problem_note(problem: DueProblem, text: str) -> Note:
    """Say what could not be taken as a due time."""
    remark = Remark.PAST_TIME if problem.kind == "past" else Remark.UNREAD_TIME
    return Note(remark, text[slice(*problem.span)].strip())


def _without_bot(text: str, bot_user: str) -> str:
    return text.replace(f"<@{bot_user}>", " ", 1) if bot_user else text


def _take_people(text: str, read: AddTask, reader: Reader) -> tuple[str, AddTask]:
    """Take the first mention out as the assignee; the others watch and stay in the title."""
    taken: tuple[int, int] | None = None
    for match in _MENTION.finditer(text):
        id, handle = match[1], match[2]
        member = reader.line.people.get(id or handle.lower())
        if member is None and handle:
            read = replace(read, notes=(*read.notes, Note(Remark.UNKNOWN_PERSON, f"@{handle}")))
        elif member is not None and not member.may_act:
            read = replace(read, notes=(*read.notes, Note(Remark.NOT_A_MEMBER, match[0])))
        elif taken is None:
            taken, read = match.span(), replace(read, assignee=member.id if member else id)
        else:
            read = replace(read, watchers=(*read.watchers, member.id if member else id))
    watchers = tuple(dict.fromkeys(id for id in read.watchers if id != read.assignee))
    return _cut(text, taken), replace(read, watchers=watchers)


def _take_priority(text: str, read: AddTask, words: Words) -> tuple[str, AddTask]:
    for priority in (Priority.URGENT, Priority.HIGH):
        names = "|".join(re.escape(word) for word in words.of(priority.value))
        match = re.search(rf"(?<!\S)!(?:{names})(?!\w)", text, re.IGNORECASE)
        if match:
            return _cut(text, match.span()), replace(read, priority=priority)
    return text, read


def _take_due(text: str, read: AddTask, reader: Reader) -> tuple[str, AddTask]:
    found = find_due(text, now=reader.now, calendar=reader.calendar, languages=reader.languages)
    if isinstance(found, DueReading):
        due = due_of(found, reader.calendar)
        return _cut(text, found.span), replace(read, due=due, notes=(*read.notes, *assumptions(found)))
    if isinstance(found, DueProblem):
        return text, replace(read, notes=(*read.notes, problem_note(found, text)))
    return text, read


def _take_customer(text: str, reader: Reader) -> tuple[str, Customer | None]:
    """Take `for NAME` off the end where NAME is a known customer; an unknown name is just a word."""
    tail = text.rstrip(" \t\n.!,")
    for pattern in reader.words.of("for"):
        before, _, after = pattern.partition("{}")
        for customer in reader.line.customers.values():
            phrase = rf"(?<!\w){re.escape(before.strip())}\s*" if before.strip() else r"(?<!\w)"
            name = r"\s+".join(map(re.escape, customer.name.split()))
            match = re.search(rf"{phrase}{name}{_suffix(after)}$", tail, re.IGNORECASE)
            if match and fold(customer.name) in fold(match[0]):
                return text[: match.start()], customer
    return text, None


def _suffix(after: str) -> str:
    return rf"\s+{re.escape(after.strip())}" if after.startswith(" ") and after.strip() else re.escape(after.strip())


def _cut(text: str, span: tuple[int, int] | None) -> str:
    """Take a span out and leave one space at the seam."""
    if span is None:
        return text
    before, after = text[: span[0]], text[span[1] :]
    return before.rstrip(" \t") + (" " if before.strip() and after.strip() else "") + after.lstrip(" \t")


def _tidy(title: str) -> str:
    return title.strip().strip(",;").strip()
