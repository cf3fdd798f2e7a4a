"""What a person sees of delay warnings: one promise, or many that became one message."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
)
from slack_sdk.models.blocks.block_elements import InteractiveElement

from bot.domain.details import TaskDetails, WarnedTask
from bot.domain.standing import Standing
from bot.domain.tasks import Origin, State, Task
from bot.domain.timeline import Happened
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, field, person, plain, safe, section, when
from bot.views.fields import asking, due_field, option, reason_field
from bot.views.message import Form, Message

TELL = "yes"
_MOST_ROWS = 24
_ROWS_A_BLOCK = 15
_MOST_TEXT = 2900
"""Characters of one section; Slack takes 3,000."""


def heads_up(rows: Sequence[WarnedTask], t: Translator, *, may_repeat: bool = False) -> Message:
    """Ask whether promises will be kept: one message for one person, with buttons for each."""
    if len(rows) == 1:
        task = rows[0].details.task
        opening = _due_line("delay.heads_up", rows[0], t)
        why = t("delay.why_yours", ref=task.ref)
    else:
        opening = t.count("delay.heads_up_many", len(rows))
        why = t("delay.why_all_yours")
    return _warning(rows, opening, why, t, may_repeat=may_repeat)


def late(rows: Sequence[WarnedTask], t: Translator, *, in_channel: bool = True, may_repeat: bool = False) -> Message:
    """Say that promises are late: in a channel or to one person, with buttons for each."""
    if len(rows) == 1:
        opening = _due_line("delay.late", rows[0], t)
        why = t("delay.why_channel" if in_channel else "delay.why_yours", ref=rows[0].details.task.ref)
    else:
        opening = t.count("delay.late_many", len(rows))
        why = t("delay.why_channel_many" if in_channel else "delay.why_all_yours")
    return _warning(rows, opening, why, t, in_channel=in_channel, may_repeat=may_repeat)


def one(row: WarnedTask, t: Translator) -> Message:
    """Show one row of a long message with all its buttons."""
    return heads_up([row], t) if row.reader else late([row], t)


def promise_has_moved(task: Task, t: Translator) -> str:
    """Say that an old warning is taken for the promise of today."""
    return t("delay.old_promise", ref=task.ref, due=when(task.due.at, t)) if task.due else ""


def said(words: str) -> Message:
    """Say a line that is made already."""
    return Message(text=words, blocks=[section(words)])


def remarks(words: str) -> list[Block]:
    """Put a remark under a message, if there is one."""
    return [context(words)] if words else []


def late_form(details: TaskDetails, t: Translator, *, metadata: str, remark: str = "") -> Form:
    """Ask for a new time, the reason, and whether the customer is to be told."""
    task, customer = details.task, details.customer
    blocks = remarks(remark)
    blocks += [due_field(t, required=True), reason_field(t)]
    if customer and _concerns_customer(details):
        tell = option(TELL, t("field.tell_customer.yes", customer=plain(customer.name, limit=30)))
        boxes = CheckboxesElement(options=[tell])
        blocks.append(
            field("tell_customer", t("field.tell_customer"), boxes, optional=True, hint=t("field.tell_customer_hint"))
        )
    heading = t("form.late", ref=task.ref)
    return asking(ids.DELAY_LATE_FORM, heading, blocks, t, submit="button.save", metadata=metadata)


def with_remark(form: Form, remark: str) -> Form:
    """Put a line of small print at the top of a form."""
    return form | {"blocks": [context(remark).to_dict(), *form["blocks"]]} if remark else form


def _warning(
    rows: Sequence[WarnedTask], opening: str, why: str, t: Translator, *, may_repeat: bool, in_channel: bool = False
) -> Message:
    rows = sorted(rows, key=_promise_and_number)  # they stay in their places, whatever becomes of one
    small_print = context(why, t("delay.may_repeat") if may_repeat else "")
    blocks: list[Block]
    if len(rows) == 1 and rows[0].standing is not Standing.OPEN:
        is_still_theirs = rows[0].standing is not Standing.GIVEN
        told = [section(_row(rows[0], t)), *([small_print] if is_still_theirs else [])]
        return Message(text=_outcome(rows[0], t), blocks=told)
    if len(rows) == 1:
        facts = [str(rows[0].details.task.ref), *_facts(rows[0], t)]
        blocks = [section(opening), context(" · ".join(facts)), *_answers(rows[0], t, in_channel=in_channel)]
    elif len(rows) <= _MOST_ROWS:
        blocks = [section(f"*{opening}*")]
        for row in rows:
            blocks += [section(_row(row, t)), *_answers(row, t, in_channel=in_channel)]
    else:
        blocks = [section(f"*{opening}*\n{t('delay.open_one')}")]
        for start in range(0, len(rows), _ROWS_A_BLOCK):
            blocks += _page(rows[start : start + _ROWS_A_BLOCK], t)
    return Message(text=opening, blocks=[*blocks, small_print])


def _promise_and_number(row: WarnedTask) -> tuple[float, int]:
    return (row.promise.timestamp() if row.promise else 0.0, row.details.task.number)


def _due_line(key: str, row: WarnedTask, t: Translator) -> str:
    task = row.details.task
    promise = row.promise or task.due_at
    return t(key, title=safe(task.title, limit=500), due=when(promise, t) if promise else t("task.no_due"))


def _row(row: WarnedTask, t: Translator) -> str:
    task = row.details.task
    due = [t("task.due_when", due=when(row.promise, t))] if row.promise else []
    facts = " · ".join([str(task.ref), *due, *_facts(row, t)])
    return f"*{safe(task.title, limit=150)}*\n{facts}"


def _page(rows: Sequence[WarnedTask], t: Translator) -> list[Block]:
    """Show many promises in two blocks: a line for each, and a button that opens it."""
    lines = []
    for row in rows:
        outcome = _outcome(row, t) or (t("task.due_when", due=when(row.promise, t)) if row.promise else "")
        lines.append(f"*{row.details.task.ref}* {safe(row.details.task.title, limit=40)} · {outcome}")
    elements: list[InteractiveElement] = [
        button(f"{ids.DELAY_OPEN}{place}", str(row.details.task.ref), str(row.details.task.ref))
        for place, row in enumerate(rows)
        if row.standing is Standing.OPEN
    ]
    shown: list[Block] = [section(text) for text in _fitting(lines)]
    return [*shown, buttons(*elements)] if elements else shown


def _concerns_customer(details: TaskDetails) -> bool:
    """Tell whether a customer may hear of a delay: what follows up on an answer is internal."""
    return details.customer is not None and details.task.origin is not Origin.FEEDBACK


def _fitting(lines: Sequence[str]) -> list[str]:
    """Join lines into as few texts as Slack takes."""
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) + 1 > _MOST_TEXT:
            texts.append("")
        texts[-1] += f"{line}\n"
    return texts


def _facts(row: WarnedTask, t: Translator) -> list[str]:
    """Say whose it is, for whom, and how the promise stands."""
    task, customer = row.details.task, row.details.customer
    facts = [] if row.reader else [person(task.assignee)]
    if customer:
        facts.append(safe(customer.name, limit=80))
    if task.state is State.BLOCKED and task.reason:
        facts.append(t("task.blocked_by", reason=safe(task.reason, limit=150)))
    facts += [_told(row, t)]
    outcome = _outcome(row, t)
    facts += [f"*{outcome}*"] if outcome else []
    return [fact for fact in facts if fact]


def _told(row: WarnedTask, t: Translator) -> str:
    """Say when the customer heard of the due time of today, or once that is past, that it isn't kept."""
    told = [entry for entry in row.details.entries if entry.happened is Happened.CUSTOMER_WAS_TOLD]
    if not told or datetime.fromisoformat(told[-1].data["to"]) != row.details.task.due_at:
        return ""
    is_late = row.reader is None and row.standing is Standing.OPEN
    if is_late and row.promise and told[-1].at < row.promise:
        return ""
    return t("delay.customer_told", at=when(told[-1].at, t))


