"""What a person sees of messages that could not be delivered."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.outgoing import is_direct
from bot.domain.references import Noun
from bot.domain.undelivered import Undelivered, UndeliveredPage, Why
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, person, safe, section, when
from bot.views.message import Message

_MOST_TOLD = 10
_OPENED_BY = {Noun.TASK: ids.TASK_OPEN, Noun.HANDOFF: ids.HANDOFF_SHOW}


def undelivered(messages: Sequence[Undelivered], t: Translator) -> Message:
    """Tell one person what could not be delivered, where, why, and what to do."""
    if len(messages) == 1:
        opening = t("undelivered.one", kind=_kind(messages[0], t))
    else:
        opening = t.count("undelivered.many", len(messages))
    blocks: list[Block] = [section(f"*{opening}*")]
    for message in messages[:_MOST_TOLD]:
        blocks += _told(message, t, alone=len(messages) == 1)
    if len(messages) > _MOST_TOLD:
        blocks.append(context(t.count("undelivered.more", len(messages) - _MOST_TOLD)))
    return Message(text=opening, blocks=[*blocks, context(t("undelivered.because"))])


def listed(page: UndeliveredPage, t: Translator) -> list[Block]:
    """List for an admin what could not be delivered lately; nothing where there is nothing."""
    if not page.shown:
        return []
    lines = [f"• {_line(message, t)}" for message in page.shown]
    lines += [t.count("undelivered.more", page.more)] if page.more else []
    return [section(f"*{t('undelivered.heading')}*"), section("\n".join(lines))]


def _told(message: Undelivered, t: Translator, *, alone: bool) -> list[Block]:
    lines = [] if alone else [_kind(message, t)]
    lines += [_subject(message)] if message.about else []
    lines.append(t("undelivered.where", place=_place(message, t)))
    lines.append(t("undelivered.why", why=_why(message, t)))
    lines.append(t("undelivered.do", do=_mend(message, t)))
    blocks: list[Block] = [section("\n".join(lines))]
    if message.about and message.about.noun in _OPENED_BY:
        ref = str(message.about)
        blocks.append(buttons(button(_OPENED_BY[message.about.noun], t("button.open"), ref)))
    return blocks


def _line(message: Undelivered, t: Translator) -> str:
    subject = [_subject(message, limit=60)] if message.about else []
    return " · ".join([when(message.at, t), _kind(message, t), *subject, _place(message, t), _why(message, t)])


def _subject(message: Undelivered, *, limit: int = 150) -> str:
    return f"*{message.about}* {safe(message.title, limit=limit)}"


def _place(message: Undelivered, t: Translator) -> str:
    if is_direct(message.place):
        whom = person(message.place) if message.place[0] in "UW" else "–"  # of a conversation nobody knows whose it is
        return t("undelivered.direct", person=whom)
    return f"<#{message.place}>"


def _kind(message: Undelivered, t: Translator) -> str:
    return t(f"undelivered.kind.{message.saying.name.lower()}")


def _why(message: Undelivered, t: Translator) -> str:
    return t(f"undelivered.why.{message.why}", code=safe(message.code, limit=60))


def _mend(message: Undelivered, t: Translator) -> str:
    can_give = message.why is Why.GONE and message.about is not None and message.about.noun is Noun.TASK
    return t("undelivered.do.give" if can_give else f"undelivered.do.{message.why}", ref=message.about or "")
