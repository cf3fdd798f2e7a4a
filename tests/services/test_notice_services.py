"""Notices to customers: about what is still promised, and about nothing else."""

from datetime import timedelta

import pytest

from bot.domain.commands import AddTask
from bot.domain.errors import AlreadyDone
from bot.domain.notices import notice_ref
from bot.domain.references import Reference
from bot.domain.tasks import Due
from bot.services.notices import Notices
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.services.asking import ANE
from tests.support.clocks import FixedClock

pytestmark = pytest.mark.usefixtures("feedback")


@pytest.fixture
def notices(store: Store, clock: FixedClock) -> Notices:
    """The use cases under test."""
    return Notices(store, clock)


@pytest.fixture
def late(tasks: Tasks, clock: FixedClock) -> Reference:
    """Something for Acme that is late."""
    due = Due(at=clock.now() + timedelta(hours=1))
    ref = tasks.add(ANE, AddTask(title="Send the offer", customer=1, due=due)).details.task.ref
    clock.forward(hours=2)
    return ref


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_no_customer_is_told_that_something_is_late_that_is_over(
    notices: Notices, tasks: Tasks, late: Reference, end: str
) -> None:
    getattr(tasks, end)(ANE, late)
    with pytest.raises(AlreadyDone):
        notices.draft(ANE, late, "We are sorry: it is late.")


def test_a_notice_about_a_task_that_is_over_is_not_written_anew(
    notices: Notices, tasks: Tasks, late: Reference
) -> None:
    notices.draft(ANE, late, "We are sorry: it is late.")
    tasks.finish(ANE, late)
    with pytest.raises(AlreadyDone):
        notices.edit(ANE, notice_ref(1), "It is still late.")
