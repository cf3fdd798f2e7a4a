"""Tasks: `/task`, and the buttons of its card."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.commands import AddTask, MoveTask, Remark
from bot.domain.customers import fold
from bot.domain.details import TaskDetails
from bot.domain.errors import AlreadyDelivered, DomainError, NotFound
from bot.domain.references import Reference
from bot.domain.tasks import Due
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Typed
from bot.views import ids, problems
from bot.views import tasks as views
from bot.views.message import Message
from handlers.acquaintance import reader_of, record_line
from handlers.chosen import number_in, offset_in, time_in
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.due_times import DueProblem, DueReading, Trouble, read_due
from handlers.parsing.task_command import (
    WORDLESS,
    ChangeTask,
    ListTasks,
    OpenForm,
    ShowTask,
    TaskCommand,
    more_references,
    read_task_command,
)
from handlers.parsing.task_line import due_of, problem_note, read_task_line
from handlers.routes import Action, Command
from handlers.task_forms import new_task_form, picked, ref_of
from storage.tasks import TaskFilter

Record = Callable[[str], Awaitable[Reply]]

PAGE = 10
MOST_AT_ONCE = 20
"""Tasks more than the first that one line changes: each is a transaction, and all of them have 2.5 s."""


async def on_task(typed: Typed, cx: Context) -> Reply:
    """Handle `/task` in all its forms."""

    async def record(text: str) -> Reply:
        return await _record(text, cx)

    command = read_task_command(typed.text, cx.words)
    if isinstance(command, OpenForm):
        return await new_task_form(cx, _memory(typed, cx))
    return await obey(command, typed.text, cx, record)


async def obey(command: TaskCommand, text: str, cx: Context, record: Record) -> Reply:
    """Do what was typed or said; `record` records what turns out to be a title."""
    match command:
        case ShowTask(ref):
            return await _show(ref, cx)
        case ListTasks() as wanted:
            return await _list(wanted, text, cx, record)
        case ChangeTask(verb, ref, rest) if not command.may_be_a_title or _is_a_time(rest, cx):
            more = more_references(rest, cx.words) if verb in WORDLESS else ()
            if ref is None or len(more) > MOST_AT_ONCE:
                raise DomainError("task.problem.no_reference", example=cx.t(f"help.example.{verb}"))
            return await (_change_each(verb, (ref, *more), cx) if more else CHANGES[verb](ref, rest, cx))
    return await record(text)


async def _record(text: str, cx: Context) -> Reply:
    def finish(read: AddTask) -> AddTask:
        return replace(read, asked_in=cx.actor.channel, is_private=cx.is_private)

    done = await record_line(text, cx, finish)
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


async def _change_each(verb: str, refs: Sequence[Reference], cx: Context) -> Reply:
    """Do the same to several tasks, each for itself; what one is refused for is said in its place."""
    said: list[Message] = []
    for ref in dict.fromkeys(refs):
        own = replace(cx.actor, delivery=cx.actor.delivery and f"{cx.actor.delivery}:{ref}")
        try:
            reply = await CHANGES[verb](ref, "", replace(cx, actor=own))
            said += [reply.message] if reply.message else []
        except AlreadyDelivered:
            continue
        except DomainError as e:
            said.append(problems.explain(e, cx.t))
    if not said:
        return NOTHING
    text = "\n".join(message.text for message in said)
    return Reply(message=Message(text=text, blocks=[block for message in said for block in message.blocks]))


async def _move(ref: Reference, rest: str, cx: Context) -> Reply:
    words, reason = _split_reason(rest, cx)
    due = read_due_words(ref, words, cx)
    details = await cx.use(cx.services.tasks.move, cx.actor, MoveTask(ref=ref, due=due, reason=reason))
    return Reply(message=views.moved(details, cx.zone, cx.t))


async def _give(ref: Reference, rest: str, cx: Context) -> Reply:
    if not rest:
        raise DomainError("task.problem.who", ref=str(ref))
    command = read_task_line(rest, await reader_of(rest, cx))
    if command.assignee is None:
        strange = {note.remark: note.words for note in command.notes}
        if Remark.NOT_A_MEMBER in strange:
            raise DomainError("task.problem.not_a_member", ref=str(ref), person=strange[Remark.NOT_A_MEMBER])
        raise DomainError("task.problem.unknown_person", ref=str(ref), person=strange.get(Remark.UNKNOWN_PERSON, rest))
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


def _is_a_time(words: str, cx: Context) -> bool:
    """Tell whether words are a due time, be it past."""
    found = read_due(words, now=cx.now(), calendar=cx.calendar, languages=cx.languages)
    return isinstance(found, DueReading) or (isinstance(found, DueProblem) and found.kind is Trouble.PAST)


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
    for word in cx.words.of("because"):
        match = re.search(rf"(?<!\S){re.escape(word)}(?!\S)", text, re.IGNORECASE)
        if match:
            return text[: match.start()].strip(), text[match.end() :].strip() or None
    return text, None


async def _list(wanted: ListTasks, text: str, cx: Context, record: Record) -> Reply:
    if wanted.words:
        named = await cx.reader(wanted.words)
        customer = named.line.customers.get(fold(wanted.words))
        if customer:
            return await show_list("customer", str(customer.number), 0, cx)
        if wanted.may_be_a_sentence:
            return await record(text)
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
        "customer": TaskFilter(reader=reader, customer=number_in(whom) or -1),
        "late": TaskFilter(reader=reader, late_at=now),
        "today": TaskFilter(reader=reader, due_before=_end_of_day(now, cx, days=1)),
        "week": TaskFilter(reader=reader, due_before=_end_of_day(now, cx, days=7 - cx.calendar.local(now).weekday())),
        "all": TaskFilter(reader=reader),
    }
    if kind not in filters:
        raise NotFound("list.problem.unknown")
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
    kind, _, place = click.value.partition(":")
    whom, _, offset = place.rpartition(":")
    return await show_list(kind, whom, offset_in(offset), cx)


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
    at = time_in(click.selected, cx)
    if ref is None:
        raise NotFound("task.problem.unknown", ref=click.block_id)
    if at is None:
        raise DomainError("due.problem.missing", ref=str(ref))
    details = await cx.use(cx.services.tasks.move, cx.actor, MoveTask(ref=ref, due=picked(at, cx)))
    return Reply(message=views.moved(details, cx.zone, cx.t), replaces=click.is_ephemeral)


def _memory(typed: Typed, cx: Context) -> FormMemory:
    return FormMemory(channel=cx.actor.channel or "", url=typed.response_url, is_private=cx.is_private)


def _told(key: str, details: TaskDetails, cx: Context) -> Reply:
    return Reply(message=views.told(key, details, cx.t))


def _shown(click: Click, key: str, details: TaskDetails, cx: Context) -> Reply:
    """Say it only where no card shows it: in the place of the ephemeral message whose button was pressed."""
    return Reply(message=views.told(key, details, cx.t), replaces=True) if click.is_ephemeral else NOTHING


ROUTES = (
    Command("/task", on_task),
    Action(ids.TASK_DONE, on_done),
    Action(ids.TASK_REOPEN, on_reopen),
    Action(ids.TASK_CANCEL, on_cancel),
    Action(ids.TASK_WAIT, on_wait),
    Action(ids.TASK_RESUME, on_resume),
    Action(ids.TASK_UNDO, on_undo),
    Action(ids.TASK_MORE, on_more),
    Action(ids.TASK_OPEN, on_more),
    Action(ids.TASK_DUE, on_due_picked),
)
