"""What every view makes: a message, or a form. Built with Slack's own models, which raise on its limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message shows. `text` is what notifications and screen readers say."""

    text: str
    blocks: Sequence[Block] = ()

    @property
    def payload(self) -> dict[str, Any]:
        """Give it as Slack takes it; raises on Slack's limits."""
        return {"text": self.text, "blocks": [block.to_dict() for block in self.blocks]}


Form = dict[str, Any]
"""A Slack view, as `View.to_dict()` gives it."""
