"""A line that records a task: who, when, for whom, how urgent, and what is left is the title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.calendar import Calendar
from bot.domain.commands import AddTask, Note, Remark
from bot.domain.customers import Customer, longest_named
from bot.domain.details import LineContext
from bot.domain.tasks import Due, Priority
from handlers.parsing.due_times import Assumption, DueProblem, DueReading, Trouble, find_due
from handlers.parsing.words import Words

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(?<![\w@./])@([^\W_](?:[\w.-]*\w)?)")
_CASE = re.compile(r"(?:['’`]\w{1,5}|-\w{1,3})(?!\w)")  # @mari'ye, @mari-le
_SIGN_BEHIND = re.compile(r"\s*[:,]")
_ASSUMED = {
    Assumption.TOMORROW: Remark.ASSUMED_TOMORROW,
    Assumption.AFTERNOON: Remark.ASSUMED_AFTERNOON,
    Assumption.NEXT_WEEK: Remark.ASSUMED_NEXT_WEEK,
}

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Everything that a reading depends on besides the text."""

    line: LineContext
    words: Words
    now: datetime
    calendar: Calendar
    languages: Sequence[str]
    bot_user: str = ""


@dataclass(slots=True)
class _Sheet:
    """A line under reading: what was taken is blanked out, so that places stay where they are."""

    text: str
    taken: list[Span] = field(default_factory=list)

    @property
    def left(self) -> str:
        """Give what is left to read, as long as the text."""
        return _blanked(self.text, self.taken)

    def take(self, span: Span) -> None:
        """Take a part out."""
        self.taken.append(span)

    def title(self) -> str:
        """Join what is left, one space at each seam."""
        rest = self.text
        for start, end in sorted(self.taken, reverse=True):
            before, after = rest[:start].rstrip(" \t"), rest[end:].lstrip(" \t")
            rest = f"{before} {after}" if before and after else before + after
        return _tidy(rest)


def read_task_line(text: str, reader: Reader) -> AddTask:
    """Read a line; it never fails: what wasn't understood stays in the title and is noted."""
    sheet = _Sheet(text)
    if reader.bot_user and f"<@{reader.bot_user}>" in text:
        at = text.index(f"<@{reader.bot_user}>")
        sheet.take((at, at + len(reader.bot_user) + 3))
    whole = sheet.title()
    read = _take_people(sheet, AddTask(title=text), reader)
    read = _take_priority(sheet, read, reader.words)
    customer = _take_customer(sheet, reader)
    read = _take_due(sheet, read, reader)
    customer = customer or _take_customer(sheet, reader)
    known = reader.line.customers.values()
    customer = customer or (longest_named(sheet.left, known) if known else None) or reader.line.channel_customer
    title = sheet.title() or whole or text.strip()
    return replace(read, title=title, customer=customer.number if customer else None)


def due_of(reading: DueReading, calendar: Calendar) -> Due:
    """Keep the local intent beside the instant."""
    return Due(at=reading.at, wall=reading.wall, zone=calendar.zone.key if reading.wall else None)


def assumptions(reading: DueReading) -> tuple[Note, ...]:
    """Say what was guessed about a due time."""
    return tuple(Note(_ASSUMED[assumed]) for assumed in sorted(reading.assumed))


def problem_note(problem: DueProblem, text: str) -> Note:
    """Say what could not be taken as a due time."""
    remark = Remark.PAST_TIME if problem.kind is Trouble.PAST else Remark.UNREAD_TIME
    return Note(remark, text[slice(*problem.span)].strip())


