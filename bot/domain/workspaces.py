"""The workspace: one Slack workspace that has installed Stafet, and its settings."""

from dataclasses import dataclass
from enum import StrEnum


class Answering(StrEnum):
    """How a message that was recorded is answered in its channel."""

    THREAD = "thread"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Settings that everybody in a workspace shares. `feedback_delay` is in business minutes."""

    id: str
    name: str = ""
    url: str = ""
    bot_user: str = ""
    bot_id: str = ""
    language: str = "en"
    zone: str = "Europe/Copenhagen"
    hours: str = "mon-fri 09:00-17:00"
    holidays: str = ""
    lead: str | None = None
    team_channel: str | None = None
    answering: Answering = Answering.THREAD
    task_emoji: str = "pushpin"
    done_emoji: str = "white_check_mark"
    feedback_delay: int = 60
    feedback_window: int = 7
    daily_cap: int = 8
