"""The inbox: what Slack already delivered, so that a second delivery changes nothing."""

from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.errors import AlreadyDelivered
from storage.rows import Repository, insert_new
from storage.tables import inbox


class Inbox(Repository):
    """Keys of deliveries of one workspace."""

    def take(self, key: str, at: datetime) -> None:
        """Keep the key of a delivery. Raises AlreadyDelivered where it is there."""
        if not insert_new(self._connection, inbox, workspace=self._workspace, key=key[:255], received_at=at):
            raise AlreadyDelivered(key)

    def has(self, key: str) -> bool:
        """Tell whether a delivery was taken."""
        statement = select(inbox.c.key).where(self._mine(inbox), inbox.c.key == key[:255])
        return self._connection.execute(statement).first() is not None

    def forget(self, before: datetime) -> int:
        """Forget deliveries that Slack can't repeat any more."""
        gone = delete(inbox).where(self._mine(inbox), inbox.c.received_at < before)
        return self._connection.execute(gone).rowcount
