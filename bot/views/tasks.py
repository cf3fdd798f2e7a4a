"""What a person sees of tasks: the card, the answer to what they typed, lists and forms."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    DateTimePickerElement,
)
from slack_sdk.models.blocks.block_elements import InteractiveElement

from bot.domain.commands import Note
from bot.domain.details import Recorded, TaskDetails, TaskPage
from bot.domain.references import Reference
from bot.domain.tasks import Due, Priority, State, Task
from bot.domain.timeline import Entry, Happened
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import (
    button,
    buttons,
    context,
    in_full,
    person,
    safe,
    section,
    when,
)
from bot.views.message import Message

_ENTRIES_SHOWN = 12
_TIMELINE_ROOM = 2900
"""Characters of the small print; Slack takes 3,000."""
_MAY_END_WAITING = (
    Happened.TASK_WAS_RESUMED,
    Happened.TASK_WAS_BLOCKED,
    Happened.TASK_WAS_DONE,
    Happened.TASK_WAS_CANCELLED,
    Happened.TASK_WAS_UNDONE,
)
_SHOWN_MOVE = timedelta(minutes=1)
"""How far a due time has to have moved for its first promise to read differently."""


def card(details: TaskDetails, t: Translator, *, notes: Iterable[Note] = (), now: datetime | None = None) -> Message:
    """Show a task to everybody in a channel: what, whose, for whom, when, and what can be done."""
    task = details.task
    blocks: list[Block] = [section(_headline(task, t)), context(*_facts(details, t, now=now))]
    if task.due is None and not task.is_over:
        blocks.append(due_picker(task.ref))
    said = [note_line(note, t) for note in notes]
    blocks += [context(*said)] if said else []
    blocks += [context(line) for line in _source_lines(task, t)]
    blocks.append(buttons(*_card_buttons(task, t), *_skip_button(details, t)))
    return Message(text=summary(task, t), blocks=blocks)


def recorded(done: Recorded, zone: str, t: Translator) -> Message:
    """Show the author how each part of the line was read, with Edit and Undo."""
    task, customer = done.details.task, done.details.customer
    opening = t("task.recorded" if done.is_new else "task.recorded_before", ref=task.ref, title=safe(task.title))
    lines = [opening, f"{t('task.assignee')}: {person(task.assignee)}"]
    lines.append(_due_line(task, zone, t))
    if customer:
        lines.append(f"{t('task.customer')}: {safe(customer.name)}")
    if task.priority is not Priority.NORMAL:
        lines.append(f"{t('task.priority')}: {t(f'priority.{task.priority}')}")
    if task.watchers:
        lines.append(f"{t('task.watchers')}: {' '.join(map(person, task.watchers))}")
    blocks: list[Block] = [section("\n".join(lines))]
    notes = [note_line(note, t) for note in done.notes]
    blocks += [context(*notes)] if notes else []
    if task.due is None:
        blocks += [context(t("task.pick_due")), due_picker(task.ref)]
    elements: list[InteractiveElement] = [button(ids.TASK_EDIT, t("button.edit"), str(task.ref))]
    if done.is_new:
        elements.append(button(ids.TASK_UNDO, t("button.undo"), str(task.ref)))
    blocks.append(buttons(*elements))
    return Message(text=opening, blocks=blocks)


def more(details: TaskDetails, zone: str, t: Translator) -> Message:
    """Show one person everything about a task, and the rest of what can be done."""
    task, ref = details.task, str(details.task.ref)
    blocks: list[Block] = [
        section(_headline(task, t)),
        context(*_facts(details, t, due=_due_line(task, zone, t))),
        *[context(line) for line in _source_lines(task, t)],
    ]
    if details.entries:
        blocks.append(context(timeline(details.entries, t)))
    elements: list[InteractiveElement] = [*_card_buttons(task, t, more=False), *_skip_button(details, t)]
    if not task.is_over:
        paused = task.state in (State.BLOCKED, State.WAITING)
        elements.append(button(ids.TASK_RESUME, t("button.resume"), ref) if paused else _wait_button(ref, t))
        elements.append(button(ids.TASK_EDIT, t("button.edit"), ref))
        elements.append(button(ids.TASK_CANCEL, t("button.cancel_task"), ref))
    blocks.append(buttons(*elements))
    return Message(text=summary(task, t), blocks=blocks)


def listed(page: TaskPage, title: str, t: Translator, *, next_value: str = "", now: datetime | None = None) -> Message:
    """Show one page of tasks, soonest first."""
    blocks: list[Block] = [section(f"*{title}*")]
    for details in page.tasks:
        task = details.task
        line = f"*{task.ref}* {safe(task.title, limit=150)}"
        facts = " · ".join(_facts(details, t, now=now))
        opened = button(ids.TASK_OPEN, t("button.open"), str(task.ref))
        blocks.append(section(f"{line}\n{facts}", accessory=opened))
    if not page.tasks:
        blocks.append(context(t("list.empty")))
    if page.after is not None:
        blocks.append(buttons(button(ids.LIST_NEXT, t("button.next_page"), next_value)))
    return Message(text=title, blocks=blocks)


def given(details: TaskDetails, giver: str, t: Translator) -> Message:
    """Tell somebody that a task is theirs now, and who says so."""
    opening = t("task.given_to_you", person=person(giver), ref=details.task.ref)
    shown = card(details, t)
    return Message(text=f"{opening} {summary(details.task, t)}", blocks=[section(opening), *shown.blocks])


def threaded(details: TaskDetails, channel: str | None, t: Translator, *, notes: Iterable[Note] = ()) -> Message:
    """Answer in a thread, in one short line, while the card stands elsewhere."""
    task = details.task
    line = t("task.recorded_short", ref=task.ref, person=person(task.assignee), due=_due(task, t))
    if channel:
        line += " " + t("task.card_is_in", channel=f"<#{channel}>")
    blocks: list[Block] = [section(line)]
    said = [note_line(note, t) for note in notes]
    blocks += [context(*said)] if said else []
    if task.due is None:
        blocks += [context(t("task.pick_due")), due_picker(task.ref)]
    return Message(text=line, blocks=blocks)


def uninvited(ref: Reference, channel: str, t: Translator) -> Message:
    """Say why a card isn't in its channel, and how to invite the bot."""
    line = t("task.uninvited", ref=ref, channel=f"<#{channel}>")
    return Message(text=line, blocks=[section(line)])


