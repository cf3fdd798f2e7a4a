"""Blocks, forms and the manifest that the playground's tests are made of."""

from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).parent / "manifest.yml"


def section(text: str, **more: Any) -> dict[str, Any]:
    """Build a section block."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    """Build a button."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Press"}, **more}


def field(block_id: str, element: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Build an input block whose action is `value`."""
    element = {"type": "plain_text_input", "action_id": "value"} if element is None else element
    return {"type": "input", "block_id": block_id, "label": plain("Field"), "element": element, **more}


def plain(text: str) -> dict[str, Any]:
    """Build a plain text object."""
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Build a form."""
    return {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks), **more}
