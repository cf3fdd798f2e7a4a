"""Use cases, one service for each noun."""

from dataclasses import dataclass

from bot.clock import Clock
from bot.services.customers import Customers
from bot.services.delays import Delays
from bot.services.feedback import Feedback
from bot.services.handoffs import Handoffs
from bot.services.notices import Notices
from bot.services.people import People
from bot.services.preferences import Preferences
from bot.services.tasks import Tasks
from bot.services.upkeep import Upkeep
from storage.unit_of_work import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All use cases."""

    customers: Customers
    delays: Delays
    feedback: Feedback
    handoffs: Handoffs
    notices: Notices
    people: People
    preferences: Preferences
    tasks: Tasks
    upkeep: Upkeep


def build_services(store: Store, clock: Clock) -> Services:
    """Build every service over one store."""
    return Services(
        customers=Customers(store, clock),
        delays=Delays(store, clock),
        feedback=Feedback(store, clock),
        handoffs=Handoffs(store, clock),
        notices=Notices(store, clock),
        people=People(store, clock),
        preferences=Preferences(store, clock),
        tasks=Tasks(store, clock),
        upkeep=Upkeep(store, clock),
    )
