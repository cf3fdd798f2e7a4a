"""Feedback: `/feedback`, the buttons of a question, and the few words that may follow."""

from bot.domain.commands import AnswerPrompt
from bot.domain.customers import fold
from bot.domain.details import PromptDetails
from bot.domain.errors import DomainError, NotFound
from bot.domain.feedback import Kind, prompt_ref
from bot.domain.references import Reference
from bot.i18n.translator import Translator
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Submission, Typed
from bot.views import feedback as views
from bot.views import ids, problems
from handlers.acquaintance import meet_people
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.feedback_line import AskLine, ShowAnswers, read_ask, read_feedback_command
from handlers.routes import Action, Command, FormRoute


async def on_feedback(typed: Typed, cx: Context) -> Reply:
    """Handle `/feedback`: ask one question now, or show what people answered."""
    match read_feedback_command(typed.text, cx.words):
        case AskLine() as line:
            return await _ask(line, typed.text, cx)
        case ShowAnswers(words):
            return await _show(words, cx)


async def _ask(line: AskLine, text: str, cx: Context) -> Reply:
    known = (await cx.reader(text)).line
    member = known.people.get(line.handle.lower()) if line.handle else None
    person = line.person or (member.id if member else None)
    if person is None:
        key = "feedback.problem.unknown_person" if line.handle else "feedback.problem.who"
        raise NotFound(key, person=f"@{line.handle}")
    await meet_people((person,), cx)
    command = read_ask(person, line.rest, known, cx.words)
    details = await cx.use(cx.services.feedback.ask, cx.actor, command)
    return Reply(message=views.asked(details, cx.t))


async def _show(words: str, cx: Context) -> Reply:
    customer = None
    if words:
        customer = (await cx.reader(words)).line.customers.get(fold(words))
        if customer is None:
            raise NotFound("feedback.problem.unknown_customer", words=words)
    found = await cx.use(cx.services.feedback.answers, cx.actor, customer.number if customer else None)
    return Reply(message=views.answers(found, cx.t))


async def on_answer(click: Click, cx: Context) -> Reply:
    """Keep an answer; the message itself turns into the thank-you."""
    ref = ref_of(click)
    details = await cx.use(cx.services.feedback.details, cx.actor, ref)
    answer = _answer_of(click, details.prompt.kind)
    title = views.follow_up_title(details, _language_of_responsible(details, cx))
    await cx.use(cx.services.feedback.answer, cx.actor, AnswerPrompt(prompt=ref, answer=answer, follow_up=title))
    return NOTHING


async def on_comment(click: Click, cx: Context) -> Reply:
    """Open the form for a few words."""
    details = await cx.use(cx.services.feedback.details, cx.actor, ref_of(click))
    memory = FormMemory(ref=str(details.prompt.ref), channel=click.actor.channel or "", url=click.response_url)
    t = _language_of_reader(details, cx)
    return Reply(form=views.comment_form(details.prompt, t, metadata=memory.write()))


async def on_comment_form(sent: Submission, cx: Context) -> Reply:
    """Keep the words; the message shows that they are there."""
    ref, words = FormMemory.read(sent.metadata).reference, sent.text("comment")
    if ref is None or not words:
        raise DomainError("problem.field_needed", field="comment")
    await cx.use(cx.services.feedback.comment, cx.actor, ref, words)
    return NOTHING


async def on_ask_anyway(click: Click, cx: Context) -> Reply:
    """Ask although the person was asked lately."""
    details = await cx.use(cx.services.feedback.ask_anyway, cx.actor, ref_of(click))
    return Reply(message=views.asked(details, cx.t), replaces=click.is_ephemeral)


async def on_skip(click: Click, cx: Context) -> Reply:
    """Don't ask about this work; the card loses the button."""
    await cx.use(cx.services.feedback.skip, cx.actor, ref_of(click))
    return Reply(message=problems.say("feedback.skipped", cx.t))


def ref_of(click: Click) -> Reference:
    """Read which prompt a button is about: its value is the prompt's number. Raises NotFound."""
    if not (click.value.isascii() and click.value.isdigit() and len(click.value) < 10):
        raise NotFound("feedback.problem.unknown", ref=click.value)
    return prompt_ref(int(click.value))


def _answer_of(click: Click, kind: Kind) -> int:
    """Read the answer out of the button's id. Raises NotFound for one that there isn't."""
    given = {f"{ids.FEEDBACK_ANSWER}{answer}": answer for answer in kind.answers}
    if click.action_id not in given:
        raise NotFound("feedback.problem.unknown", ref=click.action_id)
    return given[click.action_id]


def _language_of_reader(details: PromptDetails, cx: Context) -> Translator:
    """Speak to a customer's person in the customer's language, to a colleague in their own."""
    customer = details.customer if details.prompt.is_contact else None
    return cx.desk.translators.of(customer.language if customer else None, cx.t.language)


def _language_of_responsible(details: PromptDetails, cx: Context) -> Translator:
    member = details.responsible
    own = (member.own_language, member.language) if member else ()
    return cx.desk.translators.of(*own, cx.workspace.language)


ROUTES = (
    Command("/feedback", on_feedback),
    Action(ids.FEEDBACK_ANSWER, on_answer, for_outsiders=True),
    Action(ids.FEEDBACK_COMMENT, on_comment, for_outsiders=True),
    Action(ids.FEEDBACK_ASK_ANYWAY, on_ask_anyway),
    Action(ids.FEEDBACK_SKIP, on_skip),
    FormRoute(ids.FEEDBACK_COMMENT_FORM, on_comment_form, for_outsiders=True),
)
