"""Use cases of tasks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.commands import AddTask, EditTask, MoveTask
from bot.domain.details import LineContext, Recorded, TaskDetails, TaskPage
from bot.domain.errors import DomainError
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Saying
from bot.domain.references import Noun, Reference
from bot.domain.tasks import Origin, Source, State, Task
from bot.domain.timeline import Entry, Happened, changes
from bot.services.base import Service
from bot.services.calendars import calendar_for
from bot.services.cards import (
    card_lane,
    details_of,
    first_card_lane,
    is_answered_quietly,
    lane_of,
    note_params,
    put_card,
    put_given,
    put_given_refresh,
    with_history,
)
from bot.services.ladders import put_warning_refreshes, scheduled, unheard
from bot.services.notices import draft_notice
from bot.services.people import context_of_line
from bot.services.prompting import plan_after_task, withdraw_for_task
from storage.tasks import TaskFilter
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

Change = Callable[[UnitOfWork, Task, datetime], tuple[Task, Entry]]


class Tasks(Service):
    """Record tasks and change them; every change is kept in the timeline and shown on the card."""

    def add(self, actor: Actor, command: AddTask) -> Recorded:
        """Record a task; the same message captured twice gives the first task back."""
        now = self._clock.now()
        with self._work(actor) as uow:
            if command.origin in (Origin.FORM, Origin.SHORTCUT):
                _must_be_a_member(uow, command.assignee)
            source = command.source
            first = uow.tasks.made_from(source.channel, source.ts) if source else None
            if first:
                return Recorded(details=details_of(uow, first), is_new=False)
            task = record(uow, command, author=actor.member, at=now)
            details = TaskDetails(task=task, customer=uow.customers.find(task.customer))
            return Recorded(details=details, notes=command.notes)

    def add_line(self, actor: Actor, text: str, read: Callable[[LineContext], AddTask]) -> Recorded:
        """Read a line, with what is known of whom it names, and record the task that it asks for.

        Raises what `read` raises, before anything is written.
        """
        with self._look(actor) as uow:
            line = context_of_line(uow, actor, text)
        return self.add(actor, read(line))

    @reads
    def captured(self, actor: Actor, channel: str, ts: str) -> Recorded | None:
        """Find the task that a message was made into before, where the actor may see it."""
        with self._look(actor) as uow:
            task = uow.tasks.made_from(channel, ts)
            if task is None:
                return None
            seen = uow.tasks.get(task.ref, reader=actor.member)
            return Recorded(details=details_of(uow, seen), is_new=False)

    @reads
    def details(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Show one task. Raises NotFound."""
        with self._look(actor) as uow:
            return with_history(uow, details_of(uow, uow.tasks.get(ref, reader=actor.member)))

    @reads
    def list(self, actor: Actor, wanted: TaskFilter, *, offset: int = 0, size: int = 10) -> TaskPage:
        """Show one page of tasks, soonest first."""
        with self._look(actor) as uow:
            found = uow.tasks.list(wanted, offset=offset, limit=size + 1)
            customers = uow.customers.list_numbered(task.customer for task in found)
            shown = tuple(TaskDetails(task=task, customer=customers.get(task.customer)) for task in found[:size])
            return TaskPage(tasks=shown, after=offset + size if len(found) > size else None)

    def finish(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Mark as done, and plan the one question for the customer."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            done, entry = task.finish(calendar_for(uow, task.assignee), by=actor.member, at=now)
            plan_after_task(uow, done, now)
            return done, entry

        return self._change(actor, ref, change)

    def reopen(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Open again; a question that wasn't asked yet isn't asked."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            withdraw_for_task(uow, task)
            return task.reopen(by=actor.member, at=now)

        return self._change(actor, ref, change)

    def cancel(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Cancel a task."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            return task.cancel(calendar_for(uow, task.assignee), by=actor.member, at=now)

        return self._change(actor, ref, change)

    def move(self, actor: Actor, command: MoveTask) -> TaskDetails:
        """Give a new due time; the first promise is kept."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            moved, entry = task.move(command.due, by=actor.member, at=now, reason=command.reason)
            if command.notice:
                draft_notice(uow, moved, command.notice, actor.member, now)
            return moved, entry

        return self._change(actor, command.ref, change)

    def give(self, actor: Actor, ref: Reference, assignee: str) -> TaskDetails:
        """Make somebody else the assignee, who is told."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            _must_be_a_member(uow, assignee)
            given, entry = task.give(assignee, by=actor.member, at=now)
            given = unheard(uow, given)
            put_given(uow, replace(given, version=task.version + 1), actor.member, now, told_by_card=False)
            return given, entry

        return self._change(actor, ref, change)

    def block(self, actor: Actor, ref: Reference, reason: str) -> TaskDetails:
        """Mark as blocked, with the reason."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            return task.block(reason, calendar_for(uow, task.assignee), by=actor.member, at=now)

        return self._change(actor, ref, change)

    def wait(self, actor: Actor, ref: Reference, reason: str | None = None) -> TaskDetails:
        """Wait for the customer: the clock stops."""
        return self._change(actor, ref, lambda _, task, now: task.wait(reason, by=actor.member, at=now))

    def resume(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Go on after blocked or waiting."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            return task.resume(calendar_for(uow, task.assignee), by=actor.member, at=now)

        return self._change(actor, ref, change)

    def on_track(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Take the answer to a heads-up: it will be on time."""
        return self._change(actor, ref, lambda _, task, now: task.on_track(by=actor.member, at=now))

    def snooze(self, actor: Actor, ref: Reference, pause: timedelta) -> TaskDetails:
        """Say the heads-up again after a pause of working time; nothing else moves."""

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            until = calendar_for(uow, actor.member).add(now, pause)
            return task.snooze(until, by=actor.member, at=now)

        return self._change(actor, ref, change)

    def edit(self, actor: Actor, ref: Reference, read: Callable[[Task], EditTask]) -> TaskDetails:
        """Make a task what `read` makes of it as it is now; a changed due time is a move, a changed assignee is told.

        Raises what `read` raises, before anything is written.
        """

        def change(uow: UnitOfWork, task: Task, now: datetime) -> tuple[Task, Entry]:
            command = read(task)
            edited = replace(task, title=command.title, customer=command.customer, priority=command.priority)
            what = changes(*_told_as(uow, task, edited))
            if command.due and (task.due is None or command.due.at != task.due.at):
                edited, moved = edited.move(command.due, by=actor.member, at=now, reason=None)
                uow.timeline.add(moved)
            if command.assignee != task.assignee:
                _must_be_a_member(uow, command.assignee)
                edited, given = edited.give(command.assignee, by=actor.member, at=now)
                uow.timeline.add(given)
                edited = unheard(uow, edited)
                put_given(uow, replace(edited, version=task.version + 1), actor.member, now, told_by_card=False)
            return edited, Entry(task.ref, Happened.TASK_WAS_EDITED, now, actor.member, what)

        return self._change(actor, ref, change)

    def undo(self, actor: Actor, ref: Reference) -> TaskDetails:
        """Take back what was just recorded: its card is deleted, the timeline keeps it."""
        now = self._clock.now()
        with self._work(actor) as uow:
            task = uow.tasks.get(ref, reader=actor.member)
            others = any(entry.by not in (None, actor.member) for entry in uow.timeline.list(ref))
            calendar = calendar_for(uow, task.assignee)
            undone, entry = task.undo(calendar, by=actor.member, at=now, touched_by_others=others)
            undone = replace(undone, version=task.version + 1, next_check_at=None)
            uow.tasks.save(undone)
            put_given_refresh(uow, undone, now)
            put_warning_refreshes(uow, undone, now)
            uow.timeline.add(entry)
            gone = Outgoing(
                saying=Saying.TASK_CARD_DELETED,
                about=ref,
                lane=card_lane(uow, task),
                key=f"card:{ref}:{task.version + 1}",
                due_at=now,
            )
            uow.put(gone, at=now)
            return details_of(uow, undone)

    def finish_shown(self, actor: Actor, channel: str, ts: str) -> TaskDetails | None:
        """Finish the task that a message shows or was made into; any other message is left alone."""
        with self._look(actor) as uow:
            post = uow.posts.at(channel, ts)
            made = uow.tasks.find(post.about) if post else uow.tasks.made_from(channel, ts)
        if made is None or made.is_over:
            return None
        return self.finish(actor, made.ref)

    def source_edited(self, actor: Actor, channel: str, ts: str, text: str) -> None:
        """Show on the card that the message behind a task was edited."""
        self._tell_fate(actor, channel, ts, Happened.SOURCE_WAS_EDITED, "edited", text)

    def source_deleted(self, actor: Actor, channel: str, ts: str) -> None:
        """Keep on the card the text of a message that was deleted."""
        self._tell_fate(actor, channel, ts, Happened.SOURCE_WAS_DELETED, "deleted", None)

    def _tell_fate(self, actor: Actor, channel: str, ts: str, happened: Happened, fate: str, text: str | None) -> None:
        now = self._clock.now()
        with self._work(actor) as uow:
            task = uow.tasks.made_from(channel, ts)
            if task is None or task.source is None or task.source.fate == "deleted":
                return
            source = replace(task.source, fate=fate, text=task.source.text if text is None else text)
            if source == task.source:
                return
            changed = replace(task, source=source, version=task.version + 1)
            uow.tasks.save(changed)
            uow.timeline.add(Entry(task.ref, happened, now, actor.member or None))
            put_card(uow, changed, now)

    def _change(self, actor: Actor, ref: Reference, change: Change) -> TaskDetails:
        """Change a task in one transaction: effect, timeline, next look, card."""
        now = self._clock.now()
        with self._work(actor) as uow:
            task = uow.tasks.get(ref, reader=actor.member)
            changed, entry = change(uow, task, now)
            return keep_change(uow, changed, entry, now)


def record(uow: UnitOfWork, command: AddTask, *, author: str, at: datetime, handoff: int | None = None) -> Task:
    """Record a task within somebody's transaction: row, timeline, card, and word to the assignee."""
    assignee, source = command.assignee or author, _with_permalink(uow, command.source)
    _read_ahead(uow, assignee, command)
    task = Task(
        number=uow.settings.next_number(Noun.TASK),
        title=command.title,
        state=State.OPEN,
        author=author,
        assignee=assignee,
        created_at=at,
        customer=command.customer,
        priority=command.priority,
        watchers=command.watchers,
        due=command.due,
        given_at=at if command.due else None,
        first_due_at=command.due.at if command.due else None,
        origin=command.origin,
        source=source,
        asked_in=command.asked_in,
        is_private=command.is_private,
        handoff=handoff,
    )
    task = scheduled(uow, task, at)
    uow.tasks.add(task)
    due = {"due": task.due.at.isoformat()} if task.due else {}
    uow.timeline.add(Entry(task.ref, Happened.TASK_WAS_RECORDED, at, author, {"assignee": task.assignee, **due}))
    lane = first_card_lane(uow, task)
    put_card(uow, task, at, notes=command.notes if command.source else (), lane=lane)
    put_given(uow, task, author, at, told_by_card=True)
    _answer_source(uow, task, command, at, card=lane)
    return task


def keep_change(uow: UnitOfWork, changed: Task, entry: Entry, now: datetime) -> TaskDetails:
    """Keep a changed task within somebody's transaction, with its entry, its next look and its card."""
    changed = replace(scheduled(uow, changed, now), version=changed.version + 1)
    uow.tasks.save(changed)
    uow.timeline.add(entry)
    put_card(uow, changed, now)
    put_given_refresh(uow, changed, now)
    put_warning_refreshes(uow, changed, now)
    return details_of(uow, changed)


def _told_as(uow: UnitOfWork, *versions: Task) -> list[dict[str, str]]:
    """Write versions of a task down as the timeline tells of an edit: a customer by the name of that day."""
    customers = uow.customers.list_numbered(task.customer for task in versions)
    names = {number: customer.name for number, customer in customers.items()}
    return [
        {"title": task.title, "customer": names.get(task.customer, ""), "priority": task.priority.value}
        for task in versions
    ]


def _must_be_a_member(uow: UnitOfWork, person: str | None) -> None:
    """Raise DomainError for an assignee who may not act here: a form offers everybody in Slack."""
    member = uow.members.find(person) if person else None
    if person == uow.settings.get().bot_user or (member and not member.may_act):
        raise DomainError("settings.problem.not_member", field="assignee")


def _with_permalink(uow: UnitOfWork, source: Source | None) -> Source | None:
    """Give a message its address, in the shape that Slack documents."""
    url = uow.settings.get().url
    if source is None or source.permalink or not url:
        return source
    thread = f"?thread_ts={source.thread_ts}&cid={source.channel}" if source.thread_ts else ""
    return replace(source, permalink=f"{url}archives/{source.channel}/p{source.ts.replace('.', '')}{thread}")


def _read_ahead(uow: UnitOfWork, assignee: str, command: AddTask) -> None:
    """Read what a new task's ladder, card and word need: from its number to the commit nobody else gets a number."""
    uow.settings.get()
    uow.members.find(assignee)
    uow.customers.find(command.customer)
    if command.asked_in:
        uow.channels.find(command.asked_in)


def _answer_source(uow: UnitOfWork, task: Task, command: AddTask, at: datetime, *, card: str) -> None:
    """Answer a message that was recorded: in its thread while the `card` goes to another lane, or by a reaction."""
    source = command.source
    if source is None:
        return
    quiet = is_answered_quietly(uow, task)
    if not quiet and lane_of(uow, source.channel) == card:
        return
    answer = Outgoing(
        saying=Saying.REACTION if quiet else Saying.TASK_ANSWER,
        about=task.ref,
        lane=source.channel,
        key=f"answer:{task.ref}",
        due_at=at,
        params={"thread_ts": source.thread_ts or source.ts, "message": source.ts, **note_params(command.notes)},
    )
    uow.put(answer, at=at)
