"""Forms about tasks."""

from collections.abc import Sequence

from slack_sdk.models.blocks import UserSelectElement

from bot.domain.customers import Customer
from bot.domain.tasks import Due, Priority, Task
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import field
from bot.views.fields import WORDS_LIMIT, asking, customer_field, due_field, priority_field, reason_field, text_input
from bot.views.message import Form


def task_form(
    t: Translator,
    *,
    zone: str,
    customers: Sequence[Customer],
    metadata: str,
    task: Task | None = None,
    title: str = "",
    assignee: str | None = None,
    customer: int | None = None,
    due: Due | None = None,
    priority: Priority = Priority.NORMAL,
) -> Form:
    """Ask for a new task, or show one to be changed."""
    due = task.due if task else due
    picked = int(due.at.timestamp()) if due else None
    rest = t("field.title_rest") if task and len(task.title) > WORDS_LIMIT else None
    blocks = [
        field("title", t("field.title"), text_input(task.title if task else title, multiline=True), hint=rest),
        customer_field(customers, task.customer if task else customer, t),
        field("assignee", t("field.assignee"), UserSelectElement(initial_user=task.assignee if task else assignee)),
        due_field(t, required=False, initial=picked, hint=t("field.due_hint", zone=zone)),
        priority_field(task.priority if task else priority, t),
    ]
    heading = t("form.edit_task", ref=task.ref) if task else t("form.new_task")
    return asking(ids.TASK_FORM, heading, blocks, t, submit="button.save", metadata=metadata)


def move_form(task: Task, t: Translator, *, metadata: str) -> Form:
    """Ask for a new due time and the reason."""
    due = int(task.due.at.timestamp()) if task.due else None
    blocks = [due_field(t, required=True, initial=due), reason_field(t)]
    return asking(ids.TASK_MOVE_FORM, t("form.move", ref=task.ref), blocks, t, submit="button.move", metadata=metadata)


def block_form(task: Task, t: Translator, *, metadata: str) -> Form:
    """Ask what is in the way of a task."""
    blocks = [reason_field(t, key="field.blocked_by", required=True)]
    heading = t("form.block", ref=task.ref)
    return asking(ids.TASK_BLOCK_FORM, heading, blocks, t, submit="button.blocked", metadata=metadata)


def give_form(task: Task, t: Translator, *, metadata: str) -> Form:
    """Ask who takes a task over."""
    blocks = [field("assignee", t("field.assignee"), UserSelectElement())]
    return asking(ids.TASK_GIVE_FORM, t("form.give", ref=task.ref), blocks, t, submit="button.give", metadata=metadata)
