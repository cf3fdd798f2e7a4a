"""Sample data for the demo: who the playground's customers are, and who leads the team."""

from dataclasses import fields
from typing import Any

from bot.app import App
from bot.domain.commands import AddCustomer, ChangeSettings
from bot.domain.members import Actor
from bot.domain.versions import fingerprint
from bot.playground.state import Workspace


async def load(app: App, space: Workspace) -> None:
    """Tell Stafet, through its use cases, what a team would tell it in the first minutes."""
    await app.introduction.done()  # who is an admin is known from there
    ane, kim = (Actor(workspace=space.id, member=_person(space, name)) for name in ("ane", "kim"))
    acme = AddCustomer(
        name="Acme",
        language="en",
        owner=_person(space, "ane"),
        channel=_channel(space, "acme"),
        shared_channel=_channel(space, "acme-shared"),
        contacts=(_person(space, "sam"),),
    )
    borealis = AddCustomer(
        name="Borealis", language="et", owner=_person(space, "mari"), channel=_channel(space, "borealis")
    )
    for customer in (acme, borealis):
        await app.workers.run(app.services.customers.add, ane, customer)
    settings = await app.workers.run(app.services.preferences.settings, kim)
    values: dict[str, Any] = {field.name: getattr(settings, field.name, None) for field in fields(ChangeSettings)}
    values |= {"lead": kim.member, "team_channel": _channel(space, "ops"), "seen": fingerprint(settings)}
    led = ChangeSettings(**values)
    await app.workers.run(app.services.preferences.change_settings, kim, led)


def _person(space: Workspace, name: str) -> str:
    found = space.user_named(name)
    if found is None:
        raise LookupError(name)
    return found.id


def _channel(space: Workspace, name: str) -> str:
    found = space.channel_named(name)
    if found is None:
        raise LookupError(name)
    return found.id
