"""Forms about handoffs."""

from slack_sdk.models.blocks import Block, CheckboxesElement, StaticMultiSelectElement, UserSelectElement

from bot.domain.details import HandoffChoices
from bot.domain.handoffs import Handoff, Terms
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import context, field, safe, section
from bot.views.fields import asking, customer_field, due_field, option, reason_field, text_input
from bot.views.message import Form

CHANGES_OWNER = "yes"


def handoff_form(t: Translator, *, choices: HandoffChoices, terms: Terms, metadata: str, notes: str = "") -> Form:
    """Ask for everything that is otherwise lost when work changes hands; `notes` say what was not understood."""
    draft = choices.draft
    blocks = [
        *([context(notes)] if notes else []),
        customer_field(choices.customers, terms.customer, t),
        field("receiver", t("field.receiver"), UserSelectElement(initial_user=terms.receiver)),
        _words("promised", terms.promised, t, hint=t("field.promised_hint")),
        _words("state", terms.situation, t),
        _words("next_step", terms.next_step, t),
        _words("watch_out", terms.watch_out, t, optional=True),
        *_tasks_field(choices, terms, t),
        _owner_field(terms, t),
    ]
    title = t("form.handoff_ref", ref=draft.ref) if draft else t("form.handoff")
    return asking(ids.HANDOFF_FORM, title, blocks, t, submit="button.offer", metadata=metadata)


def accept_form(handoff: Handoff, t: Translator, *, zone: str, metadata: str) -> Form:
    """Ask for the next step in the receiver's own words: the read-back."""
    next_step = safe(handoff.terms.next_step, limit=500)
    blocks = [
        section(f"*{t('handoff.field.next_step')}*\n{next_step}"),
        field("next_step", t("field.your_next_step"), text_input(multiline=True), hint=t("field.your_next_step_hint")),
        due_field(t, required=False, hint=t("field.due_hint", zone=zone)),
    ]
    title = t("form.accept", ref=handoff.ref)
    return asking(ids.HANDOFF_ACCEPT_FORM, title, blocks, t, submit="button.accept", metadata=metadata)


def ask_form(handoff: Handoff, t: Translator, *, metadata: str) -> Form:
    """Ask what the receiver wants to know."""
    blocks = [field("comment", t("field.question"), text_input(multiline=True))]
    title = t("form.ask", ref=handoff.ref)
    return asking(ids.HANDOFF_ASK_FORM, title, blocks, t, submit="button.ask", metadata=metadata)


def answer_form(handoff: Handoff, t: Translator, *, metadata: str) -> Form:
    """Show the question and ask for its answer."""
    blocks = [
        section(safe(handoff.question or "", limit=500) or "–"),
        field("comment", t("field.answer"), text_input(multiline=True)),
    ]
    title = t("form.answer", ref=handoff.ref)
    return asking(ids.HANDOFF_ANSWER_FORM, title, blocks, t, submit="button.answer", metadata=metadata)


def return_form(handoff: Handoff, t: Translator, *, metadata: str) -> Form:
    """Ask why it goes back."""
    blocks = [reason_field(t, key="field.return_reason", required=True)]
    title = t("form.return", ref=handoff.ref)
    return asking(ids.HANDOFF_RETURN_FORM, title, blocks, t, submit="button.return", metadata=metadata)


def _words(name: str, initial: str, t: Translator, *, optional: bool = False, hint: str | None = None) -> Block:
    return field(name, t(f"field.{name}"), text_input(initial, multiline=True), optional=optional, hint=hint)


def _tasks_field(choices: HandoffChoices, terms: Terms, t: Translator) -> list[Block]:
    """Ask which of the giver's open tasks move along; a menu without options is nothing that Slack takes."""
    options = [option(str(task.number), f"{task.ref} {task.title}") for task in choices.tasks[:100]]
    if not options:
        return []
    chosen = [each for each in options if int(each.value or 0) in terms.tasks]
    menu = StaticMultiSelectElement(options=options, initial_options=chosen or None)
    return [field("tasks", t("field.tasks"), menu, optional=True)]


def _owner_field(terms: Terms, t: Translator) -> Block:
    choice = option(CHANGES_OWNER, t("field.changes_owner_option"))
    initial = [choice] if terms.changes_owner else None
    element = CheckboxesElement(options=[choice], initial_options=initial)
    return field("changes_owner", t("field.changes_owner"), element, optional=True)
