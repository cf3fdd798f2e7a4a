"""Daily upkeep of what is kept."""

from datetime import timedelta

from bot.domain.workspaces import Workspace
from bot.services.base import Service
from storage.checkup import may_write
from storage.engine import StorageBusy
from storage.workers import reads
from storage.workspaces import install, installed

INBOX_LASTS = timedelta(days=14)


class Upkeep(Service):
    """Keep workspaces installed and the inbox small."""

    def install(self, workspace: Workspace) -> None:
        """Keep a new workspace with its first settings, or who the bot is in a known one."""
        with self._store.database.writing("install") as connection:
            install(connection, workspace)
        self._store.on_acquaintance()

    def probe(self) -> None:
        """Find out whether something could be kept now. Raises StorageBusy."""
        with self._store.database.writing("probe") as connection:
            installed(connection)
            if not may_write(connection):
                raise StorageBusy("it can only be read")

    @reads
    def workspaces(self) -> list[str]:
        """List the workspaces that have Stafet."""
        with self._store.database.reading() as connection:
            return installed(connection)

    def tidy(self) -> None:
        """Forget deliveries that Slack can't repeat any more."""
        before = self._clock.machine_now() - INBOX_LASTS
        for workspace in self.workspaces():
            with self._store.work(workspace, "tidy") as uow:
                uow.inbox.forget(before)
