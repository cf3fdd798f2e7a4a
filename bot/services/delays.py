"""Use cases of delay warnings: the sweep that decides what to tell, and warnings that somebody looks at again."""

from dataclasses import replace
from datetime import datetime

from bot.domain.delays import Step, is_heads_up_useless
from bot.domain.details import WarnedTask
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Post, Saying, is_direct
from bot.domain.references import Reference, task_ref
from bot.domain.standing import heads_up_standing, late_standing
from bot.domain.tasks import Task
from bot.services.base import Service
from bot.services.calendars import calendar_for
from bot.services.cards import details_of
from bot.services.ladders import decide, put_warning_refresh, scheduled, warning_of
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

AT_ONCE = 100


class Delays(Service):
    """Warn of delays in time, once."""

    def sweep(self) -> bool:
        """Decide about the tasks that want a look, up to 100 of them; tell whether there may be more."""
        now = self._clock.now()
        with self._store.due("tasks", now, limit=AT_ONCE) as due:
            told = [(uow, _look_at(uow, uow.tasks.get(task_ref(number)), now)) for uow, number in due]
            warnings = [(uow, warning) for uow, warning in told if warning]
            for uow, warning in sorted(warnings, key=lambda one: (one[0].workspace, one[1].lane)):
                uow.put(warning, at=now)  # lanes in one order, so that two sweeps can't wait for each other
            return len(due) == AT_ONCE

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
        with self._store.work(actor.workspace) as uow:
            task = uow.tasks.get(ref, reader=actor.member)
            person = actor.member if is_direct(channel) else None
            clicked = Post(about=ref, role=saying.value, channel=channel, ts=ts, person=person)
            standing = uow.posts.find(ref, saying)
            if channel and (standing is None or standing.ts != ts):
                put_warning_refresh(uow, task, clicked, now)


def warned_task(uow: UnitOfWork, task: Task, promise: datetime | None, *, reader: str | None) -> WarnedTask:
    """Gather what a row of a warning shows; `reader` None means the message that it is late."""
    standing = heads_up_standing(task, promise, reader) if reader else late_standing(task, promise)
    return WarnedTask(details=details_of(uow, task), promise=promise, standing=standing, reader=reader)


def _look_at(uow: UnitOfWork, task: Task, now: datetime) -> Outgoing | None:
    """Decide about one task, write down what was decided, and return what is to be said."""
    step = decide(uow, task, now).step
    warning = None
    if step and task.due_at:
        calendar = calendar_for(uow, task.assignee)
        if step is Step.LATE or not is_heads_up_useless(task.due_at, calendar, now):
            warning = warning_of(uow, task, step, now)
        task = replace(task, told=task.told | {step})
    uow.tasks.save(scheduled(uow, task, now))
    return warning
