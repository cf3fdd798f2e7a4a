"""What a person sees of feedback: the question, the thank-you in its place, and what people answered."""

from babel.numbers import format_decimal, format_percent
from slack_sdk.models.blocks import Block

from bot.domain.details import Answers, PromptDetails
from bot.domain.feedback import COMMENT_LIMIT, LEAST_COLLEAGUES, Kind, Numbers, Prompt, PromptState
from bot.domain.references import Noun
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, field, person, safe, section, when
from bot.views.fields import asking, text_input
from bot.views.message import Form, Message

QUESTION_ROOM = 1800
"""Characters that a question may take in a message, as Slack counts them: `&` is five."""
QUOTE_ROOM = 900
MOST_LINES = 12


def prompt_message(details: PromptDetails, workspace: str, t: Translator) -> Message:
    """Ask one question: answered by one click. A customer's person reads nothing but what is meant for them."""
    prompt = details.prompt
    opening = _opening(details, t)
    who_sees = t("feedback.seen_by_name", team=safe(workspace, limit=80)) if prompt.is_contact else t("feedback.seen")
    blocks: list[Block] = [
        section(opening),
        context(_scale(prompt.kind, t), t("feedback.one_click"), who_sees),
        answer_buttons(prompt, t),
    ]
    return Message(text=opening, blocks=blocks)


def thank_you(details: PromptDetails, t: Translator) -> Message:
    """Stand in the place of a question that was answered: thanks, the answer, and ways to change or add to it."""
    prompt = details.prompt
    thanks = t("feedback.thanks", person=person(prompt.person), answer=answer_words(prompt, t))
    label = "button.change_words" if prompt.comment else "button.add_words"
    blocks: list[Block] = [
        section(f"{_opening(details, t)}\n\n{thanks}"),
        context(_scale(prompt.kind, t), t("feedback.may_change"), t("feedback.has_words") if prompt.comment else ""),
        answer_buttons(prompt, t),
        buttons(button(ids.FEEDBACK_COMMENT, t(label), str(prompt.number))),
    ]
    return Message(text=thanks, blocks=blocks)


def closed(details: PromptDetails, t: Translator) -> Message:
    """Stand in the place of a question that nobody answered in time."""
    said = t("feedback.closed")
    return Message(text=said, blocks=[section(_opening(details, t)), context(said)])


def answer_buttons(prompt: Prompt, t: Translator) -> Block:
    """Offer every answer as a button; the one that was given is marked."""
    elements = []
    for answer in sorted(prompt.kind.answers, reverse=prompt.kind is Kind.YESNO):
        is_chosen = prompt.answer == answer
        label = t(f"feedback.yesno.{answer}") if prompt.kind is Kind.YESNO else str(answer)
        value, style = str(prompt.number), "primary" if is_chosen else None
        action_id = f"{ids.FEEDBACK_ANSWER}{answer}"
        elements.append(button(action_id, f"✓ {label}" if is_chosen else label, value, style=style))
    return buttons(*elements)


def comment_form(prompt: Prompt, t: Translator, *, metadata: str) -> Form:
    """Ask for a few words beside the answer."""
    words = text_input(prompt.comment or "", multiline=True)
    words.max_length = COMMENT_LIMIT
    blocks = [field("comment", t("field.comment"), words)]
    return asking(ids.FEEDBACK_COMMENT_FORM, t("form.comment"), blocks, t, submit="button.save", metadata=metadata)


def asked(details: PromptDetails, t: Translator) -> Message:
    """Tell who asked by command what became of it: asked, held for quiet time, or held back, with a way on."""
    prompt = details.prompt
    whom = person(prompt.person)
    question = t("feedback.the_question", question=question_of(prompt, t))
    if prompt.state is PromptState.SKIPPED:
        said = t(f"feedback.held_back.{prompt.reason}", person=whom)
        anyway = buttons(button(ids.FEEDBACK_ASK_ANYWAY, t("button.ask_anyway"), str(prompt.number)))
        return Message(text=said, blocks=[section(said), context(question), anyway])
    if prompt.state is PromptState.PLANNED and prompt.next_check_at:
        said = t("feedback.held_for_quiet", person=whom, when=when(prompt.next_check_at, t))
    elif prompt.channel and prompt.channel != prompt.person:
        said = t("feedback.asked_in_channel", person=whom, channel=f"<#{prompt.channel}>")
    else:
        said = t("feedback.asked_directly", person=whom)
    return Message(text=said, blocks=[section(said), context(question)])


def low_answer(details: PromptDetails, t: Translator) -> Message:
    """Tell who looks into a low answer: what was answered, and the task that was made for it."""
    prompt, task = details.prompt, details.follow_up
    if prompt.is_contact:
        customer = f" ({safe(details.customer.name, limit=80)})" if details.customer else ""
        answer, whom = answer_words(prompt, t), person(prompt.person) + customer
        said = t("feedback.low", person=whom, answer=answer, question=question_of(prompt, t))
        quoted = f"\n{_quoted(prompt.comment)}" if prompt.comment else ""
    else:
        said, quoted = t("feedback.low_of_colleague", about=_about(details, t)), ""
    blocks: list[Block] = [section(said + quoted)]
    if task and task.due:
        is_low_no_more = prompt.is_contact and not prompt.is_low
        key = "feedback.follow_up_was_made" if is_low_no_more else "feedback.follow_up_made"
        blocks.append(context(t(key, ref=task.ref, due=when(task.due.at, t))))
        blocks.append(buttons(button(ids.TASK_OPEN, t("button.open"), str(task.ref))))
    return Message(text=said, blocks=blocks)


