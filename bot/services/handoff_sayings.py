"""What is put down to be said about handoffs: the card, the offer, what became of it, questions and reminders."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.domain.commands import Note
from bot.domain.details import HandoffDetails
from bot.domain.handoffs import Handoff
from bot.domain.outgoing import Outgoing, Post, Saying
from bot.domain.references import task_ref
from bot.domain.tasks import Task
from bot.domain.timeline import Happened
from bot.services.calendars import calendar_for
from bot.services.cards import lane_of, may_hold_a_card, note_params
from storage.unit_of_work import UnitOfWork


def details_of_handoff(uow: UnitOfWork, handoff: Handoff) -> HandoffDetails:
    """Gather what a card shows."""
    return HandoffDetails(
        handoff=handoff,
        customer=uow.customers.find(handoff.terms.customer),
        tasks=tuple(tasks_of(uow, handoff)),
        entries=tuple(uow.timeline.list(handoff.ref)),
    )


def tasks_of(uow: UnitOfWork, handoff: Handoff) -> list[Task]:
    """List the tasks that move with a handoff: those that were chosen, and what its promises became.

    The receiver's own next step belongs to the handoff too, but it moves nowhere.
    """
    chosen = [uow.tasks.find(task_ref(number)) for number in handoff.terms.tasks]
    promised = [task for task in uow.tasks.of_handoff(handoff.number) if task.author == handoff.giver]
    return list({task.number: task for task in (*chosen, *promised) if task}.values())


def handoff_lane(uow: UnitOfWork, handoff: Handoff) -> str:
    """Choose where a handoff's card goes, by the rules of a task's card; its last resort is the giver."""
    post = uow.posts.find(handoff.ref, Saying.HANDOFF_CARD)
    if post:
        return post.channel
    customer = uow.customers.find(handoff.terms.customer)
    wanted = customer.channel if customer and not handoff.is_private else None
    for channel in (wanted, handoff.asked_in):
        if channel and may_hold_a_card(uow, channel):
            return channel
    return handoff.giver


def put_handoff_card(uow: UnitOfWork, handoff: Handoff, at: datetime, *, in_thread: bool = False) -> None:
    """Put down that the card is to be shown as the handoff is now; the newest wins.

    `in_thread`: where it stands in the channel of the message that asked for it, it is the answer to that message.
    """
    lane, source = handoff_lane(uow, handoff), handoff.source
    answers = in_thread and source is not None and source.channel == lane
    params = {"thread_ts": source.thread_ts or source.ts} if answers and source else {}
    _put(uow, Saying.HANDOFF_CARD, handoff, lane, at, params=params)


def put_offer(uow: UnitOfWork, handoff: Handoff, at: datetime, *, is_new: bool) -> datetime:
    """Offer it to the receiver by direct message, or show on that message what became of it; tell when that goes out.

    A new offer is a new message, so that it is noticed; it keeps quiet time.
    """
    receiver = handoff.terms.receiver
    if receiver is None:
        return at
    if is_new:
        uow.posts.forget(handoff.ref, Saying.HANDOFF_OFFER)
    due_at = calendar_for(uow, receiver).quiet_until(at) if is_new else at
    params = {"is_new": "yes"} if is_new else {}
    _put(uow, Saying.HANDOFF_OFFER, handoff, receiver, at, person=receiver, due_at=due_at, params=params)
    return due_at


def put_result(uow: UnitOfWork, handoff: Handoff, person: str, at: datetime) -> None:
    """Tell somebody what became of a handoff."""
    _tell(uow, Saying.HANDOFF_RESULT, handoff, person, at, outcome=handoff.state.value)


def put_question(uow: UnitOfWork, handoff: Handoff, at: datetime) -> None:
    """Bring the receiver's question to the giver, and into the card's thread."""
    words = handoff.question or ""
    _tell(uow, Saying.HANDOFF_QUESTION, handoff, handoff.giver, at, question=words)
    _put_in_thread(uow, Saying.HANDOFF_QUESTION, handoff, at, question=words)


def put_answer(uow: UnitOfWork, handoff: Handoff, question: str, answer: str, by: str, at: datetime) -> None:
    """Bring the answer to the receiver, and into the card's thread."""
    words = {"question": question, "answer": answer, "by": by}
    if handoff.terms.receiver:
        _tell(uow, Saying.HANDOFF_ANSWER, handoff, handoff.terms.receiver, at, **words)
    _put_in_thread(uow, Saying.HANDOFF_ANSWER, handoff, at, **words)


def put_reminder(uow: UnitOfWork, handoff: Handoff, at: datetime) -> None:
    """Remind whoever a handoff waits for."""
    if handoff.waits_for:
        _tell(uow, Saying.HANDOFF_REMINDER, handoff, handoff.waits_for, at, waits_as=_waits_as(handoff))


