"""What is still to be said."""

from sqlalchemy import select

from bot.domain.outgoing import Sending
from storage.engine import Database
from storage.tables import outbox
from tests.support.backstage import Backstage

_ON_ITS_WAY = (Sending.NEW, Sending.SENDING, Sending.UNKNOWN)


def waits_until_all_is_said(slack: Backstage, database: Database) -> None:
    """Wait until the bot knows where everything stands: people act on what they have read, which takes a moment."""
    assert slack.until(lambda: is_all_said(database) or None)


def was_put(database: Database, workspace: str, key: str) -> bool:
    """Tell whether a message of this identity was ever put down."""
    with database.reading() as connection:
        its_own = (outbox.c.workspace == workspace, outbox.c.key == key)
        return connection.execute(select(outbox.c.id).where(*its_own)).first() is not None


def is_all_said(database: Database) -> bool:
    """Tell whether everything in the outbox has come to an end."""
    with database.reading() as connection:
        return connection.execute(select(outbox.c.id).where(outbox.c.state.in_(_ON_ITS_WAY))).first() is None
