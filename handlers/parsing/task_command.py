"""`/task …`: which of its forms was typed. Only shapes are decided here; nothing is looked up."""

import re
from dataclasses import dataclass

from bot.domain.errors import NotFound
from bot.domain.references import Noun, Reference
from handlers.parsing.words import Words

VERBS = ("done", "reopen", "cancel", "move", "give", "block", "wait", "resume")
FILTERS = ("mine", "late", "today", "week", "all")
_ONE_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|@(\S+)")
_TOO_LONG = re.compile(r"[Tt]-?[0-9]{10,}")
_LONGEST_NAME = 3


@dataclass(frozen=True, slots=True)
class OpenForm:
    """`/task` alone."""


@dataclass(frozen=True, slots=True)
class RecordTask:
    """`/task …`: a line that records a task."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowTask:
    """`/task T-42`."""

    ref: Reference


@dataclass(frozen=True, slots=True)
class ChangeTask:
    """`/task VERB T-42 …`; `ref` None where none was named."""

    verb: str
    ref: Reference | None
    rest: str


@dataclass(frozen=True, slots=True)
class ListTasks:
    """`/task list …`: a known filter, a person, or words that may name a customer."""

    filter: str | None = None
    person: str | None = None
    handle: str | None = None
    words: str = ""

    @property
    def may_be_a_sentence(self) -> bool:
        """Tell whether the words are too many for a customer's name."""
        return len(self.words.split()) > _LONGEST_NAME


TaskCommand = OpenForm | RecordTask | ShowTask | ChangeTask | ListTasks


def read_task_command(text: str, words: Words) -> TaskCommand:
    """Tell the forms of `/task` apart; whatever is none of the others records a task.

    Raises NotFound where a task is named by more digits than any has.
    """
    text = text.strip()
    if not text:
        return OpenForm()
    first, _, rest = text.partition(" ")
    rest = rest.strip()
    ref = _task_reference(first)
    if ref and not rest:
        return ShowTask(ref)
    second, _, more = rest.partition(" ")
    if ref:
        verb = words.meaning(second, VERBS)
        return ChangeTask(verb, ref, more.strip()) if verb else RecordTask(text)
    if not rest or words.meaning(second, VERBS):
        _must_be_short(first)
    if words.meaning(first, ("list",)):
        return _read_filter(rest, words)
    verb = words.meaning(first, VERBS)
    if verb is None:
        return RecordTask(text)
    ref = _task_reference(second)
    _must_be_short(second)
    if ref or not rest:
        return ChangeTask(verb, ref, more.strip())
    return RecordTask(text)


def more_references(rest: str, words: Words) -> tuple[Reference, ...]:
    """List the tasks that stand behind the first: `T-2, T-3 and T-4`; none where anything else is said there."""
    named = [word for word in re.split(r"[\s,;&+]+", rest) if word and not words.meaning(word, ("and",))]
    found = [_task_reference(word) for word in named]
    return tuple(ref for ref in found if ref) if all(found) else ()


def _read_filter(text: str, words: Words) -> ListTasks:
    if not text:
        return ListTasks(filter="mine")
    known = words.meaning(text, FILTERS)
    if known:
        return ListTasks(filter=known)
    match = _ONE_PERSON.fullmatch(text)
    if match:
        return ListTasks(person=match[1], handle=match[2])
    return ListTasks(words=text)


def _task_reference(word: str) -> Reference | None:
    ref = Reference.read(word.strip(".,:;"))
    return ref if ref and ref.noun is Noun.TASK else None


def _must_be_short(word: str) -> None:
    """Raise NotFound for what would be a reference if it had fewer digits: it is nobody's task, and no title."""
    if _TOO_LONG.fullmatch(word.strip(".,:;")):
        raise NotFound("task.problem.unknown", ref=word.upper())