def moved(details: TaskDetails, zone: str, t: Translator) -> Message:
    """Read a new due time back, in full."""
    due = due_in_full(details.task.due, zone, t)
    line = t("task.was_moved", ref=details.task.ref, title=safe(details.task.title), due=due)
    return Message(text=line, blocks=[section(line)])


def edited(details: TaskDetails, zone: str, t: Translator) -> Message:
    """Say that a changed task is kept, and read its due time back."""
    line = t("task.was_edited", ref=details.task.ref, title=safe(details.task.title))
    return Message(text=line, blocks=[section(line), context(_due_line(details.task, zone, t))])


def list_title(kind: str, whom: str, customer: str, t: Translator) -> str:
    """Say which list this is."""
    return t(f"list.title.{kind}", person=person(whom), customer=safe(customer, limit=80))


def told(key: str, details: TaskDetails, t: Translator) -> Message:
    """Tell the one who pressed what has happened, where no card shows it."""
    task = details.task
    line = t(key, ref=task.ref, title=safe(task.title), person=person(task.assignee))
    return Message(text=line, blocks=[section(line)])


def summary(task: Task, t: Translator) -> str:
    """Say a task in one line, as a notification or a screen reader does."""
    return f"{task.ref}: {safe(task.title)} · {t(f'state.{task.state}')}"


def due_in_full(due: Due | None, zone: str, t: Translator) -> str:
    """Write a due time in full, with its zone."""
    return in_full(due.at.astimezone(ZoneInfo(zone)), zone, t) if due else t("task.no_due")


def note_line(note: Note, t: Translator) -> str:
    """Say what was guessed or could not be read."""
    return t(f"note.{note.remark}", words=safe(note.words, limit=80))


def timeline(entries: Sequence[Entry], t: Translator) -> str:
    """Tell what happened, newest last, in small print."""
    lines = []
    for entry in entries[-_ENTRIES_SHOWN:]:
        who = person(entry.by) if entry.by else t("timeline.stafet")
        words = _entry_words(entry, t)
        what = t(f"timeline.{entry.happened}", **words)
        if entry.happened in _MAY_END_WAITING and words["to"]:
            what += f" ({t('timeline.waited', to=words['to'])})"
        lines.append(f"{when(entry.at, t)} · {who} · {what}")
    while len("\n".join(lines)) > _TIMELINE_ROOM:  # never within a line: a mention that is cut is none
        lines.pop(0)
    return "\n".join(lines)


def _headline(task: Task, t: Translator) -> str:
    mark = "" if task.priority is Priority.NORMAL else f" · *{t(f'priority.{task.priority}')}*"
    title = safe(task.title, limit=500)
    shown = f"~{title}~" if task.state is State.CANCELLED else f"*{title}*"
    return f"{shown}\n{task.ref} · {t(f'state.{task.state}')}{mark}"


