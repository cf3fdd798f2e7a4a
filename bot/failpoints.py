"""Fail points: named places where a trial may kill the bot, stop it, or make it stumble.

They stand before and after every commit and every call to Slack. `STAFET_FAIL_POINT=after.commit.claim` kills the bot
right after it has committed a claim; `after.commit.claim:3` the third time, `after.commit.claim:3:stop` stops it then.
"""

import itertools
import logging
import os
import signal

log = logging.getLogger(__name__)

_COMMITS = {
    "schema": "a migration of the schema",
    "install": "who the bot is, at its start",
    "people": "profiles that Slack told of",
    "channel": "what Slack says of a channel",
    "dm": "where a person's direct messages are",
    "trigger": "what a command, a click or a shortcut asked for",
    "view": "what a form asked for",
    "event": "what an event changed",
    "message": "what a message asked for",
    "answer": "that a message is answered",
    "refresh": "that an old warning is to be shown anew",
    "errand-claim": "the claim of errands",
    "errand": "what an errand was to do",
    "errand-done": "that an errand is done",
    "sweep-tasks": "what was decided about tasks that wanted a look",
    "sweep-handoffs": "what was decided about handoffs that wanted a look",
    "sweep-prompts": "what was decided about feedback prompts that wanted a look",
    "take-over": "that nobody holds a lane any more, at the start",
    "claim": "the claim of lanes and their messages",
    "settle": "what became of a message, and what follows from it",
    "hold": "that a message is said later",
    "reroute": "that a message is said elsewhere",
    "forget": "that a message is gone from Slack",
    "resolve": "what became of a message whose outcome was unknown",
    "tidy": "the daily upkeep",
    "probe": "nothing: a question of /readyz, whether something could be kept",
}
_CALLS = {
    "post": "a new message",
    "edit": "the edit of a message",
    "delete": "the deletion of a message",
    "react": "a reaction",
    "whisper": "a message that one person sees",
    "respond": "the answer to a response_url",
    "form": "a form to open",
    "home": "somebody's home",
    "dm": "the question where a person's direct messages are",
    "ask": "a question about the bot, a person or a channel",
    "find": "the search for a message",
}
POINTS = {
    **{f"before.commit.{name}": f"written, about to be committed: {what}" for name, what in _COMMITS.items()},
    **{f"after.commit.{name}": f"committed, and nobody knows yet: {what}" for name, what in _COMMITS.items()},
    **{f"before.call.{name}": f"about to go to Slack: {what}" for name, what in _CALLS.items()},
    **{f"after.call.{name}": f"Slack answered, and it isn't kept yet: {what}" for name, what in _CALLS.items()},
    "before.ack": "handled, not yet acknowledged",
    "after.ack": "acknowledged over a socket",
}
"""Every fail point, and what has just happened there."""

ACTIONS = ("kill", "stop", "raise")


class Stumbled(Exception):
    """A fail point was reached whose action is `raise`."""


class FailPoint:
    """One point, the how-many-eth time that it is reached, and what happens then."""

    def __init__(self, spec: str) -> None:
        name, times, action = (*spec.split(":"), "", "")[:3]
        if spec.count(":") > 2 or name not in POINTS:
            raise ValueError(f"{spec!r} is no fail point; `python -m bot fail-points` lists them")
        if times and not (times.isascii() and times.isdigit() and int(times)):
            raise ValueError(f"{times!r} is no count; an example is {name}:3")
        if action and action not in ACTIONS:
            raise ValueError(f"{action!r} is none of {', '.join(ACTIONS)}")
        self.name = name
        self._times = int(times or 1)
        self._action = action or "kill"
        self._reached = itertools.count(1)

    def reach(self, name: str) -> None:
        """Do what was asked for, if this is the point and the time. Raises Stumbled."""
        if name != self.name or next(self._reached) != self._times:
            return
        log.warning("fail point %s: %s", name, self._action)
        if self._action == "raise":
            raise Stumbled(name)
        os.kill(os.getpid(), signal.SIGKILL if self._action == "kill" else signal.SIGSTOP)


_armed: FailPoint | None = None


def arm(spec: str) -> None:
    """Arm a fail point, as in `after.commit.claim:3:stop`; "" disarms. Raises ValueError."""
    global _armed
    _armed = FailPoint(spec) if spec else None


def reach(place: str, of: str = "") -> None:
    """Say that the program has come to a fail point; `of` completes its name. It costs a comparison unless armed."""
    if _armed is not None:
        _armed.reach(f"{place}.{of}" if of else place)
