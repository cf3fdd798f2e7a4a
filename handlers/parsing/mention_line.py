"""Messages that ask for something: a mention of the bot, a direct message, or a word with a colon in front."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.parsing.handoff_line import AnswerHandoff, ShowHandoff, read_handoff_command
from handlers.parsing.task_command import ChangeTask, ShowTask, read_task_command
from handlers.parsing.words import Words, lower


class Asked(StrEnum):
    """Which command a message means."""

    TASK = "task"
    HANDOFF = "handoff"


@dataclass(frozen=True, slots=True)
class MessageCommand:
    """What a message asks for; `text` is what would stand behind the slash command."""

    asked: Asked
    text: str


def read_prefix(text: str, words: Words) -> MessageCommand | None:
    """Read `task: …` at the start of a message; ordinary conversation is None."""
    for asked in Asked:
        match = re.match(rf"\s*({_any_of(words.of(asked))})\s*:\s*(\S.*)", text, re.IGNORECASE | re.DOTALL)
        if match:
            return MessageCommand(asked, match[2].strip())
    return None


def read_mention(text: str, words: Words, *, bot_user: str) -> MessageCommand | None:
    """Read `@Stafet task …`, or `task …` in a direct message; the mention may be missing there."""
    rest = _without_bot(text, bot_user)
    first, *others = rest.split(maxsplit=1) or [""]
    more = "".join(others)
    for asked in Asked:
        if lower(first.rstrip(":")) in map(lower, words.of(asked)):
            return MessageCommand(asked, more.strip())
    return None


def read_named(text: str, words: Words, *, bot_user: str) -> MessageCommand | None:
    """Read `@Stafet T-42 done`: a task or a handoff that is named says by itself which command is meant."""
    rest = _without_bot(text, bot_user)
    task = read_task_command(rest, words)
    if isinstance(task, ShowTask) or (isinstance(task, ChangeTask) and task.ref):
        return MessageCommand(Asked.TASK, rest)
    is_handoff = isinstance(read_handoff_command(rest, words), ShowHandoff | AnswerHandoff)
    return MessageCommand(Asked.HANDOFF, rest) if is_handoff else None


def mentions_first(text: str, bot_user: str) -> bool:
    """Tell whether a message begins with a mention of the bot."""
    return bool(bot_user) and text.lstrip().startswith(f"<@{bot_user}>")


def _without_bot(text: str, bot_user: str) -> str:
    return re.sub(rf"^\s*<@{re.escape(bot_user)}>[\s,:]*", "", text) if bot_user else text


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
