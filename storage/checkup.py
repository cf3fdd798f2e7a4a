"""A check-up of the database: what `doctor` wants to know of it. It reads, and takes no lock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from storage.tables import channels, customers, members, workspaces

_MAY_WRITE = text(
    "SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'"
    " AND has_table_privilege('outbox', 'INSERT') AND has_table_privilege('outbox', 'UPDATE')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedChannel:
    """A channel that somebody chose. `customer` is whose it is, empty for the team's own."""

    id: str
    customer: str = ""
    is_for_customers: bool = False


def may_write(connection: Connection) -> bool:
    """Tell whether PostgreSQL lets the bot write; of a SQLite file its folder tells more."""
    return connection.dialect.name != "postgresql" or bool(connection.execute(_MAY_WRITE).scalar_one())


def installed_names(connection: Connection) -> dict[str, str]:
    """Name the workspaces that this database is for, by id."""
    rows = connection.execute(select(workspaces.c.id, workspaces.c.name).order_by(workspaces.c.id))
    return {row.id: row.name for row in rows}


def linked_channels(connection: Connection, workspace: str) -> Sequence[LinkedChannel]:
    """List the channels that a workspace has chosen: the team's, then each customer's."""
    team = select(workspaces.c.team_channel).where(workspaces.c.id == workspace)
    found = [LinkedChannel(id=id) for id in connection.execute(team).scalars() if id]
    columns = (customers.c.name, customers.c.channel, customers.c.shared_channel)
    rows = connection.execute(select(*columns).where(customers.c.workspace == workspace).order_by(customers.c.number))
    for name, channel, shared in rows:
        found += [LinkedChannel(id=channel, customer=name)] if channel else []
        found += [LinkedChannel(id=shared, customer=name, is_for_customers=True)] if shared else []
    return found


def names_of(connection: Connection, places: Collection[str]) -> dict[str, str]:
    """Name channels and people by id, as far as they are known."""
    in_channels = select(channels.c.id, channels.c.name).where(channels.c.id.in_(places), channels.c.name != "")
    of_people = select(members.c.id, members.c.name).where(members.c.id.in_(places), members.c.name != "")
    named = {row.id: f"#{row.name}" for row in connection.execute(in_channels)}
    return named | {row.id: row.name for row in connection.execute(of_people)}
