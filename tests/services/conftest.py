"""Use cases that several modules test."""

import pytest

from bot.domain.members import Member
from bot.services import Services, build_services
from bot.services.feedback import Feedback
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.services.asking import ACME
from tests.support.clocks import FixedClock


@pytest.fixture
def feedback(store: Store, clock: FixedClock) -> Feedback:
    """The use cases of feedback; Acme's contacts are Sam and Pia."""
    with store.work("T1") as uow:
        for name in ("Ane", "Mari", "Kim"):
            uow.members.learn(Member(id=f"U{name.upper()}", name=name, handle=name.lower()))
        uow.members.learn(Member(id="USAM", name="Sam", is_outsider=True, zone="America/New_York"))
        uow.members.learn(Member(id="UROBOT", name="Robot", is_bot=True))
        uow.customers.add(ACME)
    return Feedback(store, clock)


@pytest.fixture
def tasks(store: Store, clock: FixedClock) -> Tasks:
    """The use cases of tasks."""
    return Tasks(store, clock)


@pytest.fixture
def services(store: Store, clock: FixedClock) -> Services:
    """All use cases."""
    return build_services(store, clock)
