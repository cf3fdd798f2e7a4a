"""Delay warnings: the buttons of a heads-up and of the message that a task is late, and the form for a new time."""

from datetime import timedelta

from bot.domain.commands import MoveTask
from bot.domain.details import TaskDetails
from bot.domain.errors import DomainError
from bot.domain.notices import first_reader
from bot.domain.outgoing import Saying
from bot.domain.tasks import Task
from bot.i18n.translator import Translator
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Submission
from bot.views import delays as views
from bot.views import ids, notices, task_forms
from bot.views import tasks as task_views
from bot.views.message import Message
from handlers.chosen import time_in
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.routes import Action, FormRoute
from handlers.task_forms import memory_of, ongoing, picked, ref_of

SNOOZE = timedelta(hours=1)


async def on_track(click: Click, cx: Context) -> Reply:
    """Take it that the promise will be kept."""
    before = await _before(click, cx)
    await cx.use(cx.services.tasks.on_track, cx.actor, before.ref)
    return await _answered(click, before, Saying.HEADS_UP, cx)


async def on_done(click: Click, cx: Context) -> Reply:
    """Finish the task."""
    before = await _before(click, cx)
    await cx.use(cx.services.tasks.finish, cx.actor, before.ref)
    return await _answered(click, before, Saying.HEADS_UP, cx)


async def on_snooze(click: Click, cx: Context) -> Reply:
    """Ask again after an hour of working time."""
    before = await _before(click, cx)
    await cx.use(cx.services.tasks.snooze, cx.actor, before.ref, SNOOZE)
    return await _answered(click, before, Saying.HEADS_UP, cx)


async def on_take(click: Click, cx: Context) -> Reply:
    """Give a late task to whoever pressed."""
    before = await _before(click, cx)
    await cx.use(cx.services.tasks.give, cx.actor, before.ref, cx.actor.member)
    return await _answered(click, before, Saying.LATE, cx)


async def on_late(click: Click, cx: Context) -> Reply:
    """Ask for a new time, why, and whether the customer is to be told."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    details.task.must_not_be_over()
    saying = Saying.HEADS_UP if click.action_id == ids.DELAY_LATE else Saying.LATE
    remark = await _old_remark(click, details.task, saying, cx)
    return Reply(form=views.late_form(details, cx.t, metadata=memory_of(click).write(), remark=remark))


async def on_blocked(click: Click, cx: Context) -> Reply:
    """Ask what is in the way."""
    task = await ongoing(click, cx)
    remark = await _old_remark(click, task, Saying.HEADS_UP, cx)
    form = task_forms.block_form(task, cx.t, metadata=memory_of(click).write())
    return Reply(form=views.with_remark(form, remark))


async def on_late_form(sent: Submission, cx: Context) -> Reply:
    """Move the promise, and draft a notice where the customer is to be told."""
    memory, at = FormMemory.read(sent.metadata), time_in(sent.text("due"), cx)
    if memory.reference is None or at is None:
        raise DomainError("problem.field_needed", field="due")
    due, reason = picked(at, cx), sent.text("reason")
    notice = ""
    if sent.many("tell_customer"):
        details = await cx.use(cx.services.tasks.details, cx.actor, memory.reference)
        notice = notices.first_words(details, due.at, reason, cx.workspace.zone, customers_words(details, cx))
    command = MoveTask(ref=memory.reference, due=due, reason=reason or None, notice=notice)
    moved = await cx.use(cx.services.tasks.move, cx.actor, command)
    said = task_views.moved(moved, cx.zone, cx.t)
    if notice and moved.customer:
        first = first_reader(moved.customer, moved.task)
        remark = notices.waiting(moved.customer, first, cx.actor.member, cx.t)
        said = Message(text=said.text, blocks=[*said.blocks, *views.remarks(remark)])
    return Reply(message=said, follow_url=memory.url, follow_channel=memory.channel)


async def on_tell_customer(click: Click, cx: Context) -> Reply:
    """Draft a notice that the customer's owner reads first."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    remark = await _old_remark(click, details.task, Saying.LATE, cx)
    task = details.task
    ahead = task.due_at if task.due_at and task.due_at > cx.now() else None
    text = notices.first_words(details, ahead, "", cx.workspace.zone, customers_words(details, cx))
    drafted = await cx.use(cx.services.notices.draft, cx.actor, task.ref, text)
    said = notices.drafted(drafted, cx.actor.member, cx.t)
    return Reply(message=Message(text=said.text, blocks=[*said.blocks, *views.remarks(remark)]))


async def on_open(click: Click, cx: Context) -> Reply:
    """Show one row of a long message with all its buttons, to the one who pressed."""
    row = await cx.use(cx.services.delays.warned, cx.actor, ref_of(click))
    return Reply(message=views.one(row, cx.t))


def customers_words(details: TaskDetails, cx: Context) -> Translator:
    """Get the language that a task's customer reads."""
    language = details.customer.language if details.customer else None
    return cx.desk.translators.of(language, cx.workspace.language)


async def _before(click: Click, cx: Context) -> Task:
    """Get the task as it is before the click takes effect. Raises NotFound."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    return details.task


async def _answered(click: Click, before: Task, saying: Saying, cx: Context) -> Reply:
    """Let the message itself show the answer; say it where an old warning was taken for the promise of today."""
    remark = await _old_remark(click, before, saying, cx)
    if click.is_ephemeral:
        row = await cx.use(cx.services.delays.warned, cx.actor, before.ref)
        shown = views.one(row, cx.t)
        return Reply(message=Message(text=shown.text, blocks=[*shown.blocks, *views.remarks(remark)]), replaces=True)
    return Reply(message=views.said(remark)) if remark else NOTHING


async def _old_remark(click: Click, task: Task, saying: Saying, cx: Context) -> str:
    """Say that the clicked warning spoke of an earlier promise, if it did, and have it shown as it is now."""
    warned_of = ids.promise_warned_of(click.block_id)
    if warned_of is None or task.due_at is None or warned_of == task.due_at.replace(microsecond=0):
        return ""
    if not click.is_ephemeral:
        await cx.use(cx.services.delays.show_again, cx.actor, task.ref, saying, click.message_ts)
    return views.promise_has_moved(task, cx.t)


ROUTES = (
    Action(ids.DELAY_ON_TRACK, on_track),
    Action(ids.DELAY_LATE, on_late),
    Action(ids.DELAY_BLOCKED, on_blocked),
    Action(ids.DELAY_DONE, on_done),
    Action(ids.DELAY_SNOOZE, on_snooze),
    Action(ids.DELAY_TAKE, on_take),
    Action(ids.DELAY_MOVE, on_late),
    Action(ids.DELAY_TELL_CUSTOMER, on_tell_customer),
    Action(ids.DELAY_OPEN, on_open),
    FormRoute(ids.DELAY_LATE_FORM, on_late_form),
)
