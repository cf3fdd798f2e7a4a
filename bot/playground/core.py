"""What every part of the playground shares."""

import asyncio
import json
import secrets
import time
from collections.abc import Coroutine
from typing import Any, Protocol

from bot.playground.clock import Clock
from bot.playground.errors import SlackError
from bot.playground.faults import Faults, Pace
from bot.playground.manifest import Manifest
from bot.playground.state import Json, Workspace
from bot.playground.traffic import Sent, Traffic


class Reach(Protocol):
    """Whatever brings payloads to the bot."""

    async def ask(self, kind: str, payload: Json) -> "Answer":
        """Deliver once and wait for the acknowledgement."""

    def tell(self, payload: Json) -> None:
        """Deliver an event in the background, with retries."""


class Answer:
    """What the bot acknowledged with; `failure` names why it didn't."""

    def __init__(self, body: Any = None, failure: str = "", *, retry: bool = True) -> None:
        self.body = body
        self.failure = failure
        self.retry = retry
        self.sent: Sent | None = None


class Triggers:
    """Permissions to open one form: three seconds, once."""

    def __init__(self) -> None:
        self.life = 3.0
        self._given: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def give(self, user: str) -> str:
        """Make a trigger for a person."""
        trigger = f"{time.time_ns() // 1000}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._given[trigger] = (user, time.monotonic())
        return trigger

    def take(self, trigger: str) -> str:
        """Use a trigger up and name the person behind it."""
        if trigger not in self._given:
            raise SlackError("invalid_trigger_id")
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        user, at = self._given[trigger]
        if time.monotonic() - at > self.life:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger)
        return user


class Live:
    """Tell every open page that something changed."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()

    def listen(self) -> asyncio.Queue[str | None]:
        """Begin to hear what changes."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[str | None]) -> None:
        """Stop hearing."""
        self._queues.discard(queue)

    def say(self, what: str, **more: Any) -> None:
        """Name what changed."""
        for queue in self._queues:
            queue.put_nowait(json.dumps({"what": what, **more}))

    def close(self) -> None:
        """Let every page go."""
        for queue in self._queues:
            queue.put_nowait(None)


class Core:
    """Hold the workspace and the tools that act on it."""

    def __init__(self, workspace: Workspace, manifest: Manifest, clock: Clock) -> None:
        self.workspace = workspace
        self.manifest = manifest
        self.clock = clock
        self.url = ""
        self.limits = True
        self.tiers = True
        """Whether methods have their limits a minute, too; only where `limits` is so."""
        self.bot_token = f"xoxb-playground-{secrets.token_hex(8)}"
        self.app_token = f"xapp-1-{workspace.app.id}-{secrets.token_hex(8)}"
        self.verification_token = secrets.token_hex(12)
        self.triggers = Triggers()
        self.traffic = Traffic()
        self.faults = Faults()
        self.pace = Pace()
        self.live = Live()
        self.reach: Reach
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run something in the background and hold on to it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def refuse(self, answer: Answer, refused: SlackError) -> None:
        """Show what the bot acknowledged with as refused."""
        if answer.sent:
            self.traffic.refused(answer.sent, refused.answer())
            self.live.say("traffic")

    async def close(self) -> None:
        """End what still runs in the background."""
        self.live.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
