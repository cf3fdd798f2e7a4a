"""References such as T-42: numbered per workspace, usable in every command and message."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Noun(StrEnum):
    """What a reference points at; the value is its letter."""

    TASK = "T"
    HANDOFF = "H"
    JOB = "J"
    CUSTOMER = "C"
    PROMPT = "F"
    NOTICE = "N"


_WRITTEN = re.compile(r"([A-Z])-?(\d{1,9})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One thing of one workspace."""

    noun: Noun
    number: int

    def __str__(self) -> str:
        return f"{self.noun}-{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read `T-42`, `t-42` or `T42`; nothing else is a reference."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None or match[1].upper() not in set(Noun):
            return None
        return cls(Noun(match[1].upper()), int(match[2]))


def task_ref(number: int) -> Reference:
    """Name a task by its number."""
    return Reference(Noun.TASK, number)


def handoff_ref(number: int) -> Reference:
    """Name a handoff by its number."""
    return Reference(Noun.HANDOFF, number)
