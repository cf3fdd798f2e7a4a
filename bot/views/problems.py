"""What a person is told when something can't be done: what, and one example that works."""

import re
from collections.abc import Mapping

from bot.domain.errors import DomainError
from bot.i18n.translator import Translator
from bot.views.blocks import plain, safe, section
from bot.views.message import Message

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def at_a_field(error: DomainError, t: Translator) -> str:
    """Say an error at a field of a form, where Slack reads no markup; people are still mentioned by id."""
    return t(error.key, **{name: plain(str(value), limit=120) for name, value in error.params.items()})


def with_names(said: str, names: Mapping[str, str], t: Translator) -> str:
    """Name the people whom a sentence mentions, for where Slack shows a mention as it is written; `names` are by id."""
    return _MENTION.sub(lambda match: plain(names.get(match[1]) or t("problem.somebody")), said)


def explain(error: DomainError, t: Translator) -> Message:
    """Answer with an error that the person can act on; what people typed is made safe."""
    said = t(error.key, **{name: safe(str(value), limit=120) for name, value in error.params.items()})
    return Message(text=said, blocks=[section(said)])


def say(key: str, t: Translator, **params: object) -> Message:
    """Answer with one sentence of the catalog."""
    said = t(key, **params)
    return Message(text=said, blocks=[section(said)])
