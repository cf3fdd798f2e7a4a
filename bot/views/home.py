"""App Home: what its reader has to do, soonest first."""

from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.details import HandoffPage, TaskPage
from bot.i18n.translator import Translator
from bot.views import handoffs, ids
from bot.views.blocks import button, buttons, context, header, section
from bot.views.message import Form
from bot.views.tasks import listed


def home(page: TaskPage, offers: HandoffPage, t: Translator, *, now: datetime) -> Form:
    """Show a member what waits for their answer, their open tasks, and the two ways to begin something."""
    start = buttons(
        button(ids.TASK_NEW, t("home.new_task"), "", style="primary"),
        button(ids.HANDOFF_NEW, t("home.new_handoff"), ""),
    )
    blocks: list[Block] = [header(t("home.title")), start]
    if offers.handoffs:
        blocks += handoffs.listed(HandoffPage(handoffs=offers.handoffs), "in", t).blocks
    if page.tasks:
        shown = TaskPage(tasks=page.tasks)
        blocks += listed(shown, t("home.your_tasks"), t, now=now).blocks
    else:
        blocks.append(section(t("home.nothing")))
    if page.after is not None:
        blocks.append(context(t("home.more")))
    blocks.append(context(t("home.help")))
    return _home(blocks)


def for_outsiders(t: Translator) -> Form:
    """Tell a guest or somebody of another workspace what this place is not for."""
    return _home([section(t("home.for_members"))])


def _home(blocks: list[Block]) -> Form:
    made: Form = View(type="home", blocks=blocks).to_dict()
    return made
