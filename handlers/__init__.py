"""What the bot hears: one module per noun, each ending in its ROUTES."""

from handlers import (
    customers,
    delays,
    directory,
    feedback,
    handoffs,
    home,
    lists,
    messages,
    notices,
    stafet,
    task_forms,
    tasks,
)

ROUTES = (
    *tasks.ROUTES,
    *task_forms.ROUTES,
    *delays.ROUTES,
    *notices.ROUTES,
    *directory.ROUTES,
    *customers.ROUTES,
    *handoffs.ROUTES,
    *home.ROUTES,
    *messages.ROUTES,
    *lists.ROUTES,
    *stafet.ROUTES,
    *feedback.ROUTES,
)
ERRANDS = {**messages.ERRANDS}
