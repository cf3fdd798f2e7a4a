"""Promises that fall due, and the warnings that were put down of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.domain.commands import AddTask
from bot.domain.outgoing import Outgoing, Saying
from bot.domain.references import task_ref
from bot.domain.tasks import Due, State, Task
from bot.services import Services
from storage.tables import outbox
from storage.unit_of_work import Store
from tests.services.asking import ANE
from tests.support.clocks import MIDWEEK

HOUR = timedelta(hours=1)


def promise(services: Services, due_at: datetime, **more: object) -> None:
    """Have Ane promise a call; `more` are fields of AddTask."""
    command = AddTask(title="Call", due=Due(at=due_at), asked_in="C1")
    services.tasks.add(ANE, replace(command, **more))  # type: ignore[arg-type]


def promise_many(store: Store, count: int, due_at: datetime) -> None:
    """Record many promises at once; their heads-up is due an hour before."""
    with store.work("T1") as uow:
        for number in range(1, count + 1):
            task = Task(
                number=number,
                title="Call",
                state=State.OPEN,
                author="UANE",
                assignee="UANE",
                created_at=MIDWEEK,
                due=Due(at=due_at),
                given_at=MIDWEEK,
                first_due_at=due_at,
                asked_in="C1",
                next_check_at=MIDWEEK + HOUR,
            )
            uow.tasks.add(task)


def warnings(store: Store) -> list[Outgoing]:
    """List the warnings that were ever put down."""
    sayings = [Saying.HEADS_UP.value, Saying.LATE.value]
    with store.database.reading() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.saying.in_(sayings)).order_by(outbox.c.id)).all()
    return [
        Outgoing(
            saying=Saying(row.saying),
            about=task_ref(int(row.about[2:])),
            lane=row.lane,
            key=row.key,
            due_at=row.due_at,
            person=row.person,
            params=row.params,
        )
        for row in rows
    ]


def told(store: Store) -> list[tuple[str, str]]:
    """List what the warnings say, and to whom or where."""
    return [(one.saying.value, one.lane) for one in warnings(store)]
