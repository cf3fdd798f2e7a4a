"""When one question is planned, decided about, asked, and withdrawn."""

from datetime import datetime, timedelta

from bot.domain.calendar import Calendar
from bot.domain.customers import Customer
from bot.domain.details import PromptDetails
from bot.domain.errors import NotFound
from bot.domain.feedback import Ask, Kind, Prompt, PromptState, Reason, Skip, Wait, may_ask
from bot.domain.outgoing import Outgoing, Saying, is_direct
from bot.domain.references import Noun, Reference, task_ref
from bot.domain.tasks import Origin, Task
from bot.domain.timeline import Entry, Happened
from bot.services.calendars import calendar_for
from bot.services.cards import card_lane
from storage.unit_of_work import UnitOfWork

AFTER_HANDOFF = 2
"""Business days after which the receiver of a handoff is asked."""


def plan_after_task(uow: UnitOfWork, task: Task, now: datetime) -> None:
    """Plan the question to a customer's contact after a task for them is done.

    What puts a low answer right is not asked about: that would be a question about a question.
    """
    customer = uow.customers.find(task.customer)
    if customer is None or not customer.contacts or task.origin is Origin.FEEDBACK:
        return
    delay = timedelta(minutes=uow.settings.get().feedback_delay)
    person = _first_contact(uow, customer, besides=(task.author, task.assignee))
    ask_at = calendar_for(uow, None).add(now, delay)
    prompt = Prompt(
        number=uow.settings.next_number(Noun.PROMPT),
        state=PromptState.PLANNED,
        kind=Kind.SCORE,
        person=person or customer.contacts[0],
        is_contact=True,
        about=task.ref,
        customer=customer.number,
        credited=task.assignee,
        ask_at=ask_at,
        created_at=now,
        next_check_at=ask_at,
    )
    uow.prompts.add(prompt if person else prompt.skip(Reason.OWN_WORK))


def plan_after_handoff(
    uow: UnitOfWork, handoff: Reference, *, receiver: str, giver: str, customer: int | None, now: datetime
) -> None:
    """Plan the question to the receiver of an accepted handoff: did they have what they needed?"""
    ask_at = calendar_for(uow, receiver).add_days(now, AFTER_HANDOFF)
    prompt = Prompt(
        number=uow.settings.next_number(Noun.PROMPT),
        state=PromptState.PLANNED,
        kind=Kind.YESNO,
        person=receiver,
        about=handoff,
        customer=customer,
        credited=giver,
        ask_at=ask_at,
        created_at=now,
        next_check_at=ask_at,
    )
    uow.prompts.add(prompt)


def withdraw_for_task(uow: UnitOfWork, task: Task) -> None:
    """Withdraw a question about a task that was reopened, unless it stands in Slack already."""
    prompt = uow.prompts.unanswered_about(task.ref)
    if prompt and not uow.posts.find(prompt.ref, Saying.PROMPT):
        uow.prompts.save(prompt.withdraw())


def decide(uow: UnitOfWork, prompt: Prompt, now: datetime) -> Prompt:
    """Ask a planned question now, later, or not at all; the row keeps what was decided."""
    uow.prompts.take_turn()
    lane = place_of(uow, prompt)
    complaint = prompt.customer is not None and prompt.is_contact and uow.prompts.is_complaint_open(prompt.customer)
    verdict = may_ask(
        prompt,
        uow.prompts.asked_before(prompt.person),
        window=timedelta(days=uow.settings.get().feedback_window),
        quiet_until=hours_for(uow, prompt, lane).quiet_until(now),
        is_complaint_open=complaint,
        now=now,
    )
    match verdict:
        case Wait(until):
            prompt = prompt.wait(until)
        case Skip(reason):
            prompt = prompt.skip(reason)
        case Ask():
            prompt = _asked(uow, prompt, lane, now)
    uow.prompts.save(prompt)
    if prompt.state is not PromptState.PLANNED:
        put_card_without_skip(uow, prompt, now)
    return prompt


