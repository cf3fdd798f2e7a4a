"""What is said about handoffs: the card, the offer, what became of it, questions, answers and reminders."""

from datetime import datetime

from bot.domain.handoffs import Handoff, HandoffState
from bot.domain.outgoing import Claimed, Post, Saying
from bot.i18n.translator import Translator
from bot.services.cards import read_notes
from bot.services.handoff_sayings import (
    button_role,
    details_of_handoff,
    handoff_lane,
    put_closed,
    put_draft_refresh,
    waits_as_before,
)
from bot.views import handoffs as views
from scheduler.speech import Deed, Drop, Kind, Say, Speech
from storage.unit_of_work import UnitOfWork


def prepare_card(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Show the card as the handoff is now, in its place where it has one."""
    handoff, message = uow.handoffs.find(claimed.message.about), claimed.message
    if handoff is None:
        return Drop("no such handoff")
    post = uow.posts.find(handoff.ref, Saying.HANDOFF_CARD)
    if post and _version_of(claimed) < handoff.version:
        return Drop("superseded")
    shown = views.card(details_of_handoff(uow, handoff), _words_for(uow, handoff, claimed, speech))
    if post:
        return Say(message=shown, edits=post.ts)
    answers = handoff.source is not None and handoff.source.channel == message.lane
    return Say(message=shown, thread_ts=message.params.get("thread_ts") if answers else None)


def prepare_offer(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Offer it to its receiver, or show on the offer what became of it."""
    handoff, message = uow.handoffs.find(claimed.message.about), claimed.message
    if handoff is None or handoff.terms.receiver != message.lane:
        return Drop("offered to somebody else")
    receiver = uow.members.find(message.lane)
    if receiver and not receiver.may_act:
        return Drop("not a member")
    post = uow.posts.find(handoff.ref, Saying.HANDOFF_OFFER)
    if post and _version_of(claimed) < handoff.version:
        return Drop("superseded")
    shown = views.offer(details_of_handoff(uow, handoff), speech.for_person(uow, message.lane))
    if post:
        return Say(message=shown, edits=post.ts)
    if not message.params.get("is_new"):
        return Drop("not offered here yet")
    if handoff.state is not HandoffState.OFFERED:
        return Drop("answered before")
    return Say(message=shown)


def prepare_result(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Tell the giver, or the lead, what became of it."""
    if "ts" in claimed.message.params:
        return _closed(uow, claimed, speech)
    handoff, reader = uow.handoffs.find(claimed.message.about), claimed.message.lane
    if handoff is None or handoff.state.value != claimed.message.params["outcome"]:
        return Drop("no longer true")
    return Say(message=views.result(details_of_handoff(uow, handoff), reader, speech.for_person(uow, reader)))


def prepare_question(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Bring a question to the giver, and into the card's thread, while it is open."""
    if "ts" in claimed.message.params:
        return _closed(uow, claimed, speech)
    handoff, words = uow.handoffs.find(claimed.message.about), claimed.message.params["question"]
    if handoff is None or handoff.question != words:
        return Drop("answered before")
    t = _words_for(uow, handoff, claimed, speech)
    return _in_place(uow, claimed, Say(message=views.question(details_of_handoff(uow, handoff), words, t)))


def remember_buttons(uow: UnitOfWork, claimed: Claimed, channel: str, ts: str, now: datetime) -> None:
    """Remember where a message has buttons, until the handoff goes on; what it did meanwhile closes them at once.

    What the giver says in the thread of a question is the answer.
    """
    message = claimed.message
    handoff = uow.handoffs.find(message.about)
    if handoff is None or "ts" in message.params or not _has_buttons(claimed, handoff):
        return
    version = _version_of(claimed)
    role = button_role(message.saying, version, is_direct=message.person is not None)
    post = Post(about=message.about, role=role, channel=channel, ts=ts)
    if version < handoff.version:
        put_closed(uow, post, message.params, now)
    else:
        uow.posts.save(post)


def _has_buttons(claimed: Claimed, handoff: Handoff) -> bool:
    """Tell whether a message has buttons that can grow old: to open a handoff is always right."""
    message = claimed.message
    if message.saying is Saying.HANDOFF_RESULT:
        return message.person == handoff.giver and message.params["outcome"] == HandoffState.RETURNED
    return message.person is not None or message.saying is Saying.HANDOFF_QUESTION


def prepare_answer(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Bring the answer to the receiver, and into the card's thread."""
    if "ts" in claimed.message.params:
        return _closed(uow, claimed, speech)
    handoff, params = uow.handoffs.find(claimed.message.about), claimed.message.params
    if handoff is None:
        return Drop("no such handoff")
    t = _words_for(uow, handoff, claimed, speech)
    details, has_buttons = details_of_handoff(uow, handoff), claimed.message.person is not None
    said = views.answer(details, params["question"], params["answer"], params["by"], t, has_buttons=has_buttons)
    return _in_place(uow, claimed, Say(message=said))


def prepare_reminder(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Remind whoever a handoff waits for, if it still waits for the same."""
    if "ts" in claimed.message.params:
        return _closed(uow, claimed, speech)
    handoff, reader = uow.handoffs.find(claimed.message.about), claimed.message.lane
    if handoff is None or not waits_as_before(handoff, claimed.message.params["waits_as"]):
        return Drop("no longer waits for this")
    return Say(message=views.reminder(details_of_handoff(uow, handoff), speech.for_person(uow, reader)))


def prepare_draft(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Answer the message behind a draft; once it is offered, the answer says where its card is."""
    handoff, message = uow.handoffs.find(claimed.message.about), claimed.message
    if handoff is None:
        return Drop("no such handoff")
    t = _words_for(uow, handoff, claimed, speech)
    post = uow.posts.find(handoff.ref, Saying.HANDOFF_DRAFT)
    if post:
        lane = handoff_lane(uow, handoff)
        channel = lane if lane.startswith(("C", "G")) else None
        is_draft = handoff.state is HandoffState.DRAFT
        return Drop("said") if is_draft else Say(message=views.draft_offered(handoff, channel, t), edits=post.ts)
    if handoff.state is not HandoffState.DRAFT:
        return Drop("completed before")
    shown = views.draft(details_of_handoff(uow, handoff), read_notes(message.params), t)
    return Say(message=shown, thread_ts=source_thread(uow, claimed))


def catch_up(uow: UnitOfWork, claimed: Claimed, channel: str, _: str, now: datetime) -> None:
    """Have the answer to a draft that was completed while it was on its way say where the card is."""
    handoff = uow.handoffs.find(claimed.message.about)
    if handoff and handoff.state is not HandoffState.DRAFT and _version_of(claimed) < handoff.version:
        put_draft_refresh(uow, handoff, channel, now)


def source_thread(uow: UnitOfWork, claimed: Claimed) -> str | None:
    """Name the thread of the message that a draft was made from."""
    handoff = uow.handoffs.find(claimed.message.about)
    source = handoff.source if handoff else None
    return source.thread_ts or source.ts if source and source.channel == claimed.message.lane else None


def card_thread(uow: UnitOfWork, claimed: Claimed) -> str | None:
    """Name the thread under a handoff's card, for what isn't said to a person directly."""
    post = uow.posts.find(claimed.message.about, Saying.HANDOFF_CARD)
    return post.ts if post and post.channel == claimed.message.lane else None


def _closed(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Show a message without its buttons: a question and an answer keep their words, others have had their day."""
    handoff, params = uow.handoffs.find(claimed.message.about), claimed.message.params
    if handoff is None:
        return Drop("no such handoff")
    details, t = details_of_handoff(uow, handoff), _words_for(uow, handoff, claimed, speech)
    match claimed.message.saying:
        case Saying.HANDOFF_QUESTION:
            shown = views.question(details, params["question"], t, is_open=False)
        case Saying.HANDOFF_ANSWER:
            shown = views.answer(details, params["question"], params["answer"], params["by"], t, has_buttons=False)
        case _:
            shown = views.gone_on(details, t)
    return Say(message=shown, edits=params["ts"])


def _in_place(uow: UnitOfWork, claimed: Claimed, say: Say) -> Deed:
    """Say it to a person directly, or under the card."""
    if claimed.message.person:
        return say
    thread_ts = card_thread(uow, claimed)
    return Say(message=say.message, thread_ts=thread_ts) if thread_ts else Drop("no card here")


def _words_for(uow: UnitOfWork, handoff: Handoff, claimed: Claimed, speech: Speech) -> Translator:
    """Get the reader's language; in a direct message with the bot that is the giver's, who asked there."""
    if speech.channel and speech.channel.is_dm:
        return speech.for_person(uow, handoff.giver)
    return speech.for_lane(uow, claimed)


def _version_of(claimed: Claimed) -> int:
    """Read the handoff's version out of the message's key, also behind a reroute."""
    return int(claimed.message.key.split(">")[0].rsplit(":", 1)[1])


KINDS = {
    Saying.HANDOFF_CARD: Kind(prepare=prepare_card, is_post=True),
    Saying.HANDOFF_OFFER: Kind(prepare=prepare_offer, is_post=True),
    Saying.HANDOFF_RESULT: Kind(prepare=prepare_result, on_sent=remember_buttons),
    Saying.HANDOFF_QUESTION: Kind(prepare=prepare_question, thread_of=card_thread, on_sent=remember_buttons),
    Saying.HANDOFF_ANSWER: Kind(prepare=prepare_answer, thread_of=card_thread, on_sent=remember_buttons),
    Saying.HANDOFF_REMINDER: Kind(prepare=prepare_reminder, on_sent=remember_buttons),
    Saying.HANDOFF_DRAFT: Kind(prepare=prepare_draft, is_post=True, thread_of=source_thread, on_sent=catch_up),
}
