"""Forms for settings: the workspace's, and a person's own."""

from collections.abc import Sequence
from datetime import date, datetime, time

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    DatePickerElement,
    PlainTextInputElement,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement

from bot.domain.members import Member
from bot.domain.undelivered import UndeliveredPage
from bot.domain.workspaces import Answering, Workspace
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import field, person, safe, section
from bot.views.fields import asking, option
from bot.views.languages import language_name, language_select
from bot.views.message import Form, Message
from bot.views.undelivered import listed

_LONGEST = 200


def settings_form(
    workspace: Workspace, undelivered: UndeliveredPage, t: Translator, *, languages: Sequence[str], metadata: str
) -> Form:
    """Show what could not be delivered lately, and what everybody in the workspace shares, to be changed."""
    channels = ConversationFilter(include=["public", "private"])
    blocks = [
        *listed(undelivered, t),
        _asked("hours", _typed(workspace.hours), t, hint=True),
        _asked("zone", _typed(workspace.zone), t, hint=True),
        _asked("holidays", _typed(workspace.holidays), t, hint=True, optional=True),
        _asked("language", language_select(languages, workspace.language), t),
        _asked("lead", UserSelectElement(initial_user=workspace.lead), t, hint=True, optional=True),
        _asked(
            "team_channel",
            ConversationSelectElement(initial_conversation=workspace.team_channel, filter=channels),
            t,
            optional=True,
        ),
        _asked("answering", _answering(workspace.answering, t), t),
        _asked("task_emoji", _typed(workspace.task_emoji), t),
        _asked("done_emoji", _typed(workspace.done_emoji), t),
        _asked("feedback_delay", _typed(str(workspace.feedback_delay)), t, hint=True),
        _asked("feedback_window", _typed(str(workspace.feedback_window)), t, hint=True),
        _asked("daily_cap", _typed(str(workspace.daily_cap)), t, hint=True),
    ]
    return asking(ids.SETTINGS_FORM, t("form.settings"), blocks, t, submit="button.save", metadata=metadata)


def settings_saved(workspace: Workspace, t: Translator) -> Message:
    """Read the settings back."""
    lines = [
        t("settings.saved"),
        f"{t('settings.hours')}: {workspace.hours} ({workspace.zone})",
        f"{t('settings.holidays')}: {workspace.holidays or t('settings.none')}",
        f"{t('settings.language')}: {language_name(workspace.language)}",
        f"{t('settings.lead')}: {person(workspace.lead) if workspace.lead else t('settings.none')}",
    ]
    if workspace.team_channel:
        lines.append(f"{t('settings.team_channel')}: <#{workspace.team_channel}>")
    return Message(text=lines[0], blocks=[section("\n".join(lines))])


def me_form(member: Member, workspace: Workspace, t: Translator, *, languages: Sequence[str], metadata: str) -> Form:
    """Show a person's own settings, to be changed."""
    begins = member.away_from.isoformat() if member.away_from else None
    ends = member.away_until.isoformat() if member.away_until else None
    language = language_select(languages, member.own_language, none=t("me.as_in_slack"))
    hours_hint = t("me.hours_hint", hours=workspace.hours)
    blocks = [
        field("language", t("me.language"), language),
        field("hours", t("me.hours"), _typed(member.own_hours or ""), optional=True, hint=hours_hint),
        field("away_from", t("me.away_from"), DatePickerElement(initial_date=begins), optional=True),
        field("away_until", t("me.away_until"), DatePickerElement(initial_date=ends), optional=True),
        field(
            "substitute",
            t("me.substitute"),
            UserSelectElement(initial_user=member.substitute),
            optional=True,
            hint=t("me.substitute_hint"),
        ),
    ]
    return asking(ids.ME_FORM, t("form.me"), blocks, t, submit="button.save", metadata=metadata)


def myself_saved(member: Member, workspace: Workspace, t: Translator) -> Message:
    """Read a person's own settings back, in the language that they chose."""
    lines = [
        t("me.saved"),
        f"{t('me.language')}: {language_name(t.language)}",
        f"{t('me.hours')}: {safe(member.own_hours or workspace.hours)}",
    ]
    if member.away_from and member.away_until:
        lines.append(t("me.away", first=_day(member.away_from, t), last=_day(member.away_until, t)))
    if member.substitute:
        lines.append(f"{t('me.substitute')}: {person(member.substitute)}")
    return Message(text=lines[0], blocks=[section("\n".join(lines))])


def _asked(
    name: str, element: InputInteractiveElement, t: Translator, *, hint: bool = False, optional: bool = False
) -> Block:
    said = t(f"settings.{name}_hint") if hint else None
    return field(name, t(f"settings.{name}"), element, optional=optional, hint=said)


def _day(day: date, t: Translator) -> str:
    return t.day(datetime.combine(day, time()))


def _typed(initial: str) -> PlainTextInputElement:
    return PlainTextInputElement(initial_value=initial or None, max_length=_LONGEST)


def _answering(chosen: Answering, t: Translator) -> StaticSelectElement:
    options = {answering: option(answering.value, t(f"answering.{answering}")) for answering in Answering}
    return StaticSelectElement(options=list(options.values()), initial_option=options[chosen])
