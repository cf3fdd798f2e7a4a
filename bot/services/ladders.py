"""How a task's promise meets the ladder: when to look at it next, and what a look decides."""

from dataclasses import replace
from datetime import datetime

from bot.domain.delays import Decision, Promise, next_step
from bot.domain.tasks import State, Task
from bot.services.calendars import calendar_for
from storage.unit_of_work import UnitOfWork


def decide(uow: UnitOfWork, task: Task, now: datetime) -> Decision:
    """Ask the ladder about a task, on its assignee's calendar. Over, waiting or undated: silent."""
    if task.due is None or task.state not in (State.OPEN, State.BLOCKED):
        return Decision(None, None)
    promise = Promise(
        given_at=task.given_at or task.created_at,
        due_at=task.due.at,
        told=task.told,
        snoozed_until=task.snoozed_until,
        answered=task.answered,
    )
    return next_step(promise, calendar_for(uow, task.assignee), now)


def scheduled(uow: UnitOfWork, task: Task, now: datetime) -> Task:
    """Write down when the sweep is to look at this task next."""
    decision = decide(uow, task, now)
    return replace(task, next_check_at=now if decision.step else decision.next_check_at)
