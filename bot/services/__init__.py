"""Use cases, one service for each noun."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.services.people import People
from bot.services.tasks import Tasks
from bot.services.upkeep import Upkeep
from storage.unit_of_work import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All use cases."""

    people: People
    tasks: Tasks
    upkeep: Upkeep


def build_services(store: Store, clock: Clock) -> Services:
    """Build every service over one store."""
    return Services(people=People(store, clock), tasks=Tasks(store, clock), upkeep=Upkeep(store, clock))