def _facts(details: TaskDetails, t: Translator, *, now: datetime | None = None, due: str = "") -> list[str]:
    task, customer = details.task, details.customer
    facts = [person(task.assignee), due or _due(task, t)]
    if now and task.is_late(now):
        facts[1] = f"*{t('task.is_late')}* {facts[1]}"
    if task.first_due_at and task.due and abs(task.due.at - task.first_due_at) >= _SHOWN_MOVE:
        facts.append(t("task.first_promise", due=when(task.first_due_at, t)))
    if customer:
        facts.append(safe(customer.name, limit=80))
    if task.state is State.BLOCKED and task.reason:
        facts.append(t("task.blocked_by", reason=safe(task.reason, limit=150)))
    if task.state is State.WAITING and task.waiting_since:
        facts.append(t("task.waiting_since", since=when(task.waiting_since, t), person=person(task.assignee)))
    return facts


def _due_line(task: Task, zone: str, t: Translator) -> str:
    return f"{t('task.due')}: {due_in_full(task.due, zone, t)}" if task.due else t("task.no_due")


def _due(task: Task, t: Translator) -> str:
    return t("task.due_when", due=when(task.due.at, t)) if task.due else t("task.no_due")


def _source_lines(task: Task, t: Translator) -> list[str]:
    source = task.source
    if source is None:
        return []
    link = f" <{source.permalink}|{t('task.source_link')}>" if source.permalink else ""
    if source.fate == "deleted":
        return [t("task.source_deleted", text=safe(source.text))]
    if source.fate == "edited":
        return [t("task.source_edited", text=safe(source.text)) + link]
    return [link.strip()] if link else []


def _card_buttons(task: Task, t: Translator, *, more: bool = True) -> list[InteractiveElement]:
    ref = str(task.ref)
    rest = [button(ids.TASK_MORE, t("button.more"), ref)] if more else []
    if task.is_over:
        return [button(ids.TASK_REOPEN, t("button.reopen"), ref), *rest]
    return [
        button(ids.TASK_DONE, t("button.done"), ref, style="primary"),
        button(ids.TASK_MOVE, t("button.move"), ref),
        button(ids.TASK_GIVE, t("button.give"), ref),
        button(ids.TASK_BLOCK, t("button.blocked"), ref),
        *rest,
    ]


def _skip_button(details: TaskDetails, t: Translator) -> list[InteractiveElement]:
    """Offer not to ask about work that is done, as long as nobody was asked."""
    prompt = details.planned_prompt
    return [] if prompt is None else [button(ids.FEEDBACK_SKIP, t("button.skip_feedback"), str(prompt))]


def _wait_button(ref: str, t: Translator) -> InteractiveElement:
    return button(ids.TASK_WAIT, t("button.wait"), ref)


def due_picker(ref: Reference) -> Block:
    """Ask for a due time; the block names the task, for a picker carries no value of its own."""
    picker = DateTimePickerElement(action_id=ids.TASK_DUE)
    return buttons(picker, block_id=ids.due_block(ref))


def _entry_words(entry: Entry, t: Translator) -> dict[str, str]:
    words = {key: safe(value, limit=120) for key, value in entry.data.items()}
    for key in ("was", "to", "due", "until"):
        words[key] = _readable(entry.data.get(key, ""), t)
    words["assignee"] = _readable(entry.data.get("assignee", ""), t)
    words["reason"] = f" ({words['reason']})" if words.get("reason") else ""
    words["changes"] = _changes(entry.data, t)
    return words


def _changes(data: Mapping[str, str], t: Translator) -> str:
    """Tell from what to what somebody edited a task; of one edited long ago nobody knows."""
    changed = [name for name in ("title", "customer", "priority") if f"{name}_was" in data]
    told = [
        f"{t(f'task.{name}')}: {_value(name, data[f'{name}_was'], t)} → {_value(name, data[name], t)}"
        for name in changed
    ]
    return f" ({' · '.join(told)})" if told else ""


def _value(name: str, value: str, t: Translator) -> str:
    if name == "priority":
        return t(f"priority.{value}")
    return safe(value, limit=120) or t("field.no_customer")


def _readable(value: str, t: Translator) -> str:
    """Show an instant in the reader's zone, an id as a mention, anything else as text."""
    try:
        return when(datetime.fromisoformat(value), t)
    except ValueError:
        is_id = value[:1] in ("U", "W") and value.isalnum() and value.isupper()
        return person(value) if is_id else safe(value, limit=120)
