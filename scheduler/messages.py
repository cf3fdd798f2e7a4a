"""Every kind of message that Stafet sends unasked, and how each is prepared."""

from scheduler import (
    delay_messages,
    feedback_messages,
    handoff_messages,
    notice_messages,
    task_messages,
    undelivered_messages,
)
from scheduler.speech import Kinds

KINDS: Kinds = {
    **task_messages.KINDS,
    **handoff_messages.KINDS,
    **feedback_messages.KINDS,
    **delay_messages.KINDS,
    **notice_messages.KINDS,
    **undelivered_messages.KINDS,
}
