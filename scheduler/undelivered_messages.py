"""What is said of messages that could not be delivered: to whoever they concern, once, and several at once as one."""

import logging
from datetime import datetime

from bot.domain.handoffs import HandoffState
from bot.domain.outgoing import Claimed, Outgoing, Saying
from bot.domain.undelivered import Undelivered, code_of
from bot.services.calendars import calendar_for
from bot.services.undelivered import concerned_by, described
from bot.views import undelivered as views
from scheduler.speech import Deed, Drop, Hold, Kind, Say, Speech
from storage.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)

_NOT_MISSED = (
    Saying.REACTION,
    Saying.TASK_CARD_DELETED,
    Saying.TASK_UNINVITED,
    Saying.PROMPT_REFRESH,
    Saying.NOTICE,  # its sender hears of it where the draft stands
    Saying.UNDELIVERED,
)


def put_undelivered(uow: UnitOfWork, claimed: Claimed, reason: str, now: datetime) -> None:
    """Put down that whoever a dead message concerns is to hear of it; `now` is people's time.

    To be called in the transaction that settles it as dead, for what is settled with it, too.
    """
    for one in claimed.everyone:
        message = one.message
        if message.saying in _NOT_MISSED or "ts" in message.params:
            continue
        person = concerned_by(uow, message, reason)
        if person:
            uow.put(_word_to(uow, person, message, reason, now), at=now)
        else:
            log.warning("nobody can be told that %s was not delivered", message.key)


def prepare_undelivered(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Tell of what could not be delivered and still matters; in quiet time later."""
    reader = claimed.message.lane
    opening = calendar_for(uow, reader).quiet_until(speech.now)
    if opening > speech.now:
        return Hold(opening)
    left_out = frozenset(one.id for one in claimed.everyone if _is_over(uow, one.message))
    told = [_described(uow, one.message, reader) for one in claimed.everyone if one.id not in left_out]
    if not told:
        return Drop("no longer true")
    return Say(message=views.undelivered(told, speech.for_person(uow, reader)), left_out=left_out)


def _word_to(uow: UnitOfWork, person: str, dead: Outgoing, reason: str, now: datetime) -> Outgoing:
    """Word it for one person: told at most once a day of the same thing, place and reason."""
    calendar = calendar_for(uow, person)
    day = calendar.local(now).date().isoformat()
    return Outgoing(
        saying=Saying.UNDELIVERED,
        about=dead.about,
        lane=person,
        key=f"undelivered:{dead.about}:{dead.lane}:{code_of(reason)}:{day}",
        due_at=calendar.quiet_until(now),
        person=person,
        params={"saying": dead.saying.value, "place": dead.lane, "reason": reason, "due": dead.due_at.isoformat()},
    )


def _described(uow: UnitOfWork, message: Outgoing, reader: str) -> Undelivered:
    params = message.params
    due_at = datetime.fromisoformat(params["due"])
    return described(
        uow, Saying(params["saying"]), message.about, params["place"], params["reason"], due_at, reader=reader
    )


def _is_over(uow: UnitOfWork, message: Outgoing) -> bool:
    """Tell whether nobody misses it any more: the task is over, or the offer was answered."""
    task, handoff = uow.tasks.find(message.about), uow.handoffs.find(message.about)
    if handoff and message.params["saying"] == Saying.HANDOFF_OFFER:
        return handoff.state is not HandoffState.OFFERED
    return task is not None and task.is_over


KINDS = {Saying.UNDELIVERED: Kind(prepare=prepare_undelivered)}
