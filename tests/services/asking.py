"""Acme, whom feedback is asked of, and what tests of feedback do again and again."""

from bot.domain.commands import AddTask, AnswerPrompt
from bot.domain.customers import Customer
from bot.domain.feedback import Prompt, prompt_ref
from bot.domain.members import Actor
from bot.domain.outgoing import Post, Saying
from bot.domain.references import Reference
from bot.services.feedback import Feedback
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE, MARI, KIM, SAM = (Actor(workspace="T1", member=f"U{name}") for name in ("ANE", "MARI", "KIM", "SAM"))
ACME = Customer(
    number=1, name="Acme", owner="UANE", channel="CACME", shared_channel="CSHARED", contacts=("USAM", "UPIA")
)


def done(tasks: Tasks, *, by: Actor = MARI, assignee: str = "UMARI", customer: int | None = 1) -> Reference:
    """Record a task and finish it."""
    ref = tasks.add(by, AddTask(title="Internal words", assignee=assignee, customer=customer)).details.task.ref
    tasks.finish(by, ref)
    return ref


def prompt(store: Store, number: int = 1) -> Prompt:
    """Look a question up."""
    with store.look("T1") as uow:
        return uow.prompts.get(prompt_ref(number))


def asked(feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock) -> Prompt:
    """Finish a task, let an hour go by, and ask."""
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    with store.work("T1") as uow:
        uow.posts.save(Post(about=prompt_ref(1), role=Saying.PROMPT.value, channel="CSHARED", ts="1.1"))
    return prompt(store)


def answer(feedback: Feedback, given: int, *, by: Actor = SAM, number: int = 1) -> Prompt:
    """Answer a question, as Sam where nobody else is named."""
    return feedback.answer(by, AnswerPrompt(prompt=prompt_ref(number), answer=given, follow_up="Look into it")).prompt
