"""Routes: what is heard, and who handles it. They can be listed, and compared with the manifest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.slack.replies import Reply
from bot.slack.requests import Click, Event, Search, Shortcut, Submission, Typed
from handlers.context import Context


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command."""

    name: str
    handler: Callable[[Typed, Context], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Action:
    """A button, menu or picker. An id that ends in a dot stands for all that begin with it.

    `for_outsiders`: people of other workspaces and guests may press it, for they were asked.
    """

    id: str
    handler: Callable[[Click, Context], Awaitable[Reply]]
    for_outsiders: bool = False


@dataclass(frozen=True, slots=True)
class FormRoute:
    """A form that was sent."""

    id: str
    handler: Callable[[Submission, Context], Awaitable[Reply]]
    for_outsiders: bool = False


@dataclass(frozen=True, slots=True)
class SearchRoute:
    """A menu of a form whose choices are looked up as a person types; `menu` is its block_id, in whatever form."""

    menu: str
    handler: Callable[[Search, Context], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class ShortcutRoute:
    """A global shortcut, or one on a message."""

    id: str
    handler: Callable[[Shortcut, Context], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class EventRoute:
    """Something that happens in Slack; what outsiders do is passed over, unless the route is for them too."""

    kind: str
    handler: Callable[[Event, Context], Awaitable[Reply]]
    for_outsiders: bool = False


Route = Command | Action | FormRoute | SearchRoute | ShortcutRoute | EventRoute
AnyHandler = Callable[[Any, Context], Awaitable[Reply]]
