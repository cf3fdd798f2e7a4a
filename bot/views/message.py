"""What every view makes: a message, or a form. Built with Slack's own models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message shows. `text` is what notifications and screen readers say."""

    text: str
    blocks: Sequence[Block] = ()

    @property
    def payload(self) -> dict[str, Any]:
        """Give it as Slack takes it. Whoever made a piece keeps its limits: `to_dict()` takes ten times as long."""
        return {"text": self.text, "blocks": [_as_json(block) for block in self.blocks]}


def _as_json(value: Any) -> Any:
    """Do what `to_dict()` does, but for its look at the limits."""
    if isinstance(value, (list, tuple)):
        return [_as_json(one) for one in value]
    if not isinstance(value, JsonObject):
        return value
    if type(value).to_dict is not JsonObject.to_dict:  # an option, a confirmation: they have a way of their own
        return value.to_dict()
    named = ((name, getattr(value, name, None)) for name in sorted(value.attributes))
    return {name: _as_json(one) for name, one in named if one not in (None, "", [])}


Form = dict[str, Any]
"""A Slack view, as `View.to_dict()` gives it."""
Choice = dict[str, Any]
"""A choice in a menu, as `Option.to_dict()` gives it."""
