"""What a person is told when something can't be done: what, and one example that works."""

from bot.domain.errors import DomainError
from bot.i18n.translator import Translator
from bot.views.blocks import plain, safe, section
from bot.views.message import Message


def at_a_field(error: DomainError, t: Translator) -> str:
    """Say an error at a field of a form, where Slack reads no markup."""
    return t(error.key, **{name: plain(str(value), limit=120) for name, value in error.params.items()})


def explain(error: DomainError, t: Translator) -> Message:
    """Answer with an error that the person can act on; what people typed is made safe."""
    said = t(error.key, **{name: safe(str(value), limit=120) for name, value in error.params.items()})
    return Message(text=said, blocks=[section(said)])


def say(key: str, t: Translator, **params: object) -> Message:
    """Answer with one sentence of the catalog."""
    said = t(key, **params)
    return Message(text=said, blocks=[section(said)])
