"""Units of work: nothing lost, nothing half done, nobody told too early."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import AlreadyDelivered
from bot.domain.feedback import Kind, Prompt, PromptState
from bot.domain.handoffs import Handoff, HandoffState, Terms
from bot.domain.members import Member
from bot.domain.references import Noun, task_ref
from bot.domain.tasks import State, Task
from bot.domain.workspaces import Workspace
from storage.engine import Database, StorageBusy
from storage.handoffs import HandoffFilter
from storage.tables import tasks
from storage.unit_of_work import DueRow, NotDecided, Store
from storage.workspaces import install
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import at_once

A_HANDOFF = Handoff(
    number=1, state=HandoffState.DRAFT, giver="U1", terms=Terms(), created_at=MIDWEEK, next_check_at=MIDWEEK
)
A_PROMPT = Prompt(
    number=1,
    state=PromptState.PLANNED,
    kind=Kind.SCORE,
    person="U1",
    ask_at=MIDWEEK,
    created_at=MIDWEEK,
    next_check_at=MIDWEEK,
)


def a_task(number: int = 1, **changes: object) -> Task:
    """Build a task that is open and due for nothing."""
    task = Task(number=number, title="Call", state=State.OPEN, author="U1", assignee="U2", created_at=MIDWEEK)
    return replace(task, **changes)  # type: ignore[arg-type]


def test_fifty_threads_lose_no_update_and_give_no_number_twice(store: Store) -> None:
    with store.work("T1") as uow:
        uow.tasks.add(a_task())

    def increment() -> int:
        with store.work("T1") as uow:
            task = uow.tasks.get(task_ref(1))
            number = uow.settings.next_number(Noun.HANDOFF)
            uow.tasks.save(replace(task, version=task.version + 1))
        return number

    def stubbornly() -> list[int]:
        numbers: list[int] = []
        while len(numbers) < 4:
            try:
                numbers.append(increment())
            except StorageBusy:
                continue
        return numbers

    given = [number for numbers in at_once([stubbornly] * 50) for number in numbers]  # type: ignore[union-attr]

    with store.look("T1") as uow:
        assert uow.tasks.get(task_ref(1)).version == 1 + 200
    assert sorted(given) == list(range(1, 201))


def test_two_processes_wait_for_each_other(sqlite_database: Database) -> None:
    address = sqlite_database.url.render_as_string()
    stores = [Store(Database(address), FixedClock()) for _ in range(2)]
    with sqlite_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    with stores[0].work("T1") as uow:
        uow.tasks.add(a_task())

    def increment(store: Store) -> None:
        for _ in range(25):
            with store.work("T1") as uow:
                task = uow.tasks.get(task_ref(1))
                uow.tasks.save(replace(task, version=task.version + 1))

    assert at_once([lambda: increment(stores[0]), lambda: increment(stores[1])]) == [None, None]
    with stores[0].look("T1") as uow:
        assert uow.tasks.get(task_ref(1)).version == 1 + 50
    for store in stores:
        store.database.close()


def test_what_fails_leaves_nothing(store: Store) -> None:
    def fail() -> NoReturn:
        with store.work("T1", delivery="d1") as uow:
            uow.tasks.add(a_task())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.work("T1", delivery="d1") as uow:
        assert uow.tasks.find(task_ref(1)) is None


def test_a_second_delivery_is_refused(store: Store) -> None:
    with store.work("T1", delivery="d1"):
        pass
    with pytest.raises(AlreadyDelivered), store.work("T1", delivery="d1"):
        pass
    with store.work("T2", delivery="d1"):
        pass


def test_a_look_cannot_write(store: Store) -> None:
    with pytest.raises((DBAPIError, StorageBusy)), store.look("T1") as uow:
        uow.tasks.add(a_task())
    with store.work("T1") as uow:
        uow.tasks.add(a_task())


def test_a_change_is_told_once_it_can_be_seen(store: Store) -> None:
    seen: list[tuple[str, int]] = []

    def count(noun: str) -> None:
        with store.database.reading() as connection:
            seen.append((noun, len(connection.execute(select(tasks.c.number)).all())))

    store.on_change = count
    with store.work("T1") as uow:
        uow.tasks.add(a_task(1, next_check_at=MIDWEEK))
    with store.database.batch(1):
        for number in (2, 3):
            with store.work("T1") as uow:
                uow.tasks.add(a_task(number, next_check_at=MIDWEEK))
    with pytest.raises(DBAPIError), store.work("T1") as uow:
        uow.tasks.add(a_task(1, next_check_at=MIDWEEK))

    assert seen == [("tasks", 1), ("tasks", 3)]


def test_only_what_wants_a_look_is_told_of(store: Store) -> None:
    told: list[str] = []
    store.on_change = told.append
    never = a_task(1)
    with store.work("T1") as uow:
        uow.tasks.add(never)
        uow.members.save(Member(id="U1", name="Ane"))
        uow.handoffs.list(HandoffFilter(reader="U1"))
    assert told == []
    with store.work("T1") as uow:
        uow.tasks.save(replace(never, next_check_at=MIDWEEK))
        uow.errands.add("fetch", {}, at=MIDWEEK)
        uow.handoffs.add(A_HANDOFF)
        uow.prompts.add(A_PROMPT)
    assert sorted(told) == ["errands", "handoffs", "prompts", "tasks"]
    with store.work("T1") as uow:
        uow.handoffs.save(A_HANDOFF)
    with store.work("T1") as uow:
        uow.prompts.save(A_PROMPT)
    assert told[4:] == ["handoffs", "prompts"]


def test_due_rows_come_soonest_first_and_tell_of_a_change(store: Store, clock: FixedClock) -> None:
    told: list[str] = []
    with store.work("T1") as uow:
        for number, minutes in ((1, 3), (2, 1), (3, 2), (4, 60)):
            uow.tasks.add(a_task(number, next_check_at=clock.now() + timedelta(minutes=minutes)))
    store.on_change = told.append

    with store.due("tasks", clock.now()) as due:
        assert due == []
    assert not told

    with store.due("tasks", clock.forward(minutes=3), limit=2) as due:
        assert [(uow.workspace, number) for uow, number in due] == [("T1", 2), ("T1", 3)]
        due[0][0].prompts.add(A_PROMPT)
    assert told == ["prompts"]


def test_a_row_that_one_replica_looks_at_is_passed_by_by_the_other(postgres_database: Database) -> None:
    store = Store(postgres_database, FixedClock())
    with postgres_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    with store.work("T1") as uow:
        uow.tasks.add(a_task(1, next_check_at=MIDWEEK))
        uow.tasks.add(a_task(2, next_check_at=MIDWEEK))

    with store.due("tasks", MIDWEEK, limit=1) as mine, store.due("tasks", MIDWEEK) as theirs:
        assert [number for _, number in mine] == [1]
        assert [number for _, number in theirs] == [2]


def test_the_row_that_can_not_be_looked_at_is_the_one_that_is_put_off(postgres_database: Database) -> None:
    store = Store(postgres_database, FixedClock())
    with postgres_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    with store.work("T1") as uow:
        for number in (1, 2):
            uow.tasks.add(a_task(number, next_check_at=MIDWEEK))

    with pytest.raises(NotDecided) as failed, store.due("tasks", MIDWEEK, limit=1):
        raise KeyError("poison")
    assert failed.value.rows == [DueRow("tasks", "T1", 1)]

    store.leave_alone(failed.value.rows[0], MIDWEEK + timedelta(hours=1))
    with store.due("tasks", MIDWEEK) as due:
        assert [number for _, number in due] == [2]
