"""What a person sees of a notice to a customer: its first words, the draft, its form, and the notice itself."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block

from bot.domain.customers import Customer
from bot.domain.details import NoticeDetails, TaskDetails
from bot.domain.notices import Notice, NoticeState
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, field, in_full, person, safe, section, shortened, when
from bot.views.fields import asking, text_input
from bot.views.message import Form, Message

_MOST_TEXT = 2900
"""Characters of one section; Slack takes 3,000."""
_WORD = re.compile(r"\S{1,400}|\s{1,400}")
_LONGEST = 2800
"""Characters of a notice that its form can hold again."""


def first_words(details: TaskDetails, due_at: datetime | None, reason: str, zone: str, t: Translator) -> str:
    """Write a notice in the customer's language: what, the new time (None: not known yet), why, what happens next."""
    task = details.task
    title = shortened(task.title, 300)
    if due_at:
        lines = [t("notice.text.moved", title=title, due=_customers_time(due_at, zone, t))]
    else:
        was = _customers_time(task.due.at, zone, t) if task.due else t("task.no_due")
        lines = [t("notice.text.late", title=title, due=was)]
    if reason:
        lines.append(t("notice.text.why", reason=shortened(reason, 1500).rstrip(" .!")))
    lines.append(t("notice.text.next_moved" if due_at else "notice.text.next_late"))
    return shortened("\n".join(lines), _LONGEST)


def draft(details: NoticeDetails, t: Translator, *, failed_in: str = "") -> Message:
    """Show a notice to the one who decides about it; `failed_in` is a channel where it could not be posted."""
    notice, task, customer = details.notice, details.task, details.customer
    name, channel = safe(customer.name, limit=80), customer.shared_channel
    opening = t(_opening_of(notice, channel), customer=name, ref=task.ref, title=safe(task.title, limit=150))
    why = "notice.why_owner" if customer.owner == notice.drafted_for else "notice.why_assignee"
    blocks: list[Block] = [section(opening)]
    if notice.state is NoticeState.DRAFT and not channel:
        blocks += [section(f"```{text}```") for text in _paragraphs(notice.text.replace("```", "'''"))]
    else:
        blocks += [section(text) for text in _paragraphs(notice.text)]
    if failed_in:
        blocks.append(context(t("notice.problem.not_in_channel", channel=failed_in)))
    if notice.state is NoticeState.DRAFT:
        blocks.append(_draft_buttons(notice, t, may_be_sent=channel is not None))
    else:
        blocks.append(context(_fate(notice, channel, t)))
    return Message(text=opening, blocks=[*blocks, context(t(why, customer=name, ref=task.ref))])


def edit_form(notice: Notice, t: Translator, *, metadata: str) -> Form:
    """Ask for other words."""
    element = text_input(notice.text, multiline=True)
    blocks = [field("notice", t("field.notice"), element)]
    return asking(ids.NOTICE_FORM, t("form.notice"), blocks, t, submit="button.save", metadata=metadata)


def notice(text: str, contacts: Sequence[str]) -> Message:
    """Show a customer the words of a notice, and nothing else."""
    mentions = " ".join(map(person, contacts[:20]))
    blocks = [section(mentions)] if mentions else []
    return Message(text=safe(text, limit=600), blocks=[*blocks, *map(section, _paragraphs(text))])


def drafted(details: NoticeDetails, reader: str, t: Translator) -> Message:
    """Tell the one who asked for a notice where it waits."""
    line = waiting(details.customer, details.notice.drafted_for, reader, t)
    return Message(text=line, blocks=[section(line)])


def waiting(customer: Customer, first: str, reader: str, t: Translator) -> str:
    """Say who reads a drafted notice first."""
    key = "notice.in_your_messages" if first == reader else "notice.waits_for"
    return t(key, person=person(first), customer=safe(customer.name, limit=80))


def _opening_of(notice: Notice, channel: str | None) -> str:
    """Choose what stands above the words: what can be done with them, as long as something can."""
    if notice.state is not NoticeState.DRAFT:
        return "notice.about"
    return "notice.draft" if channel else "notice.draft_no_channel"


def _customers_time(at: datetime, zone: str, t: Translator) -> str:
    return in_full(at.astimezone(ZoneInfo(zone)), t.city(zone), t)


def _draft_buttons(notice: Notice, t: Translator, *, may_be_sent: bool) -> Block:
    value = str(notice.number)
    send = [button(ids.NOTICE_SEND, t("button.send"), value, style="primary")] if may_be_sent else []
    rest = [button(ids.NOTICE_EDIT, t("button.edit"), value), button(ids.NOTICE_DISMISS, t("button.not_now"), value)]
    return buttons(*send, *rest)


def _fate(notice: Notice, channel: str | None, t: Translator) -> str:
    words = {"channel": f"<#{channel}>" if channel else "–", "at": when(notice.sent_at, t) if notice.sent_at else ""}
    return t(f"notice.state.{notice.state}", **words)


def _paragraphs(text: str) -> list[str]:
    """Cut a text into as few sections as hold it once it is escaped."""
    parts, part = [], ""
    for word in _WORD.findall(text):
        together = part + word
        if len(safe(together, limit=len(together))) > _MOST_TEXT:
            parts.append(part)
            together = word
        part = together
    shown = [safe(part, limit=len(part)) for part in [*parts, part]]
    return [words for words in shown if words.strip()] or ["–"]
