"""`/stafet`: help, the workspace's settings, and everybody's own."""

from bot.domain.commands import ChangeMyself, ChangeSettings
from bot.domain.members import Member
from bot.domain.versions import fingerprint
from bot.domain.workspaces import Workspace
from bot.i18n.translator import Translator
from bot.slack.replies import Reply
from bot.slack.requests import Submission, Typed
from bot.views import ids
from bot.views import preferences as views
from bot.views.help import help_message
from bot.views.message import Message
from handlers.chosen import day_in, language_in, must_be_somebody, option_in
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.routes import Command, FormRoute

FORMS = ("help", "settings", "me")


async def on_stafet(typed: Typed, cx: Context) -> Reply:
    """Handle `/stafet` in all its forms; whatever isn't known gets help."""
    memory = FormMemory(channel=cx.actor.channel or "", url=typed.response_url)
    match cx.words.meaning(typed.text, FORMS):
        case "settings":
            return await _show_settings(memory, cx)
        case "me":
            return await _show_myself(memory, cx)
        case "help":
            return Reply(message=help_message(cx.t))
    return Reply(message=help_message(cx.t, unknown=typed.text))


async def _show_settings(memory: FormMemory, cx: Context) -> Reply:
    workspace = await cx.use(cx.services.preferences.settings, cx.actor)
    undelivered = await cx.use(cx.services.preferences.undelivered, cx.actor)
    languages = cx.desk.translators.languages
    metadata = memory.model_copy(update={"extra": fingerprint(workspace)}).write()
    return Reply(form=views.settings_form(workspace, undelivered, cx.t, languages=languages, metadata=metadata))


async def _show_myself(memory: FormMemory, cx: Context) -> Reply:
    member = await cx.use(cx.services.preferences.myself, cx.actor)
    languages = cx.desk.translators.languages
    return Reply(form=views.me_form(member, cx.workspace, cx.t, languages=languages, metadata=memory.write()))


async def on_settings_form(sent: Submission, cx: Context) -> Reply:
    """Keep the workspace's settings."""
    await must_be_somebody(sent.text("lead") or None, "lead", cx)
    command = ChangeSettings(
        hours=sent.text("hours"),
        zone=sent.text("zone"),
        holidays=sent.text("holidays"),
        language=language_in(sent, cx) or cx.workspace.language,
        lead=sent.text("lead") or None,
        team_channel=sent.text("team_channel") or None,
        answering=option_in(sent, "answering", cx.workspace.answering),
        task_emoji=sent.text("task_emoji"),
        done_emoji=sent.text("done_emoji"),
        feedback_delay=_number(sent.text("feedback_delay")),
        feedback_window=_number(sent.text("feedback_window")),
        daily_cap=_number(sent.text("daily_cap")),
        seen=FormMemory.read(sent.metadata).extra,
    )
    workspace = await cx.use(cx.services.preferences.change_settings, cx.actor, command)
    return _after(sent, views.settings_saved(workspace, _speech(cx, cx.member, workspace)))


async def on_me_form(sent: Submission, cx: Context) -> Reply:
    """Keep a person's own settings; the answer is in the language that they chose."""
    await must_be_somebody(sent.text("substitute") or None, "substitute", cx)
    command = ChangeMyself(
        language=language_in(sent, cx),
        hours=sent.text("hours"),
        away_from=day_in(sent, "away_from", cx),
        away_until=day_in(sent, "away_until", cx),
        substitute=sent.text("substitute") or None,
    )
    member = await cx.use(cx.services.preferences.change_myself, cx.actor, command)
    return _after(sent, views.myself_saved(member, cx.workspace, _speech(cx, member, cx.workspace)))


def _speech(cx: Context, member: Member | None, workspace: Workspace) -> Translator:
    own = (member.own_language, member.language) if member else ()
    return cx.desk.translators.of(*own, workspace.language)


def _after(sent: Submission, message: Message) -> Reply:
    memory = FormMemory.read(sent.metadata)
    return Reply(message=message, follow_url=memory.url, follow_channel=memory.channel)


def _number(text: str) -> int:
    """Read a number; what is none is out of every range, and refused there."""
    return int(text) if text.isdecimal() and len(text) < 9 else -1


ROUTES = (
    Command("/stafet", on_stafet),
    FormRoute(ids.SETTINGS_FORM, on_settings_form),
    FormRoute(ids.ME_FORM, on_me_form),
)
