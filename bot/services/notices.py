"""Use cases of notices to customers. Their words are made before they come here; nothing leaves without Send."""

from datetime import datetime

from bot.domain.details import NoticeDetails
from bot.domain.errors import DomainError
from bot.domain.members import Actor
from bot.domain.notices import Notice, NoticeState, first_reader
from bot.domain.outgoing import Outgoing, Saying
from bot.domain.references import Noun, Reference, task_ref
from bot.domain.tasks import Task
from bot.domain.timeline import Entry, Happened
from bot.services.base import Service
from bot.services.calendars import calendar_for
from storage.unit_of_work import UnitOfWork
from storage.workers import reads


class Notices(Service):
    """Draft, send, edit and put aside notices."""

    @reads
    def details(self, actor: Actor, ref: Reference) -> NoticeDetails:
        """Show one notice. Raises NotFound."""
        with self._look(actor) as uow:
            notice, task = _mine(uow, ref, actor)
            return notice_details(uow, notice, task)

    def draft(self, actor: Actor, ref: Reference, text: str) -> NoticeDetails:
        """Draft a notice about a task, for its customer's owner to read; a draft about the same time is kept."""
        with self._work(actor) as uow:
            return draft_notice(uow, uow.tasks.get(ref, reader=actor.member), text, actor.member, self._clock.now())

    def send(self, actor: Actor, ref: Reference) -> NoticeDetails:
        """Let a notice go to the customer's shared channel, once. Raises AlreadyDone."""
        now = self._clock.now()
        with self._work(actor) as uow:
            notice, task = _mine(uow, ref, actor)
            details = notice_details(uow, notice.send(task, by=actor.member), task)
            channel = details.customer.shared_channel
            if channel is None:
                raise DomainError("notice.problem.no_channel", customer=details.customer.name)
            uow.notices.save(details.notice)
            message = Outgoing(
                saying=Saying.NOTICE, about=ref, lane=channel, key=f"notice:{ref}:{now.isoformat()}", due_at=now
            )
            uow.put(message, at=now)
            put_draft_refresh(uow, details.notice, now)
            return details

    def edit(self, actor: Actor, ref: Reference, text: str) -> NoticeDetails:
        """Change a notice's words. Raises AlreadyDone where it was sent or put aside."""
        now = self._clock.now()
        with self._work(actor) as uow:
            notice, task = _mine(uow, ref, actor)
            written = notice.write(text, task)
            uow.notices.save(written)
            put_draft_refresh(uow, written, now)
            return notice_details(uow, written, task)

    def dismiss(self, actor: Actor, ref: Reference) -> NoticeDetails:
        """Put a notice aside: the customer isn't told."""
        now = self._clock.now()
        with self._work(actor) as uow:
            notice, task = _mine(uow, ref, actor)
            return notice_details(uow, _put_aside(uow, notice, actor.member, now), task)


def draft_notice(uow: UnitOfWork, task: Task, text: str, by: str, now: datetime) -> NoticeDetails:
    """Draft a notice within somebody's transaction, and have it shown to the one who decides. Raises AlreadyDone."""
    task.must_not_be_over()
    customer = uow.customers.find(task.customer)
    if customer is None or task.due_at is None:
        raise DomainError("notice.problem.no_customer", ref=str(task.ref))
    earlier = uow.notices.draft_of(task.number)
    if earlier and earlier.due_at == task.due_at:
        return notice_details(uow, earlier, task)
    if earlier:
        _put_aside(uow, earlier, by, now)
    notice = Notice(
        number=uow.settings.next_number(Noun.NOTICE),
        task=task.number,
        state=NoticeState.DRAFT,
        text=text,
        drafted_for=first_reader(customer, task),
        due_at=task.due_at,
        created_at=now,
    )
    uow.notices.add(notice)
    uow.timeline.add(Entry(task.ref, Happened.NOTICE_WAS_DRAFTED, now, by, {"notice": str(notice.ref)}))
    reader = notice.drafted_for
    shown = Outgoing(
        saying=Saying.NOTICE_DRAFT,
        about=notice.ref,
        lane=reader,
        key=f"notice:{notice.ref}:draft",
        due_at=now if reader == by else calendar_for(uow, reader).quiet_until(now),
        person=reader,
    )
    uow.put(shown, at=now)
    return notice_details(uow, notice, task)


def notice_details(uow: UnitOfWork, notice: Notice, task: Task) -> NoticeDetails:
    """Gather what a notice's draft shows."""
    customer = uow.customers.find(task.customer)
    if customer is None:
        raise DomainError("notice.problem.no_customer", ref=str(task.ref))
    return NoticeDetails(notice=notice, task=task, customer=customer)


def put_draft_refresh(uow: UnitOfWork, notice: Notice, at: datetime, *, failed_in: str = "") -> None:
    """Put down that a draft, where it stands, is to be shown as it is now, and where it could not be posted."""
    post = uow.posts.find(notice.ref, Saying.NOTICE_DRAFT)
    if post is None:
        return
    refresh = Outgoing(
        saying=Saying.NOTICE_DRAFT,
        about=notice.ref,
        lane=notice.drafted_for,
        key=f"notice:{notice.ref}:{notice.state}:{at.isoformat()}",
        due_at=at,
        params={"ts": post.ts, "failed_in": failed_in},
    )
    uow.put(refresh, at=at)


def _put_aside(uow: UnitOfWork, notice: Notice, by: str, now: datetime) -> Notice:
    dismissed, entry = notice.dismiss(by=by, at=now)
    uow.notices.save(dismissed)
    uow.timeline.add(entry)
    put_draft_refresh(uow, dismissed, now)
    return dismissed


def _mine(uow: UnitOfWork, ref: Reference, actor: Actor) -> tuple[Notice, Task]:
    notice = uow.notices.get(ref)
    return notice, uow.tasks.get(task_ref(notice.task), reader=actor.member)
