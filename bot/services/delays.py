"""Use cases of delay warnings: the sweep that decides what to tell, and warnings that somebody looks at again."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from bot.domain.delays import Step, is_heads_up_useless
from bot.domain.details import WarnedTask
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Post, Saying, is_direct
from bot.domain.references import Reference
from bot.domain.standing import heads_up_standing, late_standing
from bot.domain.tasks import Task
from bot.services.base import AT_ONCE, Service
from bot.services.calendars import calendar_for
from bot.services.cards import details_of, with_history
from bot.services.ladders import decide, put_warning_refresh, scheduled, warning_of
from storage.unit_of_work import UnitOfWork
from storage.workers import reads


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
                found = uow.tasks.list_numbered(numbers[uow])
                uow.posts.read_ahead(task.ref for task in found)
                looked_at = [_look_at(uow, task, now) for task in found]
                uow.tasks.save_all([task for task, _ in looked_at])
                uow.put_all([warning for _, warning in looked_at if warning], at=now)
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


def _look_at(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Outgoing | None]:
    """Decide about one task: as it is to be kept, and what is to be said."""
    step = decide(uow, task, now).step
    warning = None
    if step and task.due_at:
        calendar = calendar_for(uow, task.assignee)
        if step is Step.LATE or not is_heads_up_useless(task.due_at, calendar, now):
            warning = warning_of(uow, task, step, now)
        task = replace(task, told=task.told | {step})
    return scheduled(uow, task, now), warning
