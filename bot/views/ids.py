"""Ids in messages: a contract. Messages stay in Slack for years, so an id never changes its meaning."""

from datetime import UTC, datetime

from bot.domain.references import Reference

TASK_DONE = "task.done"
TASK_MOVE = "task.move"
TASK_GIVE = "task.give"
TASK_BLOCK = "task.block"
TASK_REOPEN = "task.reopen"
TASK_UNDO = "task.undo"
TASK_EDIT = "task.edit"
TASK_MORE = "task.more"
TASK_DUE = "task.due"
TASK_OPEN = "task.open"
TASK_WAIT = "task.wait"
TASK_RESUME = "task.resume"
TASK_CANCEL = "task.cancel"
TASK_NEW = "task.new"
TASK_FROM_MESSAGE = "task.from_message"
TASK_FORM = "task.form"
TASK_MOVE_FORM = "task.move.form"
TASK_BLOCK_FORM = "task.block.form"
TASK_GIVE_FORM = "task.give.form"

DELAY_ON_TRACK = "delay.on_track"
DELAY_LATE = "delay.late"
DELAY_BLOCKED = "delay.blocked"
DELAY_DONE = "delay.done"
DELAY_TAKE = "delay.take"
DELAY_MOVE = "delay.move"
DELAY_TELL_CUSTOMER = "delay.tell_customer"
DELAY_SNOOZE = "delay.snooze"
DELAY_LATE_FORM = "delay.late.form"
DELAY_OPEN = "delay.open."

NOTICE_SEND = "notice.send"
NOTICE_EDIT = "notice.edit"
NOTICE_DISMISS = "notice.dismiss"
NOTICE_FORM = "notice.form"

HANDOFF_ACCEPT = "handoff.accept"
HANDOFF_ASK = "handoff.ask"
HANDOFF_RETURN = "handoff.return"
HANDOFF_OPEN = "handoff.open"
HANDOFF_ANSWER = "handoff.answer"
HANDOFF_SHOW = "handoff.show"
HANDOFF_NEW = "handoff.new"
HANDOFF_FROM_MESSAGE = "handoff.from_message"
HANDOFF_FORM = "handoff.form"
HANDOFF_ACCEPT_FORM = "handoff.accept.form"
HANDOFF_RETURN_FORM = "handoff.return.form"
HANDOFF_ASK_FORM = "handoff.ask.form"
HANDOFF_ANSWER_FORM = "handoff.answer.form"

FEEDBACK_ANSWER = "feedback.answer."
FEEDBACK_COMMENT = "feedback.comment"
FEEDBACK_COMMENT_FORM = "feedback.comment.form"
FEEDBACK_ASK_ANYWAY = "feedback.ask_anyway"
FEEDBACK_SKIP = "feedback.skip"

CUSTOMER_EDIT = "customer.edit"
CUSTOMER_OPEN = "customer.open"
CUSTOMER_FORM = "customer.form"
LIST_NEXT = "list.next"
SETTINGS_FORM = "settings.form"
ME_FORM = "me.form"

FIELD = "value"
"""The action_id of every form field; its block_id names the field."""


def due_block(ref: Reference) -> str:
    """Name the block of a due time picker beside a reply: a picker carries no value of its own."""
    return f"due:{ref}"


def warning_block(ref: Reference, promise: datetime | None) -> str:
    """Name the block of a warning's buttons: it tells which promise they were for."""
    return f"delay:{ref}:{int(promise.timestamp()) if promise else ''}"


def promise_warned_of(block_id: str) -> datetime | None:
    """Read which promise a warning's buttons were for, to the second."""
    kind, _, promise = block_id.rpartition(":")
    is_one = kind.startswith("delay:") and promise.isdecimal() and len(promise) < 12
    return datetime.fromtimestamp(int(promise), UTC) if is_one else None
