"""Use cases of feedback: ask, answer, add words, and see what was answered."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.commands import AddTask, AnswerPrompt, AskPerson
from bot.domain.customers import Customer
from bot.domain.details import Answers, PromptDetails
from bot.domain.errors import AlreadyDone, DomainError, NotFound
from bot.domain.feedback import Kind, Prompt, PromptState, Reason, prompt_ref, restraint
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Saying
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Due, Origin
from bot.domain.timeline import Entry, Happened
from bot.services.base import AT_ONCE, Service
from bot.services.calendars import calendar_for
from bot.services.prompting import (
    decide,
    details_of_prompt,
    place_of,
    put_card_without_skip,
    put_refresh,
    responsible_for,
)
from bot.services.tasks import record
from storage.unit_of_work import UnitOfWork
from storage.workers import reads


class Feedback(Service):
    """Ask one question at a time, and take what people answer."""

    def ask(self, actor: Actor, command: AskPerson) -> PromptDetails:
        """Ask a person now; in quiet time later, and not at all where they have an open question or had one lately.

        The prompt tells which of the three. Raises DomainError for somebody who can't be asked.
        """
        now = self._clock.now()
        with self._work(actor) as uow:
            prompt = _prompt_of(uow, command, asker=actor.member, now=now)
            if place_of(uow, prompt) is None:
                raise DomainError("feedback.problem.no_place", person=f"<@{prompt.person}>")
            window = timedelta(days=uow.settings.get().feedback_window)
            reason = restraint(uow.prompts.asked_before(prompt.person), window=window, now=now)
            uow.prompts.add(prompt)
            if reason is None:
                return details_of_prompt(uow, decide(uow, prompt, now))
            skipped = prompt.skip(reason)
            uow.prompts.save(skipped)
            return details_of_prompt(uow, skipped)

    def ask_anyway(self, actor: Actor, ref: Reference) -> PromptDetails:
        """Ask although the person was asked lately; quiet time still holds."""
        now = self._clock.now()
        with self._work(actor) as uow:
            prompt = uow.prompts.get(ref)
            if prompt.reason not in (Reason.OPEN_PROMPT, Reason.ASKED_RECENTLY) or prompt.asked_by is None:
                raise AlreadyDone("feedback.problem.already_asked", person=f"<@{prompt.person}>")
            return details_of_prompt(uow, decide(uow, prompt.insist(at=now), now))

    def skip(self, actor: Actor, ref: Reference) -> PromptDetails:
        """Don't ask this time. Raises AlreadyDone where it was asked."""
        now = self._clock.now()
        with self._work(actor) as uow:
            prompt = uow.prompts.get(ref).skip_this_time()
            uow.prompts.save(prompt)
            put_card_without_skip(uow, prompt, now)
            return details_of_prompt(uow, prompt)

    @reads
    def details(self, actor: Actor, ref: Reference) -> PromptDetails:
        """Show a prompt to the one who was asked. Raises NotFound, or NotAllowed for anybody else."""
        with self._look(actor) as uow:
            prompt = uow.prompts.get(ref)
            prompt.must_be_theirs(actor.member)
            return details_of_prompt(uow, prompt)

    def answer(self, actor: Actor, command: AnswerPrompt) -> PromptDetails:
        """Keep an answer, or a changed one; a low one is told at once and makes a follow-up task, once."""
        now = self._clock.now()
        with self._work(actor) as uow:
            before = uow.prompts.get(command.prompt)
            prompt = before.take_answer(command.answer, by=actor.member, at=now)
            if prompt.answer == before.answer:
                return details_of_prompt(uow, before)
            if prompt.is_low and prompt.follow_up is None:
                prompt = _with_follow_up(uow, prompt, command.follow_up, now)
            uow.prompts.save(prompt)
            if prompt.about and before.answer is None:
                uow.timeline.add(_answered_entry(prompt, prompt.about, now))
            put_refresh(uow, prompt, now)
            _put_low(uow, prompt, now)
            return details_of_prompt(uow, prompt)

    def comment(self, actor: Actor, ref: Reference, words: str) -> PromptDetails:
        """Keep a few words beside the answer."""
        now = self._clock.now()
        with self._work(actor) as uow:
            prompt = uow.prompts.get(ref).take_comment(words, by=actor.member)
            uow.prompts.save(prompt)
            put_refresh(uow, prompt, now)
            _put_low(uow, prompt, now)
            return details_of_prompt(uow, prompt)

    @reads
    def answers(self, actor: Actor, customer: int | None) -> Answers:
        """Show what people answered: customers' people by name, colleagues as numbers, never by name or time."""
        with self._look(actor) as uow:
            newest = uow.prompts.newest_of_contacts(customer)
            numbers = uow.prompts.numbers_of_colleagues(customer)
            return Answers(
                customer=uow.customers.find(customer),
                of_contacts=tuple(details_of_prompt(uow, prompt) for prompt in newest),
                of_colleagues=tuple(numbers),
            )

    def sweep(self, limit: int = AT_ONCE) -> int:
        """Ask what is due, and close what nobody answered; tell how many there were."""
        now = self._clock.now()
        with self._store.due("prompts", now, limit=limit) as due:
            for uow, number in sorted(due, key=lambda one: one[0].workspace):
                _look_at(uow, uow.prompts.get(prompt_ref(number)), now)
            return len(due)


