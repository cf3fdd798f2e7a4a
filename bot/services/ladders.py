"""How a task's promise meets the ladder: when to look at it next, what a look decides, and what stands in Slack."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.delays import Decision, LookedAt, Promise, Step, next_step
from bot.domain.outgoing import Outgoing, Post, Saying, is_direct
from bot.domain.tasks import State, Task
from bot.services.calendars import calendar_for
from bot.services.cards import card_lane
from storage.unit_of_work import UnitOfWork

WARNINGS = {Step.HEADS_UP: Saying.HEADS_UP, Step.LATE: Saying.LATE}


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


def looked_at(task: Task, decision: Decision) -> LookedAt:
    """Say what is to be kept of a decision that was acted on."""
    told = task.told | {decision.step} if decision.step else task.told
    return LookedAt(task.number, told, decision.next_check_at)


def scheduled(uow: UnitOfWork, task: Task, now: datetime) -> Task:
    """Write down when the sweep is to look at this task next."""
    decision = decide(uow, task, now)
    return replace(task, next_check_at=now if decision.step else decision.next_check_at)


def unheard(uow: UnitOfWork, given: Task) -> Task:
    """Have a new assignee told that it is late, where the word still waits for the hours of the former."""
    has_been_said = uow.posts.find(given.ref, Saying.LATE) is not None
    return given if has_been_said else replace(given, told=given.told - {Step.LATE})


def read_lanes_ahead(uow: UnitOfWork, late: Iterable[Task]) -> None:
    """Read at once what `warning_of` asks about each of many tasks that are late: where its card is, or would be."""
    tasks = {task.ref: task for task in late}
    if not tasks:
        return
    uow.posts.read_ahead(tasks)
    without_card = [task for ref, task in tasks.items() if not uow.posts.find(ref, Saying.TASK_CARD)]
    customers = uow.customers.read_ahead(task.customer for task in without_card)
    wanted = (*(customer.channel for customer in customers), *(task.asked_in for task in without_card))
    uow.channels.read_ahead(channel for channel in wanted if channel)


def warning_of(uow: UnitOfWork, task: Task, step: Step, now: datetime) -> Outgoing:
    """Word what a step of the ladder says: its key is told once, it leaves in its reader's hours."""
    about = task.ref
    due = task.due_at.isoformat() if task.due_at else ""
    key = f"delay:{about}:{step}:{due}"
    lane, person = task.assignee, task.assignee
    if step is Step.LATE:
        lane = card_lane(uow, task)
        lane, person = (person, person) if is_direct(lane) else (lane, "")
        key += f":{person}" if person else ""
    else:
        again = f":{task.snoozed_until.isoformat()}" if task.snoozed_until else ""
        key += f":{person}{again}"
    return Outgoing(
        saying=WARNINGS[step],
        about=about,
        lane=lane,
        key=key,
        due_at=calendar_for(uow, person or None).quiet_until(now),
        person=person or None,
        params={"due": due, "version": str(task.version)},
    )


def put_warning_refreshes(uow: UnitOfWork, task: Task, at: datetime, *, why: str = "") -> None:
    """Put down that the warnings about a task, where there are any, are to be shown as it is now."""
    for saying in WARNINGS.values():
        post = uow.posts.find(task.ref, saying)
        if post:
            put_warning_refresh(uow, task, post, at, why=why)


def put_warning_refresh(uow: UnitOfWork, task: Task, post: Post, at: datetime, *, why: str = "") -> None:
    """Put down that one message about a task is to be shown as it is now."""
    step = post.role.rpartition(".")[2]
    refresh = Outgoing(
        saying=Saying(post.role),
        about=task.ref,
        lane=post.person or post.channel,
        key=f"{step}:{task.ref}:{task.version}:{post.ts}{why}",
        due_at=at,
        params={"ts": post.ts, "channel": post.channel},
    )
    uow.put(refresh, at=at)
