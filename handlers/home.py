"""App Home: what its reader has to do, and the buttons to begin something."""

from bot.domain.details import HandoffPage
from bot.domain.handoffs import HandoffState
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Event
from bot.views import home as views
from bot.views import ids
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.routes import Action, EventRoute
from handlers.task_forms import new_task_form
from storage.handoffs import HandoffFilter
from storage.tasks import TaskFilter

SHOWN = 10


async def on_opened(event: Event, cx: Context) -> Reply:
    """Show a member the handoffs that wait for their answer, and their open tasks, soonest first."""
    if event.body.get("tab") != "home":
        return NOTHING
    if cx.is_outsider:
        return Reply(home=views.for_outsiders(cx.t))
    me = cx.actor.member
    page = await cx.use(cx.services.tasks.list, cx.actor, TaskFilter(reader=me, assignee=me), size=SHOWN)
    offered = await cx.use(cx.services.handoffs.list, cx.actor, HandoffFilter(reader=me, receiver=me), size=SHOWN)
    waiting = tuple(details for details in offered.handoffs if details.handoff.state is HandoffState.OFFERED)
    return Reply(home=views.home(page, HandoffPage(handoffs=waiting), cx.t, now=cx.now()))


async def on_new_task(click: Click, cx: Context) -> Reply:
    """Open the same form as the shortcut does."""
    return await new_task_form(cx, FormMemory(channel=cx.actor.channel or "", url=click.response_url))


ROUTES = (
    EventRoute("app_home_opened", on_opened, for_outsiders=True),
    Action(ids.TASK_NEW, on_new_task),
)