def put_draft(uow: UnitOfWork, handoff: Handoff, at: datetime, notes: Iterable[Note]) -> None:
    """Answer the message behind a draft in its thread; where nobody may answer there, the giver directly."""
    source = handoff.source
    lane = source.channel if source else handoff.giver
    _put(uow, Saying.HANDOFF_DRAFT, handoff, lane, at, person=handoff.giver, params=note_params(notes))


def settle_draft(uow: UnitOfWork, handoff: Handoff, at: datetime) -> None:
    """Let the answer to the message become the card where both stand in one channel; else say where the card is."""
    post = uow.posts.find(handoff.ref, Saying.HANDOFF_DRAFT)
    if post and post.channel == handoff_lane(uow, handoff):
        uow.posts.forget(handoff.ref, Saying.HANDOFF_DRAFT)
        uow.posts.save(Post(about=handoff.ref, role=Saying.HANDOFF_CARD.value, channel=post.channel, ts=post.ts))
    elif post:
        put_draft_refresh(uow, handoff, post.channel, at)


def put_draft_refresh(uow: UnitOfWork, handoff: Handoff, channel: str, at: datetime) -> None:
    """Put down that the answer to a draft's message is to say where the card is."""
    _put(uow, Saying.HANDOFF_DRAFT, handoff, channel, at)


def button_role(saying: Saying, version: int, *, is_direct: bool) -> str:
    """Name the post of a message whose buttons count until the handoff goes on from this version."""
    return f"{saying}:{version}" if is_direct else f"{saying}:{version}:channel"


def close_buttons(uow: UnitOfWork, handoff: Handoff, at: datetime) -> None:
    """Put down that what was said before the handoff went on loses its buttons: card and offer have those that count.

    To be called before the change is in the timeline: what was asked and answered last is what those messages say.
    """
    for post in uow.posts.about(handoff.ref):
        saying, is_versioned, _ = post.role.partition(":")
        if is_versioned:
            put_closed(uow, post, _said_before(uow, handoff, Saying(saying)), at)


def put_closed(uow: UnitOfWork, post: Post, said: Mapping[str, str], at: datetime) -> None:
    """Put down that a message is to stand without its buttons from now on; `said` are the words that it keeps."""
    uow.posts.forget(post.about, post.role)
    message = Outgoing(
        saying=Saying(post.role.partition(":")[0]),
        about=post.about,
        lane=lane_of(uow, post.channel),
        key=f"{post.role}:{post.about}:closed",
        due_at=at,
        params={**said, "ts": post.ts},
    )
    uow.put(message, at=at)


def _said_before(uow: UnitOfWork, handoff: Handoff, saying: Saying) -> Mapping[str, str]:
    kinds = {
        Saying.HANDOFF_QUESTION: Happened.HANDOFF_WAS_ASKED,
        Saying.HANDOFF_ANSWER: Happened.HANDOFF_WAS_ANSWERED,
    }
    entries = [entry for entry in uow.timeline.list(handoff.ref) if entry.happened == kinds.get(saying)]
    return {**entries[-1].data, "by": entries[-1].by or ""} if entries else {}


def waits_as_before(handoff: Handoff, waits_as: str) -> bool:
    """Tell whether a handoff still waits for what a reminder was put down for."""
    return _waits_as(handoff) == waits_as


def _waits_as(handoff: Handoff) -> str:
    return f"{handoff.state}:{handoff.waits_for}:{bool(handoff.question)}"


def _tell(uow: UnitOfWork, saying: Saying, handoff: Handoff, person: str, at: datetime, **params: str) -> None:
    """Tell a person directly what they didn't ask for just now: never in their quiet time."""
    due_at = calendar_for(uow, person).quiet_until(at)
    _put(uow, saying, handoff, person, at, person=person, due_at=due_at, params=params)


def _put_in_thread(uow: UnitOfWork, saying: Saying, handoff: Handoff, at: datetime, **params: str) -> None:
    lane = handoff_lane(uow, handoff)
    if lane.startswith(("C", "G")):
        _put(uow, saying, handoff, lane, at, params=params)


def _put(
    uow: UnitOfWork,
    saying: Saying,
    handoff: Handoff,
    lane: str,
    at: datetime,
    *,
    person: str | None = None,
    due_at: datetime | None = None,
    params: dict[str, str] | None = None,
) -> None:
    message = Outgoing(
        saying=saying,
        about=handoff.ref,
        lane=lane,
        key=f"{saying}:{handoff.ref}:{lane}:{handoff.version}",
        due_at=due_at or at,
        person=person,
        params=params or {},
    )
    uow.put(message, at=at)
