"""What is said about tasks: cards, word to a new assignee, short answers in threads."""

from datetime import datetime, timedelta

from bot.domain.outgoing import Claimed, Outgoing, Saying, is_direct
from bot.domain.tasks import Task
from bot.services.cards import card_lane, details_of, lane_of, put_given_refresh, read_notes, uninvited_channel
from bot.views import tasks as views
from scheduler.speech import Deed, Delete, Drop, Hold, Kind, React, Reroute, Say, Speech
from storage.unit_of_work import UnitOfWork

CARD_TAKES = timedelta(seconds=1)
"""After so long whoever is told by a card is thought of again."""


def prepare_card(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Show a card as the task is now, in its place where it has one; a newer one waits for its own turn."""
    task = uow.tasks.find(claimed.message.about)
    if task is None:
        return Drop("no such task")
    if _version_of(claimed) < task.version and uow.posts.find(task.ref, Saying.TASK_CARD):
        return Drop("superseded")
    if task.is_undone:
        return Drop("undone")
    t = speech.for_lane(uow, claimed)
    message = views.card(details_of(uow, task), t, notes=read_notes(claimed.message.params), now=speech.now)
    post = uow.posts.find(task.ref, Saying.TASK_CARD)
    if post:
        return Say(message=message, edits=post.ts)
    return Say(message=message, thread_ts=_thread_of(task, _place(uow, claimed)))


def tell_uninvited(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, now: datetime) -> None:
    """Put down that an author is to hear, once for each channel, why a card isn't in it and how to invite the bot."""
    task = uow.tasks.find(claimed.message.about) if is_direct(claimed.message.lane) else None
    channel = uninvited_channel(uow, task) if task else None
    if task is None or channel is None:
        return
    message = Outgoing(
        saying=Saying.TASK_UNINVITED,
        about=task.ref,
        lane=task.author,
        key=f"uninvited:{channel}:{task.author}",
        due_at=now,
        person=task.author,
        params={"channel": channel},
    )
    uow.put(message, at=now)


def prepare_uninvited(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Say how to invite the bot, unless somebody has."""
    message = claimed.message
    known = uow.channels.find(message.params["channel"])
    if known and known.is_member:
        return Drop("invited since")
    t = speech.for_person(uow, message.person)
    return Say(message=views.uninvited(message.about, message.params["channel"], t))


def prepare_card_deletion(uow: UnitOfWork, claimed: Claimed, _: Speech) -> Deed:
    """Delete the card of a task that was taken back, unless it was opened again since."""
    task, message = uow.tasks.find(claimed.message.about), claimed.message
    post = uow.posts.find(message.about, Saying.TASK_CARD)
    if task is None or post is None or not task.is_undone:
        return Drop("no card")
    if post.channel == _place(uow, claimed):
        return Delete(post.ts)
    return Drop("out of reach") if message.is_rerouted else Reroute(lane_of(uow, post.channel))


def forget_card(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, _now: datetime) -> None:
    """Forget the card that was deleted: where the task is opened again, it gets a new one."""
    uow.posts.forget(claimed.message.about, Saying.TASK_CARD)


def prepare_given(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Tell the new assignee, unless the card's mention does: where the card goes is known once it is there."""
    task, params = uow.tasks.find(claimed.message.about), claimed.message.params
    if task and "ts" in params:
        return Say(message=views.card(details_of(uow, task), speech.for_lane(uow, claimed)), edits=params["ts"])
    if task is None or task.is_over or task.assignee != claimed.message.person:
        return Drop("no longer theirs")
    if params.get("told_by_card") and uow.outbox.is_on_its_way(_card_key(claimed)):
        return Hold(speech.now + CARD_TAKES)
    if params.get("told_by_card") and (speech.present or card_lane(uow, task) == task.assignee):
        return Drop("told by the card")
    t = speech.for_person(uow, task.assignee)
    return Say(message=views.given(details_of(uow, task), params["giver"], t))


def catch_up(uow: UnitOfWork, claimed: Claimed, _channel: str, _ts: str, now: datetime) -> None:
    """Have the word to an assignee show what changed while it was on its way."""
    task = uow.tasks.find(claimed.message.about)
    if task and "ts" not in claimed.message.params and _version_of(claimed) < task.version:
        put_given_refresh(uow, task, now)


def _card_key(claimed: Claimed) -> str:
    """Name the card that was put down with `given:T-42:U1:1`."""
    return f"card:{claimed.message.about}:{_version_of(claimed)}"


def card_channel(uow: UnitOfWork, claimed: Claimed) -> str | None:
    """Name the channel whose card tells an assignee, if it is a channel."""
    task = uow.tasks.find(claimed.message.about)
    if task is None or not claimed.message.params.get("told_by_card"):
        return None
    lane = card_lane(uow, task)
    return None if lane == task.assignee else lane


def prepare_answer(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Answer in a thread where the card stands elsewhere."""
    task, params = uow.tasks.find(claimed.message.about), claimed.message.params
    if task is None or task.is_undone:
        return Drop("undone")
    post = uow.posts.find(task.ref, Saying.TASK_CARD)
    channel = post.channel if post and not is_direct(post.channel) else None
    message = views.threaded(details_of(uow, task), channel, speech.for_lane(uow, claimed), notes=read_notes(params))
    return Say(message=message, thread_ts=None if is_direct(claimed.message.lane) else params["thread_ts"])


def prepare_reaction(uow: UnitOfWork, claimed: Claimed, _: Speech) -> Deed:
    """Answer a message by a reaction, where the workspace prefers quiet."""
    return React(claimed.message.params["message"], uow.settings.get().task_emoji)


def _version_of(claimed: Claimed) -> int:
    """Read the task's version out of `card:T-42:7`, also behind a reroute."""
    return int(claimed.message.key.split(">")[0].rsplit(":", 1)[1])


def _thread_of(task: Task, channel: str) -> str | None:
    """Answer in the thread of the message that a task was made from, where its card goes to that channel."""
    source = task.source
    if source is None or source.channel != channel or task.origin.value not in ("mention", "prefix", "reaction"):
        return None
    return source.thread_ts or source.ts


def _place(uow: UnitOfWork, claimed: Claimed) -> str:
    member = uow.members.find(claimed.message.lane)
    return (member and member.dm_channel) or claimed.message.lane


def card_thread(uow: UnitOfWork, claimed: Claimed) -> str | None:
    """Name the thread that a card answers in."""
    task = uow.tasks.find(claimed.message.about)
    return _thread_of(task, _place(uow, claimed)) if task else None


KINDS = {
    Saying.TASK_CARD: Kind(prepare=prepare_card, is_post=True, thread_of=card_thread, on_sent=tell_uninvited),
    Saying.TASK_CARD_DELETED: Kind(
        prepare=prepare_card_deletion, for_customers=True, on_sent=forget_card, after=(Saying.TASK_CARD,)
    ),
    Saying.TASK_GIVEN: Kind(is_post=True, prepare=prepare_given, asks_presence=card_channel, on_sent=catch_up),
    Saying.REACTION: Kind(prepare=prepare_reaction, for_customers=True),
    Saying.TASK_ANSWER: Kind(prepare=prepare_answer),
    Saying.TASK_UNINVITED: Kind(prepare=prepare_uninvited),
}
