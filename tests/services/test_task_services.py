"""Tasks as the use cases keep them, on both databases."""

from dataclasses import replace

import pytest

from bot.domain.commands import AddTask, EditTask
from bot.domain.errors import DomainError
from bot.domain.members import Actor, Member
from bot.domain.references import task_ref
from bot.domain.tasks import Origin, Priority
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE = Actor(workspace="T1", member="UANE")
SAME = EditTask(
    ref=task_ref(1), title="Send the offer", assignee="UANE", due=None, customer=None, priority=Priority.NORMAL
)
OTHERS = ("UBOT", "UGONE", "USAM")


@pytest.fixture
def tasks(store: Store, clock: FixedClock) -> Tasks:
    """The use cases under test, in a workspace that knows an app, somebody who left and an outsider."""
    with store.work("T1") as uow:
        uow.members.learn(Member(id="UBOT", name="Bot", is_bot=True))
        uow.members.learn(Member(id="UGONE", name="Gone", is_gone=True))
        uow.members.learn(Member(id="USAM", name="Sam", is_outsider=True))
    return Tasks(store, clock)


@pytest.mark.parametrize("person", OTHERS)
def test_only_a_member_of_the_workspace_is_given_a_task(tasks: Tasks, person: str) -> None:
    task = tasks.add(ANE, AddTask(title="Send the offer")).details.task
    with pytest.raises(DomainError) as refused:
        tasks.give(ANE, task.ref, person)
    assert refused.value.field == "assignee"
    with pytest.raises(DomainError):
        tasks.edit(ANE, replace(SAME, assignee=person))
    with pytest.raises(DomainError):
        tasks.add(ANE, AddTask(title="Call Bo", assignee=person, origin=Origin.FORM))
    assert tasks.details(ANE, task.ref).task.assignee == "UANE"
