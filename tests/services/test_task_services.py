"""Tasks as the use cases keep them, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.commands import AddTask, EditTask
from bot.domain.customers import Customer
from bot.domain.errors import DomainError
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Post, Saying
from bot.domain.tasks import Due, Origin, Priority, State
from bot.domain.timeline import Happened
from bot.services.tasks import Tasks
from storage.tables import outbox
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE = Actor(workspace="T1", member="UANE")
SAME = EditTask(title="Send the offer", assignee="UANE", due=None, customer=None, priority=Priority.NORMAL)
OTHERS = ("UBOT", "UGONE", "USAM")
HOUR = timedelta(hours=1)


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
        tasks.edit(ANE, task.ref, lambda _: replace(SAME, assignee=person))
    with pytest.raises(DomainError):
        tasks.add(ANE, AddTask(title="Call Bo", assignee=person, origin=Origin.FORM))
    assert tasks.details(ANE, task.ref).task.assignee == "UANE"


def test_what_was_done_by_mistake_is_taken_back_too(tasks: Tasks) -> None:
    ref = tasks.add(ANE, AddTask(title="Send the offer")).details.task.ref
    tasks.finish(ANE, ref)
    undone = tasks.undo(ANE, ref).task
    assert (undone.state, undone.is_undone, undone.done_at) == (State.CANCELLED, True, None)


def test_who_was_told_of_a_task_is_shown_that_it_was_taken_back(tasks: Tasks, store: Store) -> None:
    ref = tasks.add(ANE, AddTask(title="Send the offer", assignee="UMARI")).details.task.ref
    with store.work("T1") as uow:
        uow.posts.save(Post(about=ref, role=Saying.TASK_GIVEN.value, channel="DMARI", ts="1.1"))
    undone = tasks.undo(ANE, ref).task
    with store.database.reading() as connection:
        keys = connection.execute(select(outbox.c.key)).scalars().all()
    assert f"given:{ref}:now:{undone.version}" in keys


def test_what_was_waited_is_not_lost_where_something_else_is_in_the_way_then(tasks: Tasks, clock: FixedClock) -> None:
    due_at = clock.now() + timedelta(hours=1)
    ref = tasks.add(ANE, AddTask(title="Send the offer", due=Due(at=due_at))).details.task.ref
    tasks.wait(ANE, ref)
    clock.forward(hours=2)
    blocked = tasks.block(ANE, ref, "no keys").task
    assert (blocked.state, blocked.due_at) == (State.BLOCKED, due_at + timedelta(hours=2))
    clock.forward(hours=2)
    assert tasks.resume(ANE, ref).task.due_at == blocked.due_at


def test_the_timeline_tells_how_far_waiting_moved_a_promise(tasks: Tasks, clock: FixedClock) -> None:
    due_at = clock.now() + timedelta(hours=4)
    ref = tasks.add(ANE, AddTask(title="Send the offer", due=Due(at=due_at))).details.task.ref
    tasks.wait(ANE, ref)
    clock.forward(hours=2)
    resumed = tasks.resume(ANE, ref).task
    entry = tasks.details(ANE, ref).entries[-1]
    assert resumed.due_at == due_at + timedelta(hours=2)
    assert entry.happened is Happened.TASK_WAS_RESUMED
    assert entry.data == {"was": due_at.isoformat(), "to": resumed.due_at.isoformat()}


@pytest.mark.parametrize("ends", ["finish", "cancel", "undo"])
def test_what_was_waited_is_not_lost_where_the_task_ends_and_is_opened_again(
    tasks: Tasks, clock: FixedClock, ends: str
) -> None:
    due_at = clock.now() + 4 * HOUR
    ref = tasks.add(ANE, AddTask(title="Send the offer", due=Due(at=due_at))).details.task.ref
    tasks.wait(ANE, ref)
    clock.forward(minutes=9)
    getattr(tasks, ends)(ANE, ref)
    clock.forward(hours=1)
    opened = tasks.reopen(ANE, ref).task
    assert (opened.state, opened.due_at) == (State.OPEN, due_at + timedelta(minutes=9))
    ended = tasks.details(ANE, ref).entries[-2]
    assert (ended.data["was"], ended.data["to"]) == (due_at.isoformat(), opened.due_at.isoformat())


def test_the_clock_of_a_blocked_task_never_stood_still_and_its_reason_goes_with_its_end(
    tasks: Tasks, clock: FixedClock
) -> None:
    due_at = clock.now() + 4 * HOUR
    ref = tasks.add(ANE, AddTask(title="Send the offer", due=Due(at=due_at))).details.task.ref
    tasks.block(ANE, ref, "no keys")
    clock.forward(hours=1)
    tasks.cancel(ANE, ref)
    opened = tasks.reopen(ANE, ref).task
    assert (opened.state, opened.due_at, opened.reason) == (State.OPEN, due_at, None)


def test_the_timeline_tells_from_what_to_what_a_task_was_edited(tasks: Tasks, store: Store) -> None:
    with store.work("T1") as uow:
        for number, name in ((1, "Acme"), (2, "UNICEF")):
            uow.customers.add(Customer(number=number, name=name))
    ref = tasks.add(ANE, AddTask(title="Send the offer", customer=1)).details.task.ref
    tasks.edit(ANE, ref, lambda _: replace(SAME, customer=2, priority=Priority.URGENT))
    tasks.edit(ANE, ref, lambda task: replace(SAME, priority=task.priority, title="Call Bo"))
    edits = [entry.data for entry in tasks.details(ANE, ref).entries if entry.happened is Happened.TASK_WAS_EDITED]
    assert edits == [
        {"customer_was": "Acme", "customer": "UNICEF", "priority_was": "normal", "priority": "urgent"},
        {"title_was": "Send the offer", "title": "Call Bo", "customer_was": "UNICEF", "customer": ""},
    ]