def _take_people(sheet: _Sheet, read: AddTask, reader: Reader) -> AddTask:
    """Take the first mention out as the assignee; the others watch and stay in the title."""
    for match in _MENTION.finditer(sheet.left):
        id, handle = match[1], match[2]
        member = reader.line.people.get(id or handle.lower())
        if member is None and handle:
            read = replace(read, notes=(*read.notes, Note(Remark.UNKNOWN_PERSON, f"@{handle}")))
        elif member is not None and not member.may_act:
            read = replace(read, notes=(*read.notes, Note(Remark.NOT_A_MEMBER, match[0])))
        elif read.assignee is None:
            sheet.take(_with_what_binds_it(match, reader.words))
            read = replace(read, assignee=member.id if member else id)
        else:
            read = replace(read, watchers=(*read.watchers, member.id if member else id))
    watchers = tuple(dict.fromkeys(id for id in read.watchers if id != read.assignee))
    return replace(read, watchers=watchers)


def _with_what_binds_it(match: re.Match[str], words: Words) -> Span:
    """Find what goes with a mention when it is taken out: `to @mari`, `@mari'ye`, `@mari için`, `@mari:` in front."""
    text, (start, end) = match.string, match.span()
    case = _CASE.match(text, end)
    end = case.end() if case else end
    for pattern in words.of("whom"):
        before, _, after = pattern.partition("{}")
        ahead = re.search(rf"(?<!\w){re.escape(before.strip())}\s+$", text[:start], re.IGNORECASE) if before else None
        behind = re.compile(rf"\s+{re.escape(after.strip())}(?!\w)", re.IGNORECASE).match(text, end) if after else None
        start = ahead.start() if ahead else start
        end = behind.end() if behind else end
    end = _behind_and(text, end, words)
    sign = None if text[:start].strip() else _SIGN_BEHIND.match(text, end)
    return start, sign.end() if sign else end


def _behind_and(text: str, end: int, words: Words) -> int:
    """Find what joins a mention to the next one: without the first, "call @mari and @deniz" is "call @deniz"."""
    joining = "|".join(map(re.escape, words.of("and")))
    joined = re.compile(rf"(?:\s*[,&+]|\s+(?:{joining}))(?=\s+<?@)", re.IGNORECASE).match(text, end)
    return joined.end() if joined else end


def _take_priority(sheet: _Sheet, read: AddTask, words: Words) -> AddTask:
    if "!" not in sheet.text:
        return read
    for priority in (Priority.URGENT, Priority.HIGH):
        names = "|".join(re.escape(word) for word in words.of(priority.value))
        match = re.search(rf"(?<!\S)!(?:{names})(?!\w)", sheet.left, re.IGNORECASE)
        if match:
            sheet.take(match.span())
            return replace(read, priority=priority)
    return read


def _take_due(sheet: _Sheet, read: AddTask, reader: Reader) -> AddTask:
    """Take the due time out; people who are named around it don't stand in its way."""
    left = _blanked(sheet.left, (match.span() for match in _MENTION.finditer(sheet.left)))
    found = find_due(left, now=reader.now, calendar=reader.calendar, languages=reader.languages)
    if isinstance(found, DueReading):
        sheet.take(found.span)
        return replace(read, due=due_of(found, reader.calendar), notes=(*read.notes, *assumptions(found)))
    if isinstance(found, DueProblem):
        return replace(read, notes=(*read.notes, problem_note(found, sheet.text)))
    return read


def _take_customer(sheet: _Sheet, reader: Reader) -> Customer | None:
    """Take `for NAME` off the end where NAME is a known customer; an unknown name is just a word."""
    tail = sheet.left.rstrip(" \t\n.!,")
    for pattern in reader.words.of("for"):
        before, _, after = pattern.partition("{}")
        for customer in reader.line.customers.values():
            name = r"\s+".join(map(re.escape, customer.name.split()))
            match = re.search(rf"{_opening(before)}{name}{_ending(after)}$", tail, re.IGNORECASE)
            if match:
                sheet.take(match.span())
                return customer
    return None


def _opening(before: str) -> str:
    return rf"(?<!\w){re.escape(before.strip())}\s+" if before.strip() else r"(?<!\w)"


def _ending(after: str) -> str:
    return rf"\s+{re.escape(after.strip())}" if after.startswith(" ") else re.escape(after)


def _blanked(text: str, spans: Iterable[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _tidy(title: str) -> str:
    return title.strip().strip(",;").strip()
