"""Tasks: `/task`, the buttons of its card, and its forms."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.commands import AddTask, EditTask, MoveTask, Remark
from bot.domain.customers import fold
from bot.domain.details import TaskDetails
from bot.domain.errors import DomainError, NotFound
from bot.domain.references import Reference
from bot.domain.tasks import Due, Origin, Priority
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Shortcut, Submission, Typed, instant
from bot.views import ids, task_forms
from bot.views import tasks as views
from bot.views.fields import NO_CUSTOMER
from bot.views.message import Message
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.due_times import DueProblem, DueReading, read_due
from handlers.parsing.task_command import ChangeTask, ListTasks, OpenForm, RecordTask, ShowTask, read_task_command
from handlers.parsing.task_line import due_of, problem_note, read_task_line
from handlers.routes import Action, Command, FormRoute, ShortcutRoute
from storage.tasks import TaskFilter

PAGE = 10
EXAMPLES = {
    "done": "/task done T-42",
    "reopen": "/task reopen T-42",
    "cancel": "/task cancel T-42",
    "move": "/task move T-42 friday 15:00",
    "give": "/task give T-42 @name",
    "block": "/task block T-42 waiting for keys",
    "wait": "/task wait T-42",
    "resume": "/task resume T-42",
}


async def on_task(typed: Typed, cx: Context) -> Reply:
    """Handle `/task` in all its forms."""
    match read_task_command(typed.text, cx.words):
        case OpenForm():
            return await new_task_form(cx, FormMemory(channel=cx.actor.channel or "", url=typed.response_url))
        case RecordTask(text):
            return await _record(text, cx)
        case ShowTask(ref):
            return await _show(ref, cx)
        case ListTasks() as wanted:
            return await _list(wanted, typed.text, cx)
        case ChangeTask(verb, ref, rest):
            if ref is None:
                raise DomainError("task.problem.no_reference", example=EXAMPLES[verb])
            return await CHANGES[verb](ref, rest, cx)


async def _record(text: str, cx: Context) -> Reply:
    command = read_task_line(text, await cx.reader(text))
    command = replace(command, asked_in=cx.actor.channel, is_private=cx.is_private)
    done = await cx.use(cx.services.tasks.add, cx.actor, command)
    return Reply(message=views.recorded(done, cx.zone, cx.t))


async def _show(ref: Reference, cx: Context) -> Reply:
    details = await cx.use(cx.services.tasks.details, cx.actor, ref)
    return Reply(message=views.more(details, cx.zone, cx.t))


async def _finish(ref: Reference, _: str, cx: Context) -> Reply:
    return _told("task.was_done", await cx.use(cx.services.tasks.finish, cx.actor, ref), cx)


async def _reopen(ref: Reference, _: str, cx: Context) -> Reply:
    return _told("task.was_reopened", await cx.use(cx.services.tasks.reopen, cx.actor, ref), cx)


async def _cancel(ref: Reference, _: str, cx: Context) -> Reply:
    return _told("task.was_cancelled", await cx.use(cx.services.tasks.cancel, cx.actor, ref), cx)


async def _wait(ref: Reference, rest: str, cx: Context) -> Reply:
    return _told("task.waits", await cx.use(cx.services.tasks.wait, cx.actor, ref, rest or None), cx)


async def _resume(ref: Reference, _: str, cx: Context) -> Reply:
    return _told("task.was_resumed", await cx.use(cx.services.tasks.resume, cx.actor, ref), cx)


async def _block(ref: Reference, rest: str, cx: Context) -> Reply:
    if not rest:
        raise DomainError("task.problem.blocked_by", ref=str(ref))
    return _told("task.was_blocked", await cx.use(cx.services.tasks.block, cx.actor, ref, rest), cx)


async def _move(ref: Reference, rest: str, cx: Context) -> Reply:
    words, reason = _split_reason(rest, cx)
    due = read_due_words(ref, words, cx)
    details = await cx.use(cx.services.tasks.move, cx.actor, MoveTask(ref=ref, due=due, reason=reason))
    return Reply(message=views.moved(details, cx.zone, cx.t))


async def _give(ref: Reference, rest: str, cx: Context) -> Reply:
    if not rest:
        raise DomainError("task.problem.who", ref=str(ref))
    command = read_task_line(rest, await cx.reader(rest))
    strange = [note.words for note in command.notes if note.remark in (Remark.UNKNOWN_PERSON, Remark.NOT_A_MEMBER)]
    if command.assignee is None:
        raise DomainError("task.problem.unknown_person", ref=str(ref), person=next(iter(strange), rest))
    return _told("task.was_given", await cx.use(cx.services.tasks.give, cx.actor, ref, command.assignee), cx)


CHANGES = {
    "done": _finish,
    "reopen": _reopen,
    "cancel": _cancel,
    "move": _move,
    "give": _give,
    "block": _block,
    "wait": _wait,
    "resume": _resume,
}


def read_due_words(ref: Reference, words: str, cx: Context) -> Due:
    """Read a due time that a command wants; refuse with an example what can't be read."""
    found = read_due(words, now=cx.now(), calendar=cx.calendar, languages=cx.languages)
    if isinstance(found, DueReading):
        return due_of(found, cx.calendar)
    if isinstance(found, DueProblem):
        key = (
            "due.problem.past_words" if problem_note(found, words).remark is Remark.PAST_TIME else "due.problem.unread"
        )
        raise DomainError(key, ref=str(ref), words=words)
    raise DomainError("due.problem.missing", ref=str(ref))


