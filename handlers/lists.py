"""Lists: one button shows the next page of any of them; its value begins with the kind of list."""

from collections.abc import Awaitable, Callable

from bot.slack.replies import Reply
from bot.slack.requests import Click
from bot.views import ids
from bot.views.customers import CUSTOMERS_LIST
from bot.views.handoffs import HANDOFFS_LIST
from handlers import customers, handoffs, tasks
from handlers.context import Context
from handlers.routes import Action

PAGES: dict[str, Callable[[str, Context], Awaitable[Reply]]] = {
    CUSTOMERS_LIST: customers.show_page,
    HANDOFFS_LIST: handoffs.show_page,
}
"""What shows a page, by kind of list; what stands here under no name is a list of tasks."""


async def on_next_page(click: Click, cx: Context) -> Reply:
    """Show the next page in the place of this one."""
    kind, _, where = click.value.partition(":")
    page = PAGES.get(kind)
    return await (page(where, cx) if page else tasks.on_next_page(click, cx))


ROUTES = (Action(ids.LIST_NEXT, on_next_page),)
