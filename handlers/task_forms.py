"""Forms about tasks: opened from a card, a command or a shortcut, and sent."""

from datetime import datetime
from functools import partial

from bot.domain.commands import AddTask, EditTask, MoveTask
from bot.domain.errors import DomainError, NotFound
from bot.domain.references import Reference
from bot.domain.tasks import Due, Origin, Priority, Task
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Shortcut, Submission
from bot.views import ids, task_forms
from bot.views import tasks as views
from bot.views.message import Message
from handlers.acquaintance import reader_of
from handlers.chosen import customer_in, must_be_somebody, option_in, time_in
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.task_line import read_task_line
from handlers.routes import Action, FormRoute, ShortcutRoute
from handlers.task_edits import as_shown, edit_of


async def on_edit(click: Click, cx: Context) -> Reply:
    """Open the form, filled in."""
    task = (await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))).task
    customers = await cx.use(cx.services.people.customers, cx.actor, task.customer)
    memory = memory_of(click).model_copy(update={"extra": as_shown(task)}).write()
    return Reply(form=task_forms.task_form(cx.t, zone=cx.zone, customers=customers, metadata=memory, task=task))


async def on_move(click: Click, cx: Context) -> Reply:
    """Ask for the new due time."""
    task = await ongoing(click, cx)
    return Reply(form=task_forms.move_form(task, cx.t, metadata=memory_of(click).write()))


async def on_give(click: Click, cx: Context) -> Reply:
    """Ask who takes it over."""
    task = await ongoing(click, cx)
    return Reply(form=task_forms.give_form(task, cx.t, metadata=memory_of(click).write()))


async def on_block(click: Click, cx: Context) -> Reply:
    """Ask what is in the way."""
    task = await ongoing(click, cx)
    return Reply(form=task_forms.block_form(task, cx.t, metadata=memory_of(click).write()))


async def on_task_form(sent: Submission, cx: Context) -> Reply:
    """Record the task of the form, or change the one that it showed."""
    memory, wanted = FormMemory.read(sent.metadata), await _filled_in(sent, cx)
    if not wanted.title:
        raise DomainError("problem.field_needed", field="title")
    await must_be_somebody(wanted.assignee, "assignee", cx)
    if memory.reference:
        read = partial(edit_of, sent, wanted, memory.extra)
        details = await cx.use(cx.services.tasks.edit, cx.actor, memory.reference, read)
        return _after_form(memory, views.edited(details, cx.zone, cx.t))
    if wanted.due and wanted.due.at <= cx.now():
        raise DomainError("due.problem.past", field="due")
    command = AddTask(
        title=wanted.title,
        assignee=wanted.assignee,
        watchers=tuple(id for id in memory.watchers if id != wanted.assignee),
        due=wanted.due,
        customer=wanted.customer,
        priority=wanted.priority,
        origin=Origin.SHORTCUT if memory.source else Origin.FORM,
        source=memory.source,
        asked_in=memory.channel or None,
        is_private=memory.is_private,
    )
    done = await cx.use(cx.services.tasks.add, cx.actor, command)
    return _after_form(memory, views.recorded(done, cx.zone, cx.t))


async def _filled_in(sent: Submission, cx: Context) -> EditTask:
    """Read every field of the form as it was sent."""
    at = time_in(sent.text("due"), cx)
    return EditTask(
        title=sent.text("title"),
        assignee=sent.text("assignee") or cx.actor.member,
        due=picked(at, cx) if at else None,
        customer=await customer_in(sent, cx),
        priority=option_in(sent, "priority", Priority.NORMAL),
    )


async def on_move_form(sent: Submission, cx: Context) -> Reply:
    """Move the task to the time that was picked."""
    memory = FormMemory.read(sent.metadata)
    at = time_in(sent.text("due"), cx)
    if memory.reference is None or at is None:
        raise DomainError("problem.field_needed", field="due")
    command = MoveTask(ref=memory.reference, due=picked(at, cx), reason=sent.text("reason") or None)
    details = await cx.use(cx.services.tasks.move, cx.actor, command)
    return _after_form(memory, views.moved(details, cx.zone, cx.t))


