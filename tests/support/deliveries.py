"""What Slack delivers when somebody uses a route: a body for each of ROUTES, whatever it is for."""

import itertools
from dataclasses import dataclass
from typing import Any

from handlers.memory import FormMemory
from handlers.routes import Action, Command, EventRoute, FormRoute, Route, SearchRoute, ShortcutRoute

Body = dict[str, Any]
_numbers = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Who uses a route, where: `team` None where Slack doesn't say to which workspace they belong."""

    id: str
    home: str
    team: str | None
    channel: str

    def uses(self, route: Route, *, about: str = "T-1", words: str = "task: Pay Sam") -> Body:
        """Give the body that Slack would deliver; `about` is the value of a button or what a form remembers."""
        match route:
            case Command(name):
                return self._types(name, words)
            case Action(id):
                return self._presses(f"{id}5" if id.endswith(".") else id, about)
            case FormRoute(id):
                return self._sends(id, about, words)
            case SearchRoute(menu):
                return {**self._acts("block_suggestion"), "action_id": "value", "block_id": menu, "value": ""}
            case ShortcutRoute(id):
                return self._shortcut(id, words)
            case EventRoute(kind):
                return self.tells(kind, words)

    def tells(self, kind: str, words: str, **more: Any) -> Body:
        """Give an event that holds whatever an event may hold."""
        ts = self._ts()
        event = {
            "type": kind,
            "user": self.id,
            "text": words,
            "channel": self.channel,
            "channel_type": "channel",
            "ts": ts,
            "event_ts": ts,
            "reaction": "white_check_mark",
            "item": {"type": "message", "channel": self.channel, "ts": "1.1"},
            "tab": "home",
            **({"user_team": self.team, "source_team": self.team} if self.team else {}),
            **more,
        }
        return {"type": "event_callback", "team_id": self.home, "event_id": f"Ev{next(_numbers):08d}", "event": event}

    def _types(self, name: str, words: str) -> Body:
        return {
            "command": name,
            "text": words,
            "team_id": self.team or self.home,
            "user_id": self.id,
            "channel_id": self.channel,
            "channel_name": "somewhere",
            "trigger_id": self._trigger(),
        }

    def _presses(self, action_id: str, about: str) -> Body:
        pressed: Body = {"action_id": action_id, "block_id": f"task.due:{about}", "value": about, "type": "button"}
        pressed |= {"selected_date_time": 1_900_000_000}
        place = {"type": "message", "message_ts": "1.1", "channel_id": self.channel, "is_ephemeral": False}
        return {**self._acts("block_actions"), "container": place, "message": {"ts": "1.1"}, "actions": [pressed]}

    def _sends(self, callback_id: str, about: str, words: str) -> Body:
        typed = {"type": "plain_text_input", "value": words}
        fields: Body = dict.fromkeys(("title", "reason", "promised", "state", "next_step", "comment", "name"), typed)
        fields |= {"due": {"type": "datetimepicker", "selected_date_time": 1_900_000_000}}
        fields |= {"assignee": {"type": "users_select", "selected_user": self.id}}
        view = {
            "id": f"V{next(_numbers)}",
            "hash": "1.1",
            "type": "modal",
            "app_installed_team_id": self.home,
            "callback_id": callback_id,
            "private_metadata": FormMemory(ref=about, channel=self.channel).write(),
            "state": {"values": {name: {"value": field} for name, field in fields.items()}},
        }
        own = {"id": self.team or self.home, "domain": "own"}  # a form is in the workspace of whoever it is before
        return {**self._acts("view_submission"), "team": own, "view": view}

    def _shortcut(self, callback_id: str, words: str) -> Body:
        if not callback_id.endswith("from_message"):
            return {**self._acts("shortcut"), "callback_id": callback_id}
        said = {"type": "message", "user": self.id, "ts": self._ts(), "text": words}
        return {**self._acts("message_action"), "callback_id": callback_id, "message": said}

    def _acts(self, kind: str) -> Body:
        return {
            "type": kind,
            "team": {"id": self.home, "domain": "home"},
            "user": {"id": self.id, "name": "somebody", **({"team_id": self.team} if self.team else {})},
            "channel": {"id": self.channel, "name": "somewhere"},
            "trigger_id": self._trigger(),
        }

    def _trigger(self) -> str:
        return f"1.{next(_numbers)}"

    def _ts(self) -> str:
        return f"1800000000.{next(_numbers):06d}"
