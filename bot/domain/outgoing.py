"""Outgoing messages: what is to be said, written down before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.references import Reference


class Saying(StrEnum):
    """The kinds of message that Stafet sends by itself; the value is stored."""

    TASK_CARD = "task.card"
    TASK_CARD_DELETED = "task.card_deleted"
    TASK_GIVEN = "task.given"
    TASK_ANSWER = "task.answer"
    TASK_UNINVITED = "task.uninvited"
    HEADS_UP = "delay.heads_up"
    LATE = "delay.late"
    HANDOFF_CARD = "handoff.card"
    HANDOFF_OFFER = "handoff.offer"
    HANDOFF_RESULT = "handoff.result"
    HANDOFF_QUESTION = "handoff.question"
    HANDOFF_ANSWER = "handoff.answer"
    HANDOFF_REMINDER = "handoff.reminder"
    HANDOFF_DRAFT = "handoff.draft"
    NOTICE_DRAFT = "notice.draft"
    NOTICE = "notice.sent"
    PROMPT = "feedback.prompt"
    PROMPT_REFRESH = "feedback.refresh"
    LOW_ANSWER = "feedback.low"
    REACTION = "reaction"
    UNDELIVERED = "undelivered"


BUNDLES = {Saying.HEADS_UP: 2, Saying.LATE: 6, Saying.UNDELIVERED: 2}
"""From how many on the messages of a kind that are due together in one channel become one."""

UNASKED = (Saying.HEADS_UP, Saying.LATE, Saying.HANDOFF_REMINDER, Saying.PROMPT)
"""What a person gets without anybody's asking: a day holds only so many of them."""


def is_direct(lane: str) -> bool:
    """Tell whether a lane is a person's direct messages, by their user id or the conversation's own."""
    return lane[:1] in ("U", "W", "D")


def bundles_from(saying: Saying, lane: str) -> int | None:
    """Say from how many on messages of a kind become one; to one person, two are enough."""
    return 2 if saying in BUNDLES and is_direct(lane) else BUNDLES.get(saying)


class Sending(StrEnum):
    """How far an outgoing message has come. Everything but the first three is an end."""

    NEW = "new"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DROPPED = "dropped"
    EXPIRED = "expired"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One thing to be said. Blocks are made at send time; here are only kind, subject and parameters.

    `lane` is the channel id, or the user id for a direct message: order and pace hold within it.
    `key` is the message's identity within the workspace: told once means a unique key.
    `due_at` is when it may leave, `person` whom it is for (None: a channel).
    """

    saying: Saying
    about: Reference
    lane: str
    key: str
    due_at: datetime
    person: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_rerouted(self) -> bool:
        """Tell whether it comes from another lane, that could not be used or wasn't the right one."""
        return ">" in self.key

    def rerouted(self, lane: str) -> "Outgoing":
        """Give the same message for another lane."""
        return replace(self, lane=lane, key=f"{self.key}>{lane}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An outgoing message taken for sending. `fence` proves at settling that nobody took it over meanwhile.

    `companions` are due with it in the same lane and become one message with it.
    """

    id: int
    workspace: str
    message: Outgoing
    attempts: int
    token: str
    fence: int
    may_repeat: bool = False
    companions: "tuple[Claimed, ...]" = ()

    @property
    def everyone(self) -> "tuple[Claimed, ...]":
        """This message and those that become one with it."""
        return (self, *self.companions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where a message stands in Slack, so that it can be edited in place.

    `role` is a Saying's value, with a colon and a version behind it where its buttons count no longer than that.
    A delay warning also keeps whom it was for (None: a channel) and the promise that it spoke of, and shares its
    message with others.
    """

    about: Reference
    role: str
    channel: str
    ts: str
    person: str | None = None
    due_at: datetime | None = None
