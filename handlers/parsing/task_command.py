"""`/task …`: which of its forms was typed. Only shapes are decided here; nothing is looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import NotFound
from bot.domain.references import Noun, Reference
from handlers.parsing.named_things import is_person, reference_of, words_in
from handlers.parsing.words import Words

VERBS = ("done", "reopen", "cancel", "move", "give", "block", "wait", "resume")
WORDLESS = frozenset({"done", "reopen", "cancel", "resume"})
"""What takes no words behind the task: there may stand more tasks."""

FILTERS = ("mine", "late", "today", "week", "all")
TASK_MEANINGS = ("ahead", "behind", "whom")
"""Small words around a task and what is to be done with it, `mark task T-42 as done`, and around its person."""

_ONE_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|@(\S+)")
_TOO_LONG = re.compile(r"[Tt]-?[0-9]{10,}")
_LONGEST_NAME = 3
_SIGNS = ".,:;!"


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
    """`/task VERB T-42 …`; `ref` None where none was named.

    `may_be_a_title`: that it is one turns on whether `rest` is a due time, `T-42 friday move`.
    """

    verb: str
    ref: Reference | None
    rest: str
    may_be_a_title: bool = False


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
    verb = words.meaning(second.rstrip(_SIGNS), VERBS) if ref else None
    if verb:
        return ChangeTask(verb, ref, more.strip())
    if not rest or words.meaning(second, VERBS):
        _must_be_short(first)
    if words.meaning(first, ("list",)):
        return _read_filter(rest, words)
    verb = words.meaning(first, VERBS)
    if verb:
        ref = _task_reference(second)
        _must_be_short(second)
        if ref or not rest:
            return ChangeTask(verb, ref, more.strip())
    return _in_another_order(text, words) or RecordTask(text)


def more_references(rest: str, words: Words) -> tuple[Reference, ...]:
    """List the tasks that stand behind the first: `T-2, T-3 and T-4`; none where anything else is said there."""
    named = [word for word in re.split(r"[\s,;&+]+", rest) if word and not words.meaning(word, ("and",))]
    found = [_task_reference(word) for word in named]
    return tuple(ref for ref in found if ref) if all(found) else ()


def _in_another_order(text: str, words: Words) -> ChangeTask | None:
    """Read `give @deniz T-42`, `T-42 is done`, `move task T-42 to friday`; None for whatever says anything else.

    A title is never taken for a command: every single word has to belong to it, and a question is none.
    """
    said = words_in(text)
    if "?" in text or not any(_task_reference(word) for word in said):
        return None
    return _in_any_order(said, words) or _with_words_behind(said, words) or _with_a_time_between(said, words)


def _in_any_order(said: Sequence[str], words: Words) -> ChangeTask | None:
    """Read a line that has nothing but a verb, its tasks, its person and small words; `@deniz T-42` gives it."""
    refs: list[Reference] = []
    verbs: list[str] = []
    people = [word for word in said if is_person(word)]
    for word in (word for word in said if not is_person(word)):
        ref, verb = _task_reference(word), words.meaning(word.strip(_SIGNS), VERBS)
        if ref:
            refs.append(ref)
        elif verb:
            verbs.append(verb)
        elif not _is_small(word, words, *(("behind", "and") if refs or people else ())):
            return None
    verb = verbs[0] if verbs else "give"
    if len(verbs) > 1 or len(people) != (verb == "give") or (len(refs) > 1 and verb not in WORDLESS):
        return None
    return ChangeTask(verb, refs[0], " ".join([*people, *map(str, refs[1:])]))


def _with_words_behind(said: Sequence[str], words: Words) -> ChangeTask | None:
    """Read `block task T-42 waiting for keys`: a verb and at once the task that it is about."""
    verb = words.meaning(said[0], VERBS)
    place = next(place for place, word in enumerate(said) if _task_reference(word))
    if verb is None or verb in WORDLESS or not all(_is_small(word, words) for word in said[1:place]):
        return None
    return ChangeTask(verb, _task_reference(said[place]), " ".join(said[place + 1 :]))


def _with_a_time_between(said: Sequence[str], words: Words) -> ChangeTask | None:
    """Read `move to friday T-42` and `T-42 friday move`."""
    for verb, ref in ((said[0], said[-1]), (said[-1], said[0])):
        if words.meaning(verb.strip(_SIGNS), ("move",)) and _task_reference(ref):
            return ChangeTask("move", _task_reference(ref), " ".join(said[1:-1]), may_be_a_title=True)
    return None


def _is_small(word: str, words: Words, *more: str) -> bool:
    """Tell whether a word says nothing of its own beside a task."""
    return words.meaning(word.strip(_SIGNS), ("ahead", *more)) is not None


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
    return reference_of(word, Noun.TASK)


def _must_be_short(word: str) -> None:
    """Raise NotFound for what would be a reference if it had fewer digits: it is nobody's task, and no title."""
    if _TOO_LONG.fullmatch(word.strip(".,:;")):
        raise NotFound("task.problem.unknown", ref=word.upper())
