"""Notices to customers: about what is still promised, and about nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.commands import AddTask, MoveTask
from bot.domain.errors import AlreadyDone, DomainError
from bot.domain.members import Actor
from bot.domain.notices import notice_ref
from bot.domain.outgoing import Saying
from bot.domain.references import Reference
from bot.domain.tasks import Due
from bot.services.notices import Notices
from bot.services.tasks import Tasks
from storage.tables import outbox
from storage.unit_of_work import Store
from tests.services.asking import ACME, ANE, MARI
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


def test_a_notice_is_sent_once_and_one_draft_is_enough(store: Store, notices: Notices, late: Reference) -> None:
    first = notices.draft(MARI, late, "We are late.")
    again = notices.draft(MARI, late, "We are very late.")
    assert first.notice == again.notice
    assert first.notice.drafted_for == ACME.owner
    notices.send(ANE, first.notice.ref)
    with pytest.raises(AlreadyDone):
        notices.send(ANE, first.notice.ref)
    with store.database.reading() as connection:
        sent = connection.execute(select(outbox.c.lane).where(outbox.c.saying == Saying.NOTICE.value)).all()
    assert [row.lane for row in sent] == [ACME.shared_channel]


def test_a_notice_of_before_a_move_is_put_aside_for_the_new_one(
    store: Store, notices: Notices, tasks: Tasks, late: Reference, clock: FixedClock
) -> None:
    old = notices.draft(ANE, late, "We are late.").notice
    later = Due(at=clock.now() + timedelta(hours=5))
    tasks.move(ANE, MoveTask(ref=late, due=later, notice="At three."))
    with pytest.raises(AlreadyDone):
        notices.send(ANE, old.ref)
    with store.look("T1") as uow:
        draft = uow.notices.draft_of(late.number)
    assert draft is not None
    assert (draft.text, draft.due_at) == ("At three.", later.at)


def test_another_workspaces_notice_is_not_found(notices: Notices, late: Reference) -> None:
    notice = notices.draft(ANE, late, "We are late.").notice
    with pytest.raises(DomainError) as refused:
        notices.send(Actor(workspace="T2", member="UANE"), notice.ref)
    assert refused.value.key == "notice.problem.unknown"
