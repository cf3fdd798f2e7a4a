"""What a form remembers while it is open: it travels in Slack's private_metadata."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.references import Reference
from bot.domain.tasks import Source
from bot.slack.requests import HeardMessage

_LONGEST_TEXT = 1000
_MOST_WATCHERS = 40


class FormMemory(BaseModel):
    """Where a form came from, and what it is about."""

    model_config = ConfigDict(frozen=True)

    ref: str = ""
    channel: str = ""
    url: str = ""
    is_private: bool = False
    ts: str = ""
    thread_ts: str | None = None
    author: str | None = None
    text: str = ""
    permalink: str | None = None
    watchers: tuple[str, ...] = ()
    extra: str = ""

    @classmethod
    def read(cls, metadata: str) -> Self:
        """Read what a form remembered; nothing where it is no memory of ours."""
        try:
            return cls.model_validate_json(metadata or "{}")
        except ValidationError:
            return cls()

    @classmethod
    def of_message(cls, message: HeardMessage, *, url: str, is_private: bool, permalink: str | None = None) -> Self:
        """Remember the message that a form is made from."""
        return cls(
            channel=message.channel,
            url=url,
            is_private=is_private,
            ts=message.ts,
            thread_ts=message.thread_ts,
            author=message.author,
            text=message.text[:_LONGEST_TEXT],
            permalink=permalink,
        )

    def watched_by(self, watchers: Sequence[str]) -> Self:
        """Remember who is to watch what is made with the form: as many as fit beside the words of a message."""
        return self.model_copy(update={"watchers": tuple(watchers[:_MOST_WATCHERS])})

    def write(self) -> str:
        """Write it down as Slack takes it: at most 3,000 characters."""
        return self.model_dump_json(exclude_defaults=True)

    @property
    def reference(self) -> Reference | None:
        """The thing that the form is about."""
        return Reference.read(self.ref) if self.ref else None

    @property
    def source(self) -> Source | None:
        """The message that the form was made from."""
        if not self.ts:
            return None
        return Source(
            channel=self.channel,
            ts=self.ts,
            thread_ts=self.thread_ts,
            author=self.author,
            text=self.text,
            permalink=self.permalink,
        )