async def on_give_form(sent: Submission, cx: Context) -> Reply:
    """Give the task to the person that was picked."""
    memory, assignee = FormMemory.read(sent.metadata), sent.text("assignee")
    if memory.reference is None or not assignee:
        raise DomainError("problem.field_needed", field="assignee")
    await must_be_somebody(assignee, "assignee", cx)
    details = await cx.use(cx.services.tasks.give, cx.actor, memory.reference, assignee)
    return _after_form(memory, views.told("task.was_given", details, cx.t))


async def on_block_form(sent: Submission, cx: Context) -> Reply:
    """Mark the task as blocked."""
    memory, reason = FormMemory.read(sent.metadata), sent.text("reason")
    if memory.reference is None or not reason:
        raise DomainError("problem.field_needed", field="reason")
    details = await cx.use(cx.services.tasks.block, cx.actor, memory.reference, reason)
    return _after_form(memory, views.told("task.was_blocked", details, cx.t))


async def on_new_task(shortcut: Shortcut, cx: Context) -> Reply:
    """Open the form from anywhere."""
    return await new_task_form(cx, FormMemory(url=shortcut.response_url))


async def on_task_from_message(shortcut: Shortcut, cx: Context) -> Reply:
    """Open the form filled in from a message."""
    message = shortcut.message
    if message is None:
        return NOTHING
    first = await cx.use(cx.services.tasks.captured, cx.actor, message.channel, message.ts)
    if first:
        return Reply(message=views.recorded(first, cx.zone, cx.t))
    memory = FormMemory.of_message(message, url=shortcut.response_url, is_private=cx.is_private)
    return await new_task_form(cx, memory, title=message.text)


async def new_task_form(cx: Context, memory: FormMemory, *, title: str = "") -> Reply:
    """Open the form for a new task, filled in with what `title` says."""
    reader = await reader_of(title, cx)
    read = read_task_line(title, reader) if title else None
    of_channel = reader.line.channel_customer
    customer = read.customer if read else of_channel.number if of_channel else None
    customers = await cx.use(cx.services.people.customers, cx.actor, customer)
    memory = memory.watched_by(read.watchers if read else ())
    form = task_forms.task_form(
        cx.t,
        zone=cx.zone,
        customers=customers,
        metadata=memory.write(),
        title=read.title if read else "",
        due=read.due if read else None,
        priority=read.priority if read else Priority.NORMAL,
        assignee=(read and read.assignee) or cx.actor.member,
        customer=customer,
    )
    return Reply(form=form)


async def ongoing(click: Click, cx: Context) -> Task:
    """Get the task of a button that opens a form. Raises AlreadyDone: nobody is to fill one in that can't be taken."""
    task = (await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))).task
    task.must_not_be_over()
    return task


def ref_of(click: Click) -> Reference:
    """Read which task a button is about. Raises NotFound."""
    ref = Reference.read(click.value)
    if ref is None:
        raise NotFound("task.problem.unknown", ref=click.value)
    return ref


def memory_of(click: Click) -> FormMemory:
    """Remember, while a form is open, where it was opened and what about."""
    return FormMemory(ref=click.value, channel=click.actor.channel or "", url=click.response_url)


def picked(at: datetime, cx: Context) -> Due:
    """Keep what a picker gave: an instant, and the wall time that the person saw."""
    return Due(at=at, wall=cx.calendar.local(at).replace(tzinfo=None), zone=cx.zone)


def _after_form(memory: FormMemory, message: Message) -> Reply:
    return Reply(message=message, follow_url=memory.url, follow_channel=memory.channel)


ROUTES = (
    Action(ids.TASK_MOVE, on_move),
    Action(ids.TASK_GIVE, on_give),
    Action(ids.TASK_BLOCK, on_block),
    Action(ids.TASK_EDIT, on_edit),
    FormRoute(ids.TASK_FORM, on_task_form),
    FormRoute(ids.TASK_MOVE_FORM, on_move_form),
    FormRoute(ids.TASK_GIVE_FORM, on_give_form),
    FormRoute(ids.TASK_BLOCK_FORM, on_block_form),
    ShortcutRoute(ids.TASK_NEW, on_new_task),
    ShortcutRoute(ids.TASK_FROM_MESSAGE, on_task_from_message),
)
