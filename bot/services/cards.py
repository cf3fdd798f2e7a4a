"""Cards: where they go, and the words that are put down for them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.commands import Note, Remark
from bot.domain.details import TaskDetails
from bot.domain.feedback import PromptState
from bot.domain.outgoing import Outgoing, Saying, is_direct
from bot.domain.tasks import Origin, State, Task
from bot.domain.workspaces import Answering
from bot.services.calendars import calendar_for
from storage.unit_of_work import UnitOfWork


def details_of(uow: UnitOfWork, task: Task) -> TaskDetails:
    """Gather what a card shows."""
    planned = uow.prompts.unanswered_about(task.ref) if task.state is State.DONE else None
    return TaskDetails(
        task=task,
        customer=uow.customers.find(task.customer),
        planned_prompt=planned.number if planned and planned.state is PromptState.PLANNED else None,
    )


def with_history(uow: UnitOfWork, details: TaskDetails) -> TaskDetails:
    """Add what has happened to a task: a card doesn't tell it."""
    return replace(details, entries=tuple(uow.timeline.list(details.task.ref)))


def card_lane(uow: UnitOfWork, task: Task) -> str:
    """Choose where a task's card goes: where it stands, the customer's internal channel, or where it was asked for.

    What is private stays out of the customer's channel. Never a channel that is known to be shared, nor one that
    the bot is known not to be in: then the assignee's direct messages. Delivery asks again before it sends.
    """
    post = uow.posts.find(task.ref, Saying.TASK_CARD)
    return lane_of(uow, post.channel) if post else first_card_lane(uow, task)


def first_card_lane(uow: UnitOfWork, task: Task) -> str:
    """Choose where the card of a task goes that has none yet, as a new one hasn't."""
    customer = uow.customers.find(task.customer)
    wanted = customer.channel if customer and not task.is_private else None
    quiet = task.source.channel if task.source and is_answered_quietly(uow, task) else None
    for channel in (wanted, task.asked_in):
        if channel and channel != quiet and may_hold_a_card(uow, channel):
            return lane_of(uow, channel)
    return task.assignee


def is_answered_quietly(uow: UnitOfWork, task: Task) -> bool:
    """Tell whether the message behind a task is answered by a reaction alone, as the workspace prefers."""
    heard = task.origin in (Origin.MENTION, Origin.PREFIX)
    return heard and uow.settings.get().answering is Answering.REACTION


def uninvited_channel(uow: UnitOfWork, task: Task) -> str | None:
    """Name the channel in which a task's card would stand if the bot were in it."""
    customer = uow.customers.find(task.customer)
    for id in (customer.channel if customer and not task.is_private else None, task.asked_in):
        known = uow.channels.find(id) if id and not is_direct(id) else None
        if known and known.checked_at and not known.is_member and not known.is_shared:
            return known.id
    return None


def put_card(uow: UnitOfWork, task: Task, at: datetime, *, notes: Iterable[Note] = (), lane: str | None = None) -> None:
    """Put down that a task's card is to be shown as it is now, in `lane` where that is known; the newest wins."""
    message = Outgoing(
        saying=Saying.TASK_CARD,
        about=task.ref,
        lane=lane or card_lane(uow, task),
        key=f"card:{task.ref}:{task.version}",
        due_at=at,
        params=note_params(notes),
    )
    uow.put(message, at=at)


def put_given(uow: UnitOfWork, task: Task, giver: str, at: datetime, *, told_by_card: bool) -> None:
    """Put down that an assignee is to hear of a task from somebody else, once.

    `told_by_card`: a new card's mention tells whoever is in its channel; delivery finds out.
    """
    if task.assignee == giver:
        return
    message = Outgoing(
        saying=Saying.TASK_GIVEN,
        about=task.ref,
        lane=task.assignee,
        key=f"given:{task.ref}:{task.assignee}:{task.version}",
        due_at=calendar_for(uow, task.assignee).quiet_until(at),
        person=task.assignee,
        params={"giver": giver, "told_by_card": "yes" if told_by_card else ""},
    )
    uow.put(message, at=at)


def put_given_refresh(uow: UnitOfWork, task: Task, at: datetime) -> None:
    """Put down that the word to an assignee, where it stands, is to be shown as the task is now."""
    post = uow.posts.find(task.ref, Saying.TASK_GIVEN)
    if post is None:
        return
    message = Outgoing(
        saying=Saying.TASK_GIVEN,
        about=task.ref,
        lane=lane_of(uow, post.channel),
        key=f"given:{task.ref}:now:{task.version}",
        due_at=at,
        params={"ts": post.ts},
    )
    uow.put(message, at=at)


def note_params(notes: Iterable[Note]) -> dict[str, str]:
    """Keep notes with an outgoing message; `read_notes` reads them back."""
    kept = [f"{note.remark}|{note.words}".replace("\n", " ") for note in notes]
    return {"notes": "\n".join(kept)} if kept else {}


def read_notes(params: Mapping[str, str]) -> tuple[Note, ...]:
    """Read back what `note_params` kept."""
    parts = [line.partition("|") for line in params.get("notes", "").split("\n") if line]
    return tuple(Note(Remark(remark), words) for remark, _, words in parts)


def may_hold_a_card(uow: UnitOfWork, channel: str) -> bool:
    """Tell whether a channel may take internal words, as far as is known; delivery asks again."""
    known = uow.channels.find(channel)
    return known is None or known.checked_at is None or known.takes_internal_words


def lane_of(uow: UnitOfWork, channel: str) -> str:
    """Name the lane of a channel: direct messages go by their person, whose language they are in."""
    return (uow.members.of_dm(channel) if is_direct(channel) else None) or channel
