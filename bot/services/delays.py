"""Use cases of delay warnings: the sweep that decides what to tell, and warnings that somebody looks at again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.domain.delays import Step, is_heads_up_useless
from bot.domain.details import WarnedTask
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Post, Saying, is_direct
from bot.domain.references import Reference
from bot.domain.standing import heads_up_standing, late_standing
from bot.domain.tasks import Task
from bot.services.base import Service
from bot.services.calendars import calendar_for
from bot.services.cards import details_of, with_history
from bot.services.ladders import decide, looked_at, put_warning_refresh, read_lanes_ahead, warning_of
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

AT_ONCE = 300
"""Tasks that a sweep decides about in one transaction, in which few statements read and write all of them.

Whoever else writes waits for its end: some 20 ms on SQLite, 50 on PostgreSQL where they want the same rows.
"""


class Delays(Service):
    """Warn of delays in time, once."""

    def sweep(self, limit: int = AT_ONCE) -> int:
        """Decide about tasks that want a look, at most so many; tell how many there were."""
        now = self._clock.now()
        with self._store.due("tasks", now, limit=limit) as due:
            numbers: dict[UnitOfWork, list[int]] = defaultdict(list)
            for uow, number in due:
                numbers[uow].append(number)
            for uow in sorted(numbers, key=lambda one: one.workspace):  # in one order: two sweeps never wait in a ring
                _look_at(uow, uow.tasks.list_numbered(numbers[uow]), now)
            return len(due)

    @reads
    def warned(self, actor: Actor, ref: Reference) -> WarnedTask:
        """Find what there is to answer about a task's promise of today. Raises NotFound."""
        with self._look(actor) as uow:
            task = uow.tasks.get(ref, reader=actor.member)
            is_late = Step.LATE in task.told
            return warned_task(uow, task, task.due_at, reader=None if is_late else task.assignee)

    def show_again(self, actor: Actor, ref: Reference, saying: Saying, ts: str) -> None:
        """Have an old warning that somebody clicked shown as its task is now. It may follow the effect of the click."""
        now, channel = self._clock.now(), actor.channel or ""
        with self._store.work(actor.workspace, "refresh") as uow:
            task = uow.tasks.get(ref, reader=actor.member)
            person = actor.member if is_direct(channel) else None
            clicked = Post(about=ref, role=saying.value, channel=channel, ts=ts, person=person)
            standing = uow.posts.find(ref, saying)
            if channel and (standing is None or standing.ts != ts):
                put_warning_refresh(uow, task, clicked, now)


def warned_task(uow: UnitOfWork, task: Task, promise: datetime | None, *, reader: str | None) -> WarnedTask:
    """Gather what a row of a warning shows; `reader` None means the message that it is late."""
    standing = heads_up_standing(task, promise, reader) if reader else late_standing(task, promise)
    details = with_history(uow, details_of(uow, task))
    return WarnedTask(details=details, promise=promise, standing=standing, reader=reader)


def _look_at(uow: UnitOfWork, tasks: Sequence[Task], now: datetime) -> None:
    """Decide about tasks; keep that, and what is to be said of it."""
    uow.members.read_ahead(task.assignee for task in tasks)
    decided = [(task, decide(uow, task, now)) for task in tasks]
    read_lanes_ahead(uow, (task for task, decision in decided if decision.step is Step.LATE))
    warnings = [_warning(uow, task, decision.step, now) for task, decision in decided]
    uow.tasks.keep_looks(looked_at(task, decision) for task, decision in decided)
    uow.put_all([warning for warning in warnings if warning], at=now)


def _warning(uow: UnitOfWork, task: Task, step: Step | None, now: datetime) -> Outgoing | None:
    """Word what a step says, if anything: a heads-up may be too late to be of use."""
    if step is None or task.due_at is None:
        return None
    if step is Step.HEADS_UP and is_heads_up_useless(task.due_at, calendar_for(uow, task.assignee), now):
        return None
    return warning_of(uow, task, step, now)
