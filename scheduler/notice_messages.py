"""What is said of notices: the draft to the one who decides, and the notice itself to the customer."""

from datetime import datetime

from bot.domain.notices import NoticeState, promise_known
from bot.domain.outgoing import Claimed, Saying
from bot.domain.references import task_ref
from bot.services.ladders import put_warning_refreshes
from bot.services.notices import notice_details, put_draft_refresh
from bot.views import notices as views
from scheduler.speech import Deed, Drop, Kind, Say, Speech
from storage.unit_of_work import UnitOfWork


def prepare_draft(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Show a draft to the one who decides, or show it as it is now."""
    notice = uow.notices.find(claimed.message.about)
    task = uow.tasks.find(task_ref(notice.task)) if notice else None
    if notice is None or task is None or uow.customers.find(task.customer) is None:
        return Drop("no such notice")
    edits = claimed.message.params.get("ts")
    if edits is None and (notice.state is not NoticeState.DRAFT or task.is_over):
        return Drop("no longer true")
    t = speech.for_person(uow, notice.drafted_for)
    failed_in = claimed.message.params.get("failed_in", "")
    return Say(message=views.draft(notice_details(uow, notice, task), t, failed_in=failed_in), edits=edits)


def catch_up(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, now: datetime) -> None:
    """Have a draft that was decided about while it was on its way shown as it is now."""
    notice = uow.notices.get(claimed.message.about)
    if "ts" not in claimed.message.params and notice.state is not NoticeState.DRAFT:
        put_draft_refresh(uow, notice, now)


def prepare_notice(uow: UnitOfWork, claimed: Claimed, _: Speech) -> Deed:
    """Tell the customer, in the words that somebody read and sent."""
    notice = uow.notices.find(claimed.message.about)
    task = uow.tasks.find(task_ref(notice.task)) if notice else None
    customer = uow.customers.find(task.customer) if task else None
    if notice is None or notice.state is not NoticeState.SENDING or customer is None:
        return Drop("not to be sent")
    if customer.shared_channel != claimed.message.lane:
        return Drop("not their channel")
    return Say(message=views.notice(notice.text, customer.contacts))


def record(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, now: datetime) -> None:
    """Record that the customer was told, and whether that was before the due time that they knew."""
    notice = uow.notices.get(claimed.message.about)
    task = uow.tasks.get(task_ref(notice.task))
    known = promise_known(task, uow.timeline.list(task.ref)) or notice.due_at
    sent, entry = notice.arrive(known, at=now)
    uow.notices.save(sent)
    uow.timeline.add(entry)
    put_draft_refresh(uow, sent, now)
    put_warning_refreshes(uow, task, now, why=f":{notice.ref}")


def give_back(uow: UnitOfWork, claimed: Claimed, now: datetime) -> None:
    """Make a notice that could not be posted a draft again, and say so where it stands."""
    notice = uow.notices.get(claimed.message.about)
    if notice.state is NoticeState.SENDING:
        again = notice.come_back()
        uow.notices.save(again)
        put_draft_refresh(uow, again, now, failed_in=claimed.message.lane)


KINDS = {
    Saying.NOTICE_DRAFT: Kind(prepare=prepare_draft, is_post=True, on_sent=catch_up),
    Saying.NOTICE: Kind(prepare=prepare_notice, for_customers=True, on_sent=record, on_failed=give_back),
}
