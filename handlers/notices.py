"""Notices to customers: the buttons of a draft, and the form for its words."""

from bot.domain.errors import NotFound
from bot.domain.references import Noun, Reference
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Submission
from bot.views import ids
from bot.views import notices as views
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.routes import Action, FormRoute


async def on_send(click: Click, cx: Context) -> Reply:
    """Let the notice go to the customer; the draft shows it."""
    await cx.use(cx.services.notices.send, cx.actor, _ref_of(click.value))
    return NOTHING


async def on_edit(click: Click, cx: Context) -> Reply:
    """Ask for other words."""
    details = await cx.use(cx.services.notices.details, cx.actor, _ref_of(click.value))
    details.task.must_not_be_over()
    memory = FormMemory(ref=click.value, channel=click.actor.channel or "", url=click.response_url)
    return Reply(form=views.edit_form(details.notice, cx.t, metadata=memory.write()))


async def on_dismiss(click: Click, cx: Context) -> Reply:
    """Put the notice aside; the draft shows it."""
    await cx.use(cx.services.notices.dismiss, cx.actor, _ref_of(click.value))
    return NOTHING


async def on_form(sent: Submission, cx: Context) -> Reply:
    """Keep the notice's new words; the draft shows them."""
    ref = _ref_of(FormMemory.read(sent.metadata).ref)
    await cx.use(cx.services.notices.edit, cx.actor, ref, sent.text("notice"))
    return NOTHING


def _ref_of(value: str) -> Reference:
    """Read which notice a button is about: its value is the notice's number. Raises NotFound."""
    ref = Reference.read(f"{Noun.NOTICE}-{value.removeprefix(f'{Noun.NOTICE}-')}")
    if ref is None:
        raise NotFound("notice.problem.unknown", ref=value)
    return ref


ROUTES = (
    Action(ids.NOTICE_SEND, on_send),
    Action(ids.NOTICE_EDIT, on_edit),
    Action(ids.NOTICE_DISMISS, on_dismiss),
    FormRoute(ids.NOTICE_FORM, on_form),
)