def place_of(uow: UnitOfWork, prompt: Prompt) -> str | None:
    """Choose where a question is asked: the channel shared with the customer, or direct messages.

    None where a customer's person can't be reached: they are no member and no channel is shared with them.
    """
    if not prompt.is_contact:
        return prompt.person
    customer = uow.customers.find(prompt.customer)
    if customer and customer.shared_channel:
        return customer.shared_channel
    member = uow.members.find(prompt.person)
    return prompt.person if member and member.may_act else None


def hours_for(uow: UnitOfWork, prompt: Prompt, lane: str | None) -> Calendar:
    """Choose whose hours a question keeps to: a person's own in direct messages, else the workspace's.

    A customer's people keep hours of their own that nobody here has set; their Slack keeps the mention quiet.
    """
    return calendar_for(uow, prompt.person if lane and is_direct(lane) else None)


def put_card_without_skip(uow: UnitOfWork, prompt: Prompt, now: datetime) -> None:
    """Show on the task's card that there is nothing left to be decided about its question."""
    task = uow.tasks.find(prompt.about) if prompt.about else None
    if task is None or prompt.asked_by:
        return
    key = f"card:{task.ref}:{prompt.ref}:{task.version}"
    lane = card_lane(uow, task)
    uow.put(Outgoing(saying=Saying.TASK_CARD, about=task.ref, lane=lane, key=key, due_at=now), at=now)


def put_refresh(uow: UnitOfWork, prompt: Prompt, now: datetime) -> None:
    """Put down that a prompt's message is to be shown as it is now: answered, or closed."""
    post = uow.posts.find(prompt.ref, Saying.PROMPT)
    message = Outgoing(
        saying=Saying.PROMPT_REFRESH,
        about=prompt.ref,
        lane=post.channel if post else prompt.channel or prompt.person,
        key=f"prompt:{prompt.ref}:{prompt.version}",
        due_at=now,
    )
    uow.put(message, at=now)


def details_of_prompt(uow: UnitOfWork, prompt: Prompt) -> PromptDetails:
    """Gather what is shown of a prompt."""
    responsible = responsible_for(uow, prompt)
    return PromptDetails(
        prompt=prompt,
        customer=uow.customers.find(prompt.customer),
        subject=_subject(uow, prompt),
        responsible=uow.members.find(responsible) if responsible else None,
        follow_up=uow.tasks.find(task_ref(prompt.follow_up)) if prompt.follow_up else None,
    )


def responsible_for(uow: UnitOfWork, prompt: Prompt) -> str | None:
    """Choose who has to look into a low answer: the account owner, else who did the work, else the lead."""
    customer = uow.customers.find(prompt.customer)
    candidates = (customer.owner if customer else None, prompt.credited, uow.settings.get().lead)
    for person in candidates:
        member = uow.members.find(person) if person else None
        if person and person != prompt.person and (member is None or member.may_act):
            return person
    return None


def _asked(uow: UnitOfWork, prompt: Prompt, lane: str | None, now: datetime) -> Prompt:
    if lane is None:
        return prompt.skip(Reason.NO_PLACE)
    message = Outgoing(
        saying=Saying.PROMPT,
        about=prompt.ref,
        lane=lane,
        key=f"prompt:{prompt.ref}",
        due_at=now,
        person=prompt.person,
    )
    uow.put(message, at=now)
    if prompt.about:
        data = {"to": prompt.person}
        uow.timeline.add(Entry(prompt.about, Happened.FEEDBACK_WAS_ASKED, now, prompt.asked_by, data))
    return prompt.ask(channel=lane, at=now)


def _first_contact(uow: UnitOfWork, customer: Customer, *, besides: tuple[str, ...]) -> str | None:
    """Find the first contact who may be asked: not who did the work, no bot, nobody who has left."""
    known = uow.members.list(customer.contacts)
    for person in customer.contacts:
        member = known.get(person)
        if person not in besides and not (member and (member.is_bot or member.is_gone)):
            return person
    return None


def _subject(uow: UnitOfWork, prompt: Prompt) -> str:
    """Get the title of the task that a colleague is asked about; a customer's person sees no internal words."""
    if prompt.is_contact or prompt.about is None or prompt.about.noun is not Noun.TASK:
        return ""
    try:
        return uow.tasks.get(prompt.about, reader=prompt.person).title
    except NotFound:
        return ""
