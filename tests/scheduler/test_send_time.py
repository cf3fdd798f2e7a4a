"""What is asked once more right before a message leaves: is it true, is it its turn, is its reader at work?"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.commands import MoveTask
from bot.domain.feedback import Kind, Prompt, PromptState, prompt_ref
from bot.domain.members import Actor
from bot.domain.outgoing import Outgoing, Saying
from bot.domain.tasks import Due, Task
from bot.services.tasks import Tasks
from storage.tables import outbox
from tests.scheduler.conftest import MONDAY_MORNING as NOW
from tests.scheduler.conftest import Bench

MARI = "UMARI00000"
DUE = NOW + timedelta(hours=3)


def states(bench: Bench, saying: Saying) -> list[str]:
    """Tell how far the messages of a kind have come, in order."""
    with bench.app.database.reading() as connection:
        rows = connection.execute(select(outbox.c.state).where(outbox.c.saying == saying.value).order_by(outbox.c.id))
        return [row.state for row in rows]


def warn_of(bench: Bench, task: Task) -> None:
    """Write down both warnings of a task, as they were true a moment ago."""
    params = {"due": DUE.isoformat(), "version": str(task.version)}
    late = Outgoing(
        saying=Saying.LATE, about=task.ref, lane=bench.channel("#acme"), key="late", due_at=NOW, params=params
    )
    ahead = Outgoing(
        saying=Saying.HEADS_UP, about=task.ref, lane=MARI, key="ahead", due_at=NOW, person=MARI, params=params
    )
    with bench.app.store.work(bench.playground.workspace.id) as uow:
        for message in (late, ahead):
            uow.put(message, at=NOW)


CHANGES: dict[str, Callable[[Tasks, Actor, Task], object]] = {
    "done": lambda tasks, actor, task: tasks.finish(actor, task.ref),
    "cancelled": lambda tasks, actor, task: tasks.cancel(actor, task.ref),
    "waiting": lambda tasks, actor, task: tasks.wait(actor, task.ref),
    "moved": lambda tasks, actor, task: tasks.move(actor, MoveTask(ref=task.ref, due=Due(at=DUE + timedelta(hours=1)))),
}


@pytest.mark.parametrize("change", [None, *CHANGES])
def test_a_warning_that_became_untrue_on_its_way_is_not_said(bench: Bench, change: str | None) -> None:
    task = bench.records("Call", assignee=MARI, due=Due(at=DUE))
    bench.settle()
    warn_of(bench, task)
    if change:
        CHANGES[change](bench.app.services.tasks, bench.actor("ane"), task)
    bench.wait()
    bench.wait()
    ended = "dropped" if change else "sent"
    assert (states(bench, Saying.LATE), states(bench, Saying.HEADS_UP)) == ([ended], [ended])


def test_a_heads_up_about_a_task_that_was_given_away_is_not_said(bench: Bench) -> None:
    task = bench.records("Call", assignee=MARI, due=Due(at=DUE))
    bench.settle()
    warn_of(bench, task)
    bench.app.services.tasks.give(bench.actor("ane"), task.ref, "UDENIZ0000")
    bench.wait()
    assert states(bench, Saying.HEADS_UP) == ["dropped"]


def test_what_changes_while_a_warning_is_on_its_way_is_shown_on_it(bench: Bench) -> None:
    task = bench.records("Call", assignee=MARI, due=Due(at=DUE))
    bench.settle()
    warn_of(bench, task)
    bench.playground.drop_answer_of("chat.postMessage", times=2)
    bench.wait()
    assert (states(bench, Saying.LATE), states(bench, Saying.HEADS_UP)) == (["unknown"], ["unknown"])
    bench.app.services.tasks.block(bench.actor("mari"), task.ref, "no key")
    bench.settle()
    acme, mari = bench.slack.channel("#acme"), bench.slack.dm("mari")
    assert [len(place.containing("no key")) for place in (acme, mari)] == [2, 1]  # in #acme the card says so too


def test_a_channel_gets_one_message_a_second(bench: Bench) -> None:
    for title in ("Call", "Write", "Ask"):
        bench.records(title)
    bench.deliver()
    assert states(bench, Saying.TASK_CARD) == ["sent", "new", "new"]
    bench.wait(0.5)
    assert states(bench, Saying.TASK_CARD) == ["sent", "new", "new"]
    bench.wait(1)
    assert states(bench, Saying.TASK_CARD) == ["sent", "sent", "new"]


def test_a_question_that_was_held_up_until_the_evening_waits_for_the_morning(bench: Bench) -> None:
    prompt = Prompt(
        number=1, state=PromptState.ASKED, kind=Kind.SCORE, person=MARI, ask_at=NOW, created_at=NOW, asked_at=NOW
    )
    asking = Outgoing(saying=Saying.PROMPT, about=prompt_ref(1), lane=MARI, key="prompt:F-1", due_at=NOW, person=MARI)
    with bench.app.store.work(bench.playground.workspace.id) as uow:
        uow.prompts.add(prompt)
        uow.put(asking, at=NOW)
    bench.wait(timedelta(hours=10).total_seconds())
    assert states(bench, Saying.PROMPT) == ["new"]
    bench.wait(timedelta(hours=14).total_seconds())
    assert states(bench, Saying.PROMPT) == ["sent"]
