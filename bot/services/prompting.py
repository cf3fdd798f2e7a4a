"""When one question is planned, and when it is withdrawn."""

from datetime import datetime

from bot.domain.tasks import Task
from storage.unit_of_work import UnitOfWork


def plan_after_task(uow: UnitOfWork, task: Task, now: datetime) -> None:
    """Plan the question to a customer's contact after a task for them is done."""


def withdraw_for_task(uow: UnitOfWork, task: Task, now: datetime) -> None:
    """Withdraw a planned question about a task that was reopened."""
