"""The introduction: who the bot is in its workspace, and who everybody is; learned at the start, from Slack."""

import asyncio
import logging
from collections.abc import Callable

from bot.domain.workspaces import Workspace
from bot.services import Services
from bot.settings import BadSetting
from bot.slack.gateway import Busy, Identity, Refused, SlackGateway, Unclear
from bot.slack.refusals import TRY_AGAIN
from storage.engine import StorageBusy
from storage.workers import Workers

log = logging.getLogger(__name__)

_SHORTEST, _LONGEST = 0.5, 10.0
"""Seconds between two questions to a Slack that doesn't answer."""


class Introduction:
    """Get to know the workspace, as soon as Slack lets us."""

    def __init__(
        self,
        gateway: SlackGateway,
        workers: Workers,
        services: Services,
        first_settings: Callable[[Identity], Workspace],
    ) -> None:
        self._gateway = gateway
        self._workers = workers
        self._services = services
        self._first_settings = first_settings
        self._going_on: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Learn who the bot is; without Slack, a workspace that is known already will do. Raises BadSetting."""
        pause = _SHORTEST
        while not (identity := await self._identify()):
            if await self._workers.run(self._services.upkeep.workspaces):
                break
            await asyncio.sleep(pause)
            pause = min(_LONGEST, pause * 2)
        self._going_on = asyncio.create_task(self._go_on(identity))

    async def done(self) -> None:
        """Wait until everybody is known, or Slack told what it would."""
        if self._going_on:
            await self._going_on

    def stop(self) -> None:
        """Stop asking."""
        if self._going_on:
            self._going_on.cancel()

    async def _go_on(self, identity: Identity | None) -> None:
        while identity is None:
            await asyncio.sleep(_LONGEST)
            try:
                identity = await self._identify()
            except BadSetting as e:
                log.error("%s", e)
                return
        await self._learn_people(identity.workspace)

    async def _identify(self) -> Identity | None:
        """Ask once; None where Slack doesn't answer for now."""
        try:
            identity = await self._gateway.identity()
        except (Busy, Unclear, Refused) as e:
            if isinstance(e, Refused) and e.code not in TRY_AGAIN:
                raise BadSetting(f"SLACK_BOT_TOKEN: Slack says {e.code}") from e
            log.warning("Slack doesn't say who the bot is: %r", e)
            return None
        await self._workers.run(self._services.upkeep.install, self._first_settings(identity))
        return identity

    async def _learn_people(self, workspace: str) -> None:
        """Fetch everybody's profile, as fast as Slack allows; its change events keep them up to date."""
        cursor = ""
        while True:
            try:
                members, cursor = await self._gateway.members(cursor)
                await self._workers.run(self._services.people.learn, workspace, members)
            except Busy as e:
                await asyncio.sleep(e.retry_after)
            except (Refused, Unclear, StorageBusy) as e:
                log.warning("profiles come one by one, when people write: %r", e)
                return
            else:
                if not cursor:
                    return
