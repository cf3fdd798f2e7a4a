"""What came from a direct message is seen by its author, assignee, watchers, the customer's owner and the lead."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.customers import Customer
from bot.domain.errors import NotFound
from bot.domain.references import task_ref
from bot.domain.tasks import State, Task
from storage.tasks import TaskFilter
from storage.unit_of_work import Store

PRIVATE = Task(
    number=1,
    title="Talk about the raise",
    state=State.OPEN,
    author="UAUTHOR",
    assignee="UASSIGNEE",
    watchers=("UWATCHER",),
    customer=1,
    created_at=datetime(2026, 11, 18, tzinfo=UTC),
    is_private=True,
)


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("UAUTHOR", True), ("UASSIGNEE", True), ("UWATCHER", True), ("UOWNER", True), ("ULEAD", True), ("UOTHER", False)],
)
def test_a_private_task_is_seen_by_its_people_only(store: Store, reader: str, sees: bool) -> None:
    with store.work("T1") as uow:
        uow.settings.save(replace(uow.settings.get(), lead="ULEAD"))
        uow.customers.add(Customer(number=1, name="Acme", owner="UOWNER"))
        uow.tasks.add(PRIVATE)
    with store.look("T1") as uow:
        listed = uow.tasks.list(TaskFilter(reader=reader))
        assert bool(listed) is sees
        if sees:
            assert uow.tasks.get(task_ref(1), reader=reader) == PRIVATE
        else:
            with pytest.raises(NotFound):
                uow.tasks.get(task_ref(1), reader=reader)
