"""What could not be delivered: whom it concerns, and what each reader may see of it."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.errors import NotFound
from bot.domain.outgoing import Outgoing, Saying, is_direct
from bot.domain.references import Noun, Reference, task_ref
from bot.domain.tasks import Task
from bot.domain.undelivered import Undelivered, Why, why
from bot.services.prompting import responsible_for
from storage.unit_of_work import UnitOfWork


def concerned_by(uow: UnitOfWork, message: Outgoing, reason: str) -> str | None:
    """Choose who is told that a message is dead: the one whom it concerns and who can act; None where nobody can."""
    reader = _reader_of(uow, message.lane)
    unreachable = reader if why(reason, message.lane) is Why.GONE else None
    for person in (reader, *_owners_of(uow, message), uow.settings.get().lead):
        member = uow.members.find(person) if person else None
        if person and person != unreachable and (member is None or member.may_act):
            return person
    return None


def described(
    uow: UnitOfWork, saying: Saying, about: Reference, place: str, reason: str, at: datetime, *, reader: str
) -> Undelivered:
    """Say what one reader may know of a message that could not be delivered."""
    subject = _subject_of(uow, saying, about)
    title = _title_for(uow, subject, reader) if subject else None
    return Undelivered(
        saying=saying,
        place=place,
        reason=reason,
        at=at,
        about=None if title is None else subject,
        title=title or "",
    )


def _reader_of(uow: UnitOfWork, lane: str) -> str | None:
    """Name the person of direct messages; a channel has no one reader."""
    if not is_direct(lane):
        return None
    return uow.members.of_dm(lane) if lane.startswith("D") else lane


def _owners_of(uow: UnitOfWork, message: Outgoing) -> Iterator[str | None]:
    """List who looks after the subject of a message, the nearest first.

    What was for one person who can't be reached goes back to whoever gave them the work.
    """
    about = message.about
    if about.noun is Noun.HANDOFF:
        handoff = uow.handoffs.find(about)
        yield from (handoff.giver, handoff.terms.receiver) if handoff else ()
        return
    if about.noun is Noun.PROMPT:
        prompt = uow.prompts.find(about)
        yield from (prompt.asked_by, responsible_for(uow, prompt)) if prompt else ()
        return
    task = _task_of(uow, about)
    if task:
        customer = uow.customers.find(task.customer)
        owner = customer.owner if customer else None
        yield from (task.author, owner) if is_direct(message.lane) else (task.assignee, owner, task.author)


def _task_of(uow: UnitOfWork, about: Reference) -> Task | None:
    notice = uow.notices.find(about) if about.noun is Noun.NOTICE else None
    return uow.tasks.find(task_ref(notice.task) if notice else about)


def _subject_of(uow: UnitOfWork, saying: Saying, about: Reference) -> Reference | None:
    """Name the task or handoff that people know a message by."""
    if about.noun is Noun.NOTICE:
        notice = uow.notices.find(about)
        return task_ref(notice.task) if notice else None
    if about.noun is Noun.PROMPT:
        prompt = uow.prompts.find(about)
        if prompt and saying is Saying.LOW_ANSWER:
            return task_ref(prompt.follow_up) if prompt.follow_up else None
        return prompt.about if prompt else None
    return about


def _title_for(uow: UnitOfWork, subject: Reference, reader: str) -> str | None:
    """Get a subject's title; None where it isn't there, or not for this reader."""
    try:
        if subject.noun is Noun.TASK:
            return uow.tasks.get(subject, reader=reader).title
        if subject.noun is Noun.HANDOFF:
            return uow.handoffs.get(subject, reader=reader).terms.promised.partition("\n")[0]
    except NotFound:
        return None
    customer = uow.customers.find(subject.number) if subject.noun is Noun.CUSTOMER else None
    return customer.name if customer else None