def follow_up_title(details: PromptDetails, t: Translator) -> str:
    """Name the task that a low answer makes: without the answer, which may change, or a colleague's name."""
    prompt = details.prompt
    if not prompt.is_contact:
        return t("feedback.follow_up.colleague", about=_about(details, t, as_markup=False))
    customer = details.customer.name if details.customer else f"<@{prompt.person}>"
    return t("feedback.follow_up.customer", customer=customer)


def answers(found: Answers, t: Translator) -> Message:
    """Show what people answered: customers' people by name, colleagues as numbers from enough people on."""
    name = safe(found.customer.name, limit=80) if found.customer else ""
    title = t("feedback.answers_of", customer=name) if name else t("feedback.answers")
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [section(_answer_line(details, t)) for details in found.of_contacts]
    numbers = [_numbers_line(each, t) for each in found.of_colleagues if each.may_be_shown]
    if numbers:
        blocks.append(section("\n".join([f"*{t('feedback.colleagues')}*", *numbers])))
    if any(not each.may_be_shown for each in found.of_colleagues):
        blocks.append(context(t("feedback.too_few", least=LEAST_COLLEAGUES)))
    if len(blocks) == 1:
        blocks.append(context(t("feedback.no_answers")))
    return Message(text=title, blocks=blocks)


def answer_words(prompt: Prompt, t: Translator) -> str:
    """Say an answer in words: 4 of 5, yes."""
    return _words(prompt.kind, prompt.answer, t) if prompt.answer is not None else "–"


def question_of(prompt: Prompt, t: Translator, *, room: int = 700) -> str:
    """Say the question: in the asker's own words, else in the catalog's."""
    return _fitted(prompt.question, room) if prompt.question else t(prompt.standard_question)


def _opening(details: PromptDetails, t: Translator) -> str:
    prompt = details.prompt
    question = question_of(prompt, t, room=QUESTION_ROOM)
    if prompt.is_contact:
        return f"{person(prompt.person)} {question}"
    lines = [f"*{question}*"]
    if prompt.about:
        lines.append(t("feedback.about", about=_about(details, t)) + _named(details))
    if prompt.asked_by:
        lines.append(t("feedback.asked_by", person=person(prompt.asked_by)))
    return "\n".join(lines)


def _named(details: PromptDetails) -> str:
    """Say what a reference stands for: a task's title, a handoff's customer."""
    about, customer = details.prompt.about, details.customer
    if details.subject:
        return f": {_fitted(details.subject, 500)}"
    return f" {safe(customer.name, limit=80)}" if customer and about and about.noun is Noun.HANDOFF else ""


def _about(details: PromptDetails, t: Translator, *, as_markup: bool = True) -> str:
    about, customer = details.prompt.about, details.customer
    if about and about.noun is not Noun.CUSTOMER:
        return str(about)
    if customer:
        return safe(customer.name, limit=80) if as_markup else customer.name
    return t("feedback.working_together")


def _scale(kind: Kind, t: Translator) -> str:
    return "" if kind is Kind.YESNO else t(f"feedback.scale.{kind}")


def _words(kind: Kind, answer: int, t: Translator) -> str:
    return t(f"feedback.yesno.{answer}") if kind is Kind.YESNO else t(f"feedback.answer.{kind}", n=answer)


def _answer_line(details: PromptDetails, t: Translator) -> str:
    prompt = details.prompt
    facts = [person(prompt.person), f"*{answer_words(prompt, t)}*"]
    if prompt.about or details.customer:
        facts.append(_about(details, t))
    if prompt.answered_at:
        facts.append(when(prompt.answered_at, t))
    lines = [" · ".join(facts), question_of(prompt, t)]
    return "\n".join([*lines, _quoted(prompt.comment)] if prompt.comment else lines)


def _numbers_line(numbers: Numbers, t: Translator) -> str:
    if numbers.kind is Kind.YESNO:
        shown = format_percent(numbers.average, locale=t.locale)
    else:
        shown = format_decimal(numbers.average, format="0.0", locale=t.locale)
    return t(f"feedback.numbers.{numbers.kind}", shown=shown, people=numbers.people)


def _quoted(words: str) -> str:
    return "\n".join(f"> {line}" for line in _fitted(words, QUOTE_ROOM).splitlines()[:MOST_LINES])


def _fitted(words: str, room: int) -> str:
    """Make people's text harmless, and short enough once it is escaped."""
    limit = room
    while len(said := safe(words, limit=limit)) > room:
        limit -= max(1, (len(said) - room) // 5)
    return said