def _split_reason(text: str, cx: Context) -> tuple[str, str | None]:
    """Part `monday because the keys are late` into the time and the reason."""
    folded = f" {text.casefold()} "
    for word in cx.words.of("because"):
        at = folded.find(f" {word.casefold()} ")
        if at >= 0:
            return text[: max(at - 1, 0)].strip(), text[at + len(word) :].strip() or None
    return text, None


async def _list(wanted: ListTasks, text: str, cx: Context) -> Reply:
    if wanted.words:
        named = await cx.reader(wanted.words)
        customer = named.line.customers.get(fold(wanted.words))
        if customer:
            return await show_list("customer", str(customer.number), 0, cx)
        if wanted.may_be_a_sentence:
            return await _record(text, cx)
        raise DomainError("task.problem.unknown_filter", words=wanted.words)
    if wanted.handle:
        people = (await cx.reader(f"@{wanted.handle}")).line.people
        member = people.get(wanted.handle.lower())
        if member is None:
            raise DomainError("task.problem.unknown_filter", words=f"@{wanted.handle}")
        return await show_list("person", member.id, 0, cx)
    if wanted.person:
        return await show_list("person", wanted.person, 0, cx)
    return await show_list(wanted.filter or "mine", "", 0, cx)


async def show_list(kind: str, whom: str, offset: int, cx: Context) -> Reply:
    """Show one page of a list."""
    now, reader = cx.now(), cx.actor.member
    filters = {
        "mine": TaskFilter(reader=reader, assignee=reader),
        "person": TaskFilter(reader=reader, assignee=whom),
        "customer": TaskFilter(reader=reader, customer=int(whom) if whom.isdigit() else -1),
        "late": TaskFilter(reader=reader, late_at=now),
        "today": TaskFilter(reader=reader, due_before=_end_of_day(now, cx, days=1)),
        "week": TaskFilter(reader=reader, due_before=_end_of_day(now, cx, days=7 - cx.calendar.local(now).weekday())),
        "all": TaskFilter(reader=reader),
    }
    page = await cx.use(cx.services.tasks.list, cx.actor, filters[kind], offset=offset, size=PAGE)
    customer = page.tasks[0].customer.name if kind == "customer" and page.tasks and page.tasks[0].customer else whom
    title = views.list_title(kind, whom, customer, cx.t)
    following = f"{kind}:{whom}:{page.after}"
    return Reply(message=views.listed(page, title, cx.t, next_value=following, now=now), replaces=True)


