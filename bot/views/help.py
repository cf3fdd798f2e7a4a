"""Help: what people want to do, and for each an example that works; a test reads every one in every language."""

from bot.i18n.translator import Translator
from bot.views.blocks import context, safe, section
from bot.views.message import Message

TOPICS: dict[str, tuple[str, ...]] = {
    "help.record": ("help.example.record", "help.example.form"),
    "help.find": ("help.example.list", "help.example.late", "help.example.show"),
    "help.change": ("help.example.done", "help.example.move", "help.example.give", "help.example.block"),
    "help.pass_on": ("help.example.handoff", "help.example.accept", "help.example.return"),
    "help.customers": ("help.example.add", "help.example.link", "help.example.customer"),
    "help.ask": ("help.example.ask",),
    "help.settings": ("help.example.me", "help.example.settings"),
}
"""Examples by what they are for; each is a catalog key that holds what a person types."""


def help_message(t: Translator, *, unknown: str = "") -> Message:
    """Show what Stafet does; `unknown` are words that it didn't know."""
    lines = [f"*{t(topic)}*\n" + "\n".join(f"`{t(example)}`" for example in TOPICS[topic]) for topic in TOPICS]
    opening = t("help.unknown", words=safe(unknown, limit=80)) if unknown else t("help.title")
    blocks = [section(opening), *map(section, lines), context(t("help.messages"))]
    return Message(text=opening, blocks=blocks)