def _outcome(row: WarnedTask, t: Translator) -> str:
    """Say what became of the promise; nothing while it is open."""
    task = row.details.task
    if row.standing is Standing.OPEN:
        return ""
    if row.standing is Standing.DONE and task.done_at and row.promise and task.done_at > row.promise:
        return t("delay.outcome.done_late", by=_long(task.done_at - row.promise, t))
    if row.standing is Standing.SNOOZED and row.promise and task.snoozed_until and task.snoozed_until >= row.promise:
        return t("delay.outcome.snoozed_for_good")
    due = when(task.due_at, t) if task.due_at else t("task.no_due")
    until = when(task.snoozed_until, t) if task.snoozed_until else ""
    return t(f"delay.outcome.{row.standing}", due=due, until=until, person=person(task.assignee))


def _long(late: timedelta, t: Translator) -> str:
    return format_timedelta(max(late, timedelta(minutes=1)), granularity="minute", locale=t.locale)


def _answers(row: WarnedTask, t: Translator, *, in_channel: bool) -> list[Block]:
    """Offer what can still be answered."""
    task = row.details.task
    if row.standing is not Standing.OPEN:
        return []
    elements = _heads_up_buttons(task, t) if row.reader else _late_buttons(row.details, t, in_channel=in_channel)
    return [buttons(*elements, block_id=ids.warning_block(task.ref, row.promise))]


def _heads_up_buttons(task: Task, t: Translator) -> list[InteractiveElement]:
    ref = str(task.ref)
    later = button(ids.DELAY_LATE, t("button.will_be_late"), ref)
    done = button(ids.DELAY_DONE, t("button.done"), ref)
    if task.state is State.BLOCKED:
        return [later, done]
    return [
        button(ids.DELAY_ON_TRACK, t("button.on_track"), ref, style="primary"),
        later,
        button(ids.DELAY_BLOCKED, t("button.blocked_why"), ref),
        done,
        button(ids.DELAY_SNOOZE, t("button.snooze"), ref),
    ]


def _late_buttons(details: TaskDetails, t: Translator, *, in_channel: bool) -> list[InteractiveElement]:
    """Offer the channel to take it over; the one whose it is, in direct messages, to finish it."""
    ref = str(details.task.ref)
    first = (
        button(ids.DELAY_TAKE, t("button.take"), ref) if in_channel else button(ids.TASK_DONE, t("button.done"), ref)
    )
    elements: list[InteractiveElement] = [first, button(ids.DELAY_MOVE, t("button.move"), ref)]
    if _concerns_customer(details):
        elements.append(button(ids.DELAY_TELL_CUSTOMER, t("button.tell_customer"), ref))
    return elements
