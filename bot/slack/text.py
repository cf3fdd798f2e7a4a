"""Text from Slack, made plain once on entry."""

import re

_ENTITY = re.compile(r"<([^<>]*)>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{1,63})\|([^<>|]+)>")
_HALVES = range(0xD800, 0xE000)
"""Halves of a pair that JSON can spell alone: no database and no socket takes them."""
_CONTROL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *_HALVES])


def from_message(text: str) -> str:
    """Undo Slack's escaping of a command or a message.

    A link with a label becomes address and label in plain sight, a channel its name; mentions keep their ids.
    """
    plain = _ENTITY.sub(_plain_entity, text)
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escaped, sign)
    return without_control(plain)


def channels_named(text: str) -> dict[str, str]:
    """List the channels that a command names, id by name: `from_message` leaves of them what a person reads."""
    return {match[2]: match[1] for match in _CHANNEL.finditer(text)}


def without_control(text: str) -> str:
    """Drop control characters, NUL among them; line breaks and tabs stay."""
    return text.translate(_CONTROL)


def _plain_entity(match: re.Match[str]) -> str:
    inside, _, label = match[1].partition("|")
    if inside.startswith("@"):
        return f"<{inside}>"
    if inside.startswith("#"):
        return f"#{label}" if label else f"<{inside}>"
    if inside.startswith("!"):
        return label or f"<{inside}>"
    address = inside.removeprefix("mailto:").removeprefix("tel:")
    return address if not label or label in (inside, address) else f"{label} ({address})"
