"""What is said for feedback: the question, what its message turns into, and word of a low answer."""

from datetime import datetime

from bot.domain.details import PromptDetails
from bot.domain.feedback import Prompt, PromptState
from bot.domain.outgoing import Claimed, Saying
from bot.domain.tasks import State
from bot.i18n.translator import Translator
from bot.services.calendars import calendar_for
from bot.services.prompting import details_of_prompt, hours_for, put_refresh
from bot.views import feedback as views
from scheduler.speech import Deed, Drop, Hold, Kind, Say, Speech
from storage.unit_of_work import UnitOfWork


def prepare_prompt(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Ask the question, if it is still wanted and the person is in their hours."""
    prompt = uow.prompts.find(claimed.message.about)
    if prompt is None or prompt.state is not PromptState.ASKED or _was_reopened(uow, prompt):
        return Drop("no longer wanted")
    opening = hours_for(uow, prompt, claimed.message.lane).quiet_until(speech.now)
    if opening > speech.now:
        return Hold(opening)
    details = details_of_prompt(uow, prompt)
    return Say(message=views.prompt_message(details, uow.settings.get().name, _language(uow, details, speech)))


def close_if_over(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, now: datetime) -> None:
    """Have a question closed that was over before anybody knew that it had arrived."""
    prompt = uow.prompts.find(claimed.message.about)
    if prompt and prompt.state is not PromptState.ASKED:
        put_refresh(uow, prompt, now)


def prepare_refresh(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Turn a question's message into the thank-you, or close it; a newer one waits for its own turn."""
    prompt = uow.prompts.find(claimed.message.about)
    post = uow.posts.find(claimed.message.about, Saying.PROMPT)
    if prompt is None or post is None:
        return Drop("no message")
    if _version_of(claimed) < prompt.version:
        return Drop("superseded")
    details = details_of_prompt(uow, prompt)
    t = _language(uow, details, speech)
    shown = views.thank_you if prompt.state is PromptState.ANSWERED else views.closed
    return Say(message=shown(details, t), edits=post.ts)


def prepare_low(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Tell of a low answer; once told, the message keeps up with what is added or changed."""
    prompt = uow.prompts.find(claimed.message.about)
    if prompt is None:
        return Drop("no such prompt")
    details = details_of_prompt(uow, prompt)
    t = speech.for_person(uow, claimed.message.person)
    post = uow.posts.find(prompt.ref, Saying.LOW_ANSWER)
    if post:
        return Say(message=views.low_answer(details, t), edits=post.ts)
    if not prompt.is_low or details.follow_up is None or details.follow_up.is_over:
        return Drop("no longer true")
    opening = calendar_for(uow, claimed.message.person).quiet_until(speech.now)
    if opening > speech.now:
        return Hold(opening)
    return Say(message=views.low_answer(details, t))


def _was_reopened(uow: UnitOfWork, prompt: Prompt) -> bool:
    task = uow.tasks.find(prompt.about) if prompt.about and prompt.asked_by is None else None
    return task is not None and task.state is not State.DONE


def _language(uow: UnitOfWork, details: PromptDetails, speech: Speech) -> Translator:
    """Choose the customer's language for their people, else the person's own."""
    customer = details.customer if details.prompt.is_contact else None
    own = speech.for_person(uow, details.prompt.person)
    return speech.translators.of(customer.language if customer else None, own.language)


def _version_of(claimed: Claimed) -> int:
    """Read the prompt's version out of `prompt:F-3:2`, also behind a reroute."""
    return int(claimed.message.key.split(">")[0].rsplit(":", 1)[1])


KINDS = {
    Saying.PROMPT: Kind(
        prepare=prepare_prompt, is_post=True, for_customers=True, repeatable=False, on_sent=close_if_over
    ),
    Saying.PROMPT_REFRESH: Kind(prepare=prepare_refresh, for_customers=True, after=(Saying.PROMPT,)),
    Saying.LOW_ANSWER: Kind(prepare=prepare_low, is_post=True),
}
