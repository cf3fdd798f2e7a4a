"""The form of a task: what somebody changed in it is all that is changed of the task."""

from bot.domain.errors import DomainError
from bot.domain.tasks import Task
from bot.domain.versions import fingerprint
from bot.slack.requests import Submission
from bot.views.fields import NO_CUSTOMER, WORDS_LIMIT


def as_shown(task: Task) -> str:
    """Write down, for the form to remember, what it shows in each field."""
    return " ".join(map(fingerprint, _shown(task).values()))


def changed_fields(sent: Submission, remembered: str, task: Task) -> list[str]:
    """Name the fields that somebody changed, by what the form remembers and the task is now.

    Raises DomainError at a field that somebody else changed to something else meanwhile.
    """
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
