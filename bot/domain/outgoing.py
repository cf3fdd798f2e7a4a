"""Outgoing messages: what is to be said, written down before anything is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.references import Reference


class Saying(StrEnum):
    """The kinds of message that Stafet sends by itself; the value is stored."""

    TASK_CARD = "task.card"
    TASK_CARD_DELETED = "task.card_deleted"
    TASK_GIVEN = "task.given"
    TASK_ANSWER = "task.answer"
    HEADS_UP = "delay.heads_up"
    LATE = "delay.late"
    HANDOFF_CARD = "handoff.card"
    HANDOFF_OFFER = "handoff.offer"
    HANDOFF_RESULT = "handoff.result"
    HANDOFF_QUESTION = "handoff.question"
    HANDOFF_REMINDER = "handoff.reminder"
    NOTICE_DRAFT = "notice.draft"
    NOTICE = "notice.sent"
    PROMPT = "feedback.prompt"
    PROMPT_REFRESH = "feedback.refresh"
    LOW_ANSWER = "feedback.low"
    ANSWER = "answer"
    REACTION = "reaction"


BUNDLES = {Saying.HEADS_UP: 2, Saying.LATE: 6}
"""From how many on the messages of a kind that are due together in one lane become one."""


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
    """Where a message stands in Slack, so that it can be edited in place. `role` is a Saying's value."""

    about: Reference
    role: str
    channel: str
    ts: str
