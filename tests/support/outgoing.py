"""What is still to be said."""

from sqlalchemy import select

from bot.domain.outgoing import Sending
from storage.engine import Database
from storage.tables import outbox

_ON_ITS_WAY = (Sending.NEW, Sending.SENDING, Sending.UNKNOWN)


def is_all_said(database: Database) -> bool:
    """Tell whether everything in the outbox has come to an end."""
    with database.reading() as connection:
        return connection.execute(select(outbox.c.id).where(outbox.c.state.in_(_ON_ITS_WAY))).first() is None
