"""Blocks: small typed pieces that every view is made of, and the one place where people's text is escaped."""

import re
from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement, InteractiveElement
from slack_sdk.models.views import View

from bot.i18n.translator import Translator
from bot.views.ids import FIELD
from bot.views.message import Form

_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]{1,20}|#[CG][A-Z0-9]{1,20})&gt;")
_ADDRESS = re.compile(r"https?://(?:[^\s|<>&]|&amp;)+(?<![.,;:!?)\]'\"])")
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x00AD, 0x200B, *range(0x2060, 0x2065), 0xFEFF)
_CONTROL = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
_UNSEEN = dict.fromkeys((*_DIRECTIONS, *_INVISIBLE, *_CONTROL))


def safe(text: str, *, limit: int = 300) -> str:
    """Make people's text harmless in a message: escaped, cut, nothing unseen in it, mentions rebuilt from ids.

    An address becomes a link here, in plain sight: Slack itself is told to make nothing of plain words (`section`).
    """
    cut = shortened(_seen(text), limit)
    escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ADDRESS.sub(r"<\g<0>>", _MENTION.sub(r"<\1>", escaped))


def plain(text: str, *, limit: int = 75) -> str:
    """Make people's text fit for a button, an option or a title, where Slack reads no markup."""
    return shortened(_seen(text), limit) or "–"


def shortened(text: str, limit: int) -> str:
    """Cut a text to `limit` characters; an ellipsis shows that there was more."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def person(id: str) -> str:
    """Mention a person by id."""
    return f"<@{id}>"


def when(at: datetime, t: Translator) -> str:
    """Write an instant so that each reader sees it in their own zone; the fallback is UTC.

    Slack says "today" in the language of each reader's own Slack, which need not be the message's: still it tells more
    at a glance than figures in anybody's.
    """
    fallback = f"{t.day(at)} {t.clock(at)} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def in_full(local: datetime, zone: str, t: Translator) -> str:
    """Write a local time in full, with its zone: the read-back of what was understood."""
    return t("time.in_full", day=t.day(local), clock=t.clock(local), zone=zone)


def section(text: str, *, accessory: InteractiveElement | None = None) -> Block:
    """Make a section; its text is markup that is safe already."""
    return SectionBlock(text=_markup(text), accessory=accessory)


def context(*lines: str) -> Block:
    """Make a line of small print."""
    return ContextBlock(elements=[_markup(line) for line in lines if line][:10])


def header(text: str) -> Block:
    """Make a header."""
    return HeaderBlock(text=PlainTextObject(text=plain(text, limit=150), emoji=True))


def button(action_id: str, label: str, value: str, *, style: str | None = None) -> ButtonElement:
    """Make a button."""
    return ButtonElement(text=PlainTextObject(text=label, emoji=True), action_id=action_id, value=value, style=style)


def buttons(*elements: InteractiveElement, block_id: str | None = None) -> Block:
    """Put buttons in a row."""
    return ActionsBlock(elements=list(elements), block_id=block_id)


def field(
    name: str, label: str, element: InputInteractiveElement, *, optional: bool = False, hint: str | None = None
) -> Block:
    """Make a form field: the block_id is its name, the action_id is `value`."""
    element.action_id = FIELD
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=label),
        element=element,
        optional=optional,
        hint=PlainTextObject(text=hint) if hint else None,
    )


def form(callback_id: str, title: str, blocks: Sequence[Block], *, submit: str, close: str, metadata: str = "") -> Form:
    """Make a form. Titles and buttons hold 24 characters."""
    view = View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text=close),
        blocks=list(blocks),
        private_metadata=metadata or None,
    )
    made: Form = view.to_dict()
    return made


def _markup(text: str) -> MarkdownTextObject:
    """Make a text object; verbatim, or Slack would read a person's `@channel` and `#general` as mentions."""
    return MarkdownTextObject(text=text, verbatim=True)


def _seen(text: str) -> str:
    """Leave out what nobody sees: controls, directions, invisible signs; a text of nothing else becomes a dash."""
    return text.translate(_UNSEEN) or ("–" if text else "")
