"""The form of a task: what somebody changed in it is all that is changed of the task."""

from dataclasses import replace

from bot.domain.commands import EditTask
from bot.domain.errors import DomainError
from bot.domain.tasks import Task
from bot.domain.versions import fingerprint
from bot.slack.requests import Submission
from bot.views.fields import NO_CUSTOMER, WORDS_LIMIT

_SEAM = 20
"""Characters at the end of what a field shows of a long title: where they still stand, the rest follows."""


def as_shown(task: Task) -> str:
    """Write down, for the form to remember, what it shows in each field."""
    return " ".join(map(fingerprint, _shown(task).values()))


def edit_of(sent: Submission, wanted: EditTask, remembered: str, task: Task) -> EditTask:
    """Take from a form what somebody changed in it; everything else stays as the task is now.

    Raises DomainError at a field that somebody else changed to something else meanwhile.
    """
    kept = EditTask(title=task.title, assignee=task.assignee, due=None, customer=task.customer, priority=task.priority)
    wanted = replace(wanted, title=_with_rest(wanted.title, task.title))
    return replace(kept, **{name: getattr(wanted, name) for name in _changed_fields(sent, remembered, task)})


def _changed_fields(sent: Submission, remembered: str, task: Task) -> list[str]:
    """Name the fields that somebody changed, by what the form remembers and the task is now."""
    now = _shown(task)
    before = dict(zip(now, remembered.split(), strict=False))
    changed = [name for name in now if sent.text(name) and fingerprint(sent.text(name)) != before.get(name)]
    for name in changed:
        if name in before and before[name] != fingerprint(now[name]) and now[name] != sent.text(name):
            raise DomainError("task.problem.changed", field=name)
    return changed


def _shown(task: Task) -> dict[str, str]:
    """Tell what each field holds, as Slack sends it back: a picker knows no parts of a second."""
    return {
        "title": task.title[:WORDS_LIMIT].strip(),
        "customer": str(task.customer or NO_CUSTOMER),
        "assignee": task.assignee,
        "due": str(int(task.due.at.timestamp())) if task.due else "",
        "priority": task.priority.value,
    }


def _with_rest(typed: str, title: str) -> str:
    """Add what of a long title the field had no room for, unless the end of what it showed was changed."""
    shown = title[:WORDS_LIMIT].rstrip()
    return typed + title[len(shown) :] if typed.endswith(shown[-_SEAM:]) else typed
