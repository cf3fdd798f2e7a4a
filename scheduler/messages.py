"""Every kind of message that Stafet sends unasked, and how each is prepared."""

from scheduler import task_messages
from scheduler.speech import Kinds

KINDS: Kinds = {**task_messages.KINDS}