def _look_at(uow: UnitOfWork, prompt: Prompt, now: datetime) -> None:
    if prompt.state is PromptState.PLANNED and _was_taken_back(uow, prompt):
        uow.prompts.save(prompt.withdraw(Reason.TAKEN_BACK))
    elif prompt.state is PromptState.PLANNED:
        decide(uow, prompt, now)
    elif uow.posts.find(prompt.ref, Saying.PROMPT):
        closed = prompt.expire()
        uow.prompts.save(closed)
        put_refresh(uow, closed, now)
    else:
        uow.prompts.save(prompt.skip(Reason.NOT_DELIVERED))


def _was_taken_back(uow: UnitOfWork, prompt: Prompt) -> bool:
    """Tell whether the work that a question is about was taken back with *Undo*."""
    task = uow.tasks.find(prompt.about) if prompt.about else None
    return task is not None and task.is_undone


def _prompt_of(uow: UnitOfWork, command: AskPerson, *, asker: str, now: datetime) -> Prompt:
    """Make the prompt that a colleague asks for. Raises DomainError for somebody who is not to be asked."""
    customer, credited = _subject_of(uow, command.about, asker)
    own = uow.customers.find(uow.prompts.customer_of(command.person))
    if own and (customer is None or command.person not in customer.contacts):
        customer = own
    member = uow.members.find(command.person)
    if member is None and own is None:
        raise NotFound("feedback.problem.unknown_person", person=f"<@{command.person}>")
    if member and (member.is_bot or member.is_gone):
        raise DomainError("feedback.problem.nobody", person=f"<@{command.person}>")
    if command.person == asker:
        raise DomainError("feedback.problem.yourself")
    if command.person == credited:
        raise DomainError("feedback.problem.own_work", person=f"<@{command.person}>", about=str(command.about))
    is_contact = own is not None or bool(member and member.is_outsider and not member.is_guest)
    is_handoff = command.about is not None and command.about.noun is Noun.HANDOFF
    return Prompt(
        number=uow.settings.next_number(Noun.PROMPT),
        state=PromptState.PLANNED,
        kind=command.kind or (Kind.YESNO if is_handoff and not is_contact else Kind.SCORE),
        question=command.question,
        person=command.person,
        is_contact=is_contact,
        asked_by=asker,
        about=command.about,
        customer=customer.number if customer else None,
        credited=credited or (customer and customer.owner) or asker,
        ask_at=now,
        created_at=now,
        next_check_at=now,
    )


def _subject_of(uow: UnitOfWork, about: Reference | None, asker: str) -> tuple[Customer | None, str | None]:
    """Find whose customer a thing concerns and who did the work. Raises NotFound."""
    if about is None:
        return None, None
    if about.noun is Noun.TASK:
        task = uow.tasks.get(about, reader=asker)
        return uow.customers.find(task.customer), task.assignee
    if about.noun is Noun.HANDOFF:
        handoff = uow.handoffs.get(about, reader=asker)
        return uow.customers.find(handoff.terms.customer), handoff.giver
    customer = uow.customers.find(about.number) if about.noun is Noun.CUSTOMER else None
    if customer is None:
        raise NotFound("feedback.problem.unknown_about", words=str(about))
    return customer, None


def _with_follow_up(uow: UnitOfWork, prompt: Prompt, title: str, now: datetime) -> Prompt:
    """Make the task that a low answer wants; one about a colleague's answer is for its assignee's eyes."""
    responsible = responsible_for(uow, prompt)
    if responsible is None:
        return prompt
    calendar = calendar_for(uow, responsible)
    command = AddTask(
        title=title,
        assignee=responsible,
        due=Due(at=calendar.add_days(calendar.next_opening(now), 1)),
        customer=prompt.customer,
        origin=Origin.FEEDBACK,
        is_private=not prompt.is_contact,
    )
    return replace(prompt, follow_up=record(uow, command, author=responsible, at=now).number)


def _put_low(uow: UnitOfWork, prompt: Prompt, now: datetime) -> None:
    """Put down that who looks into a low answer hears of it, or sees in place what was added to it."""
    post = uow.posts.find(prompt.ref, Saying.LOW_ANSWER)
    details = details_of_prompt(uow, prompt)
    if details.follow_up is None:
        return
    person = details.follow_up.assignee
    message = Outgoing(
        saying=Saying.LOW_ANSWER,
        about=prompt.ref,
        lane=post.channel if post else person,
        key=f"low:{prompt.ref}:{prompt.version}",
        due_at=now if post else calendar_for(uow, person).quiet_until(now),
        person=person,
    )
    uow.put(message, at=now)


def _answered_entry(prompt: Prompt, about: Reference, now: datetime) -> Entry:
    """Note that an answer came; whose it was only where it carries a name."""
    return Entry(about, Happened.FEEDBACK_WAS_ANSWERED, now, prompt.person if prompt.is_contact else None)
