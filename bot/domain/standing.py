"""What has become of a promise since somebody was warned about it."""

from datetime import datetime
from enum import StrEnum

from bot.domain.delays import Step
from bot.domain.tasks import State, Task

_ENDS = {State.DONE: "done", State.CANCELLED: "cancelled", State.WAITING: "waiting"}


class Standing(StrEnum):
    """How a warning stands; only `open` still wants an answer."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    MOVED = "moved"
    GIVEN = "given"
    SNOOZED = "snoozed"
    ON_TRACK = "on_track"


def heads_up_standing(task: Task, promise: datetime | None, reader: str) -> Standing:
    """Say how the heads-up about a promise stands for its reader."""
    standing = late_standing(task, promise)
    if standing is not Standing.OPEN:
        return standing
    if task.assignee != reader:
        return Standing.GIVEN
    if task.snoozed_until and Step.HEADS_UP not in task.told:
        return Standing.SNOOZED
    return Standing.ON_TRACK if task.answered else Standing.OPEN


def late_standing(task: Task, promise: datetime | None) -> Standing:
    """Say how the message that a promise is late stands. `promise` None: one of long ago."""
    if task.state in _ENDS:
        return Standing(_ENDS[task.state])
    return Standing.OPEN if task.due_at == promise else Standing.MOVED
