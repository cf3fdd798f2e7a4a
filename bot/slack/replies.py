"""Replies: what a handler wants the person to see. The edge answers from it, then does the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.requests import Click, Request, Search, Submission, Typed
from bot.views.message import Choice, Form, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the person sees at once.

    `message` is for this person alone; `replaces` puts it in the place of the message that was clicked.
    `form` opens a form, `pushes` lays it over an open one. `errors` stand at the fields of a form, by block_id.
    `choices` are what a menu offers that we look up. `home` is shown on the person's home tab.
    `follow_url` answers a form through the response_url that opened it.
    `whom` is told where the request itself names nobody: the author of a message that was edited.
    """

    message: Message | None = None
    replaces: bool = False
    deletes: bool = False
    form: Form | None = None
    pushes: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[Choice] = ()
    home: Form | None = None
    follow_url: str = ""
    follow_channel: str = ""
    whom: str = ""


NOTHING = Reply()


def ack_of(request: Request, reply: Reply) -> dict[str, Any]:
    """Make the body of the acknowledgement; an empty one only says that it was kept."""
    if isinstance(request, Search):
        return {"options": list(reply.choices)}
    if isinstance(request, Typed) and reply.message:
        return {"response_type": "ephemeral", **reply.message.payload}
    if isinstance(request, Submission) and reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    if isinstance(request, Submission) and reply.form:
        return {"response_action": "push" if reply.pushes else "update", "view": dict(reply.form)}
    return {}


def is_told_by_ack(request: Request, reply: Reply) -> bool:
    """Tell whether the acknowledgement says it all."""
    if reply is NOTHING or isinstance(request, Search):
        return True
    if isinstance(request, Typed) and reply.message:
        return True
    return isinstance(request, Submission) and bool(reply.errors or reply.form)


def response_of(request: Request, reply: Reply) -> dict[str, Any]:
    """Make the body that goes to the response_url."""
    if reply.deletes:
        return {"delete_original": True}
    said = reply.message.payload if reply.message else {}
    replaces = reply.replaces and isinstance(request, Click)
    return {"response_type": "ephemeral", "replace_original": replaces, **said}
