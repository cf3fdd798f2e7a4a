"""What the playground refuses, in Slack's own words."""

from typing import Any


class SlackError(Exception):
    """Refuse a call with Slack's error code and whatever goes with it."""

    def __init__(self, code: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def answer(self) -> dict[str, Any]:
        """Say it as the Web API says it."""
        answer: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        if self.messages and self.code in ("invalid_blocks", "invalid_attachments"):
            answer["errors"] = [words.removeprefix("[ERROR] ") for words in self.messages]
        return answer


class RateLimitError(SlackError):
    """Refuse a call for now: HTTP 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class CannotDoError(Exception):
    """Tell a person, or a test, why Slack wouldn't let them do that."""
