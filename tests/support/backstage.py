"""What runs behind a story: the loop of the playground and the bot, and waiting for what they do."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from bot.playground.errors import CannotDoError
from bot.playground.server import Playground

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that a story waits for what it wants, on a machine that has other things to do."""
GLANCE = 0.02


class StoryLoop:
    """An event loop in a thread of its own, for the playground and the bot."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="story-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], within: float = 60.0) -> T:
        """Run a coroutine there and wait for what it gives."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(within)

    def call(self, work: Callable[[], T]) -> T:
        """Run a plain function there, so that nothing changes meanwhile."""

        async def called() -> T:
            return work()

        return self.run(called())

    def stop(self) -> None:
        """End the loop and what still runs in it."""
        self.run(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(30)
        self.loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Backstage:
    """Where the people, conversations and forms of a story act; the playground must have been started in the loop."""

    def __init__(self, playground: Playground, loop: StoryLoop) -> None:
        self.playground = playground
        self.loop = loop

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the loop; what Slack wouldn't allow fails the story."""
        try:
            return self.loop.call(work)
        except CannotDoError as wrong:
            raise AssertionError(str(wrong)) from wrong

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something in the loop; what Slack wouldn't allow fails the story."""
        try:
            return self.loop.run(work)
        except CannotDoError as wrong:
            raise AssertionError(str(wrong)) from wrong

    def until(self, look: Callable[[], T | None], within: float = PATIENCE) -> T | None:
        """Look again and again until there is something, or patience ends."""
        end = time.monotonic() + within
        while (found := self.do(look)) is None and time.monotonic() < end:
            time.sleep(GLANCE)
        return found