def _end_of_day(now: datetime, cx: Context, *, days: int) -> datetime:
    midnight = cx.calendar.local(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return cx.calendar.instant(midnight + timedelta(days=days))


async def on_next_page(click: Click, cx: Context) -> Reply:
    """Show the next page in the place of this one."""
    kind, whom, offset = click.value.split(":", 2)
    return await show_list(kind, whom, int(offset), cx)


async def on_done(click: Click, cx: Context) -> Reply:
    """Finish; the card shows it."""
    return _shown(click, "task.was_done", await cx.use(cx.services.tasks.finish, cx.actor, ref_of(click)), cx)


async def on_reopen(click: Click, cx: Context) -> Reply:
    """Open again."""
    return _shown(click, "task.was_reopened", await cx.use(cx.services.tasks.reopen, cx.actor, ref_of(click)), cx)


async def on_cancel(click: Click, cx: Context) -> Reply:
    """Cancel."""
    return _shown(click, "task.was_cancelled", await cx.use(cx.services.tasks.cancel, cx.actor, ref_of(click)), cx)


async def on_wait(click: Click, cx: Context) -> Reply:
    """Wait for the customer."""
    return _shown(click, "task.waits", await cx.use(cx.services.tasks.wait, cx.actor, ref_of(click)), cx)


async def on_resume(click: Click, cx: Context) -> Reply:
    """Go on."""
    return _shown(click, "task.was_resumed", await cx.use(cx.services.tasks.resume, cx.actor, ref_of(click)), cx)


async def on_undo(click: Click, cx: Context) -> Reply:
    """Take back what was just recorded."""
    details = await cx.use(cx.services.tasks.undo, cx.actor, ref_of(click))
    return Reply(message=views.told("task.was_undone", details, cx.t), replaces=click.is_ephemeral)


async def on_more(click: Click, cx: Context) -> Reply:
    """Show everything about a task to the one who asks."""
    return await _show(ref_of(click), cx)


async def on_due_picked(click: Click, cx: Context) -> Reply:
    """Take the due time from the picker beside a reply."""
    ref = Reference.read(click.block_id.partition(":")[2])
    at = instant(click.selected)
    if ref is None or at is None:
        raise NotFound("task.problem.unknown", ref=click.block_id)
    details = await cx.use(cx.services.tasks.move, cx.actor, MoveTask(ref=ref, due=picked(at, cx)))
    return Reply(message=views.moved(details, cx.zone, cx.t), replaces=click.is_ephemeral)


async def on_edit(click: Click, cx: Context) -> Reply:
    """Open the form, filled in."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    customers = await cx.use(cx.services.people.customers, cx.actor)
    memory = memory_of(click).write()
    return Reply(form=task_forms.task_form(cx.t, zone=cx.zone, customers=customers, metadata=memory, task=details.task))


async def on_move(click: Click, cx: Context) -> Reply:
    """Ask for the new due time."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    return Reply(form=task_forms.move_form(details.task, cx.t, metadata=memory_of(click).write()))


async def on_give(click: Click, cx: Context) -> Reply:
    """Ask who takes it over."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    return Reply(form=task_forms.give_form(details.task, cx.t, metadata=memory_of(click).write()))


async def on_block(click: Click, cx: Context) -> Reply:
    """Ask what is in the way."""
    details = await cx.use(cx.services.tasks.details, cx.actor, ref_of(click))
    return Reply(form=task_forms.block_form(details.task, cx.t, metadata=memory_of(click).write()))


async def on_task_form(sent: Submission, cx: Context) -> Reply:
    """Record the task of the form, or change the one that it showed."""
    memory = FormMemory.read(sent.metadata)
    title, at = sent.text("title"), instant(sent.text("due"))
    if not title:
        raise DomainError("problem.field_needed", field="title")
    customer = sent.text("customer")
    number = int(customer) if customer not in ("", NO_CUSTOMER) and customer.isdigit() else None
    due = picked(at, cx) if at else None
    priority = Priority(sent.text("priority") or Priority.NORMAL)
    assignee = sent.text("assignee") or cx.actor.member
    if memory.reference:
        edit = EditTask(
            ref=memory.reference, title=title, assignee=assignee, due=due, customer=number, priority=priority
        )
        details = await cx.use(cx.services.tasks.edit, cx.actor, edit)
        return _after_form(memory, views.moved(details, cx.zone, cx.t))
    if due and due.at <= cx.now():
        raise DomainError("due.problem.past", field="due")
    command = AddTask(
        title=title,
        assignee=assignee,
        due=due,
        customer=number,
        priority=priority,
        origin=Origin.SHORTCUT if memory.source else Origin.FORM,
        source=memory.source,
        asked_in=memory.channel or None,
        is_private=memory.is_private,
    )
    done = await cx.use(cx.services.tasks.add, cx.actor, command)
    return _after_form(memory, views.recorded(done, cx.zone, cx.t))


async def on_move_form(sent: Submission, cx: Context) -> Reply:
    """Move the task to the time that was picked."""
    memory = FormMemory.read(sent.metadata)
    at = instant(sent.text("due"))
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
    memory = FormMemory.of_message(message, url=shortcut.response_url, is_private=cx.is_private)
    return await new_task_form(cx, memory, title=message.text)


async def new_task_form(cx: Context, memory: FormMemory, *, title: str = "") -> Reply:
    """Open the form for a new task, filled in with what `title` says."""
    customers = await cx.use(cx.services.people.customers, cx.actor)
    reader = await cx.reader(title)
    read = read_task_line(title, reader) if title else None
    of_channel = reader.line.channel_customer
    customer = read.customer if read else of_channel.number if of_channel else None
    form = task_forms.task_form(
        cx.t,
        zone=cx.zone,
        customers=customers,
        metadata=memory.write(),
        title=read.title if read else "",
        due=read.due if read else None,
        assignee=(read and read.assignee) or cx.actor.member,
        customer=customer,
    )
    return Reply(form=form)


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


def _told(key: str, details: TaskDetails, cx: Context) -> Reply:
    return Reply(message=views.told(key, details, cx.t))


def _shown(click: Click, key: str, details: TaskDetails, cx: Context) -> Reply:
    """Say it only where no card shows it: what was pressed in an ephemeral message."""
    return _told(key, details, cx) if click.is_ephemeral else NOTHING


def _after_form(memory: FormMemory, message: Message) -> Reply:
    return Reply(message=message, follow_url=memory.url, follow_channel=memory.channel)


ROUTES = (
    Command("/task", on_task),
    Action(ids.TASK_DONE, on_done),
    Action(ids.TASK_MOVE, on_move),
    Action(ids.TASK_GIVE, on_give),
    Action(ids.TASK_BLOCK, on_block),
    Action(ids.TASK_REOPEN, on_reopen),
    Action(ids.TASK_CANCEL, on_cancel),
    Action(ids.TASK_WAIT, on_wait),
    Action(ids.TASK_RESUME, on_resume),
    Action(ids.TASK_UNDO, on_undo),
    Action(ids.TASK_EDIT, on_edit),
    Action(ids.TASK_MORE, on_more),
    Action(ids.TASK_OPEN, on_more),
    Action(ids.TASK_DUE, on_due_picked),
    FormRoute(ids.TASK_FORM, on_task_form),
    FormRoute(ids.TASK_MOVE_FORM, on_move_form),
    FormRoute(ids.TASK_GIVE_FORM, on_give_form),
    FormRoute(ids.TASK_BLOCK_FORM, on_block_form),
    ShortcutRoute(ids.TASK_NEW, on_new_task),
    ShortcutRoute(ids.TASK_FROM_MESSAGE, on_task_from_message),
)
