"""What the bot hears: one module per noun, each ending in its ROUTES."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from handlers import directory, tasks

ROUTES = (*tasks.ROUTES, *directory.ROUTES)
ERRANDS: Mapping[str, Callable[..., Awaitable[Any]]] = {}
