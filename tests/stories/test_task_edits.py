"""The form of a task: who saves it changes what they changed in it, and nothing else."""

from bot.app import App
from bot.domain.references import task_ref
from bot.domain.timeline import Happened
from tests.stories.test_delays import WORKSPACE
from tests.support.stories import Slack


def test_a_late_task_gets_another_title_and_keeps_its_promise(slack: Slack, bot: App) -> None:
    slack.user("kim").types("/task Send teh offer in 1 hour", channel="#acme")
    slack.clock.forward(hours=2)
    slack.channel("#acme").waits_for("is late")
    slack.user("kim").presses("task.edit")
    assert slack.user("kim").form().fill(title="Send the offer").submits() is None
    slack.channel("#acme").waits_for("*Send the offer*")
    with bot.store.look(WORKSPACE) as uow:
        happened = [entry.happened for entry in uow.timeline.list(task_ref(1))]
    assert happened == [Happened.TASK_WAS_RECORDED, Happened.TASK_WAS_EDITED]


def test_who_saves_an_old_form_undoes_nothing_of_what_others_did_meanwhile(slack: Slack, bot: App) -> None:
    slack.user("kim").types("/task Send teh offer tomorrow", channel="#acme")
    slack.user("kim").presses("task.edit")
    form = slack.user("kim").form()
    slack.user("mari").types("/task give T-1 @deniz", channel="#acme")
    slack.user("mari").types("/task move T-1 friday 12:00", channel="#acme")
    assert "Somebody changed this" in str(form.fill(title="Send the offer", assignee="UANE000000").submits())
    assert form.fill(assignee="UKIM000000").submits() is None
    slack.channel("#acme").waits_for("*Send the offer*")
    with bot.store.look(WORKSPACE) as uow:
        task = uow.tasks.get(task_ref(1))
    assert (task.title, task.assignee) == ("Send the offer", "UDENIZ0000")
    assert task.due is not None
    assert task.due.wall is not None
    assert task.due.wall.hour == 12
