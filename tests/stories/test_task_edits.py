"""The form of a task: who saves it changes what they changed in it, and nothing else."""

import asyncio

from bot.app import App
from bot.domain.references import task_ref
from bot.domain.timeline import Happened
from bot.playground.people import Outcome
from bot.views.fields import WORDS_LIMIT
from tests.stories.test_delays import WORKSPACE
from tests.support.stories import Slack


def title_of(bot: App) -> str:
    """Read what the task is called now."""
    with bot.store.look(WORKSPACE) as uow:
        return uow.tasks.get(task_ref(1)).title


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


def test_of_two_who_save_at_once_one_is_told_and_neither_is_overwritten_unseen(slack: Slack, bot: App) -> None:
    slack.user("kim").types("/task Send teh offer tomorrow", channel="#acme")
    titles = {"kim": "Send the offer", "mari": "Send the new offer"}
    for name, title in titles.items():
        slack.user(name).types("/task T-1", channel="#acme")
        slack.user(name).presses("task.edit")
        slack.user(name).form().fill(title=title)

    async def save() -> list[Outcome]:
        return await asyncio.gather(*map(slack.playground.forms.submits, titles))

    errors = [outcome.errors for outcome in slack.run(save())]
    assert sorted(map(list, errors)) == [[], ["title"]]
    assert title_of(bot) == list(titles.values())[errors.index({})]


def test_the_part_of_a_title_that_no_form_has_room_for_is_kept(slack: Slack, bot: App) -> None:
    words = "Send teh offer " + "and so on " * (WORDS_LIMIT // 10)
    slack.user("kim").types(f"/task {words}to the very end", channel="#acme")
    slack.user("kim").presses("task.edit")
    form = slack.user("kim").form()
    assert "stays as it is" in form.text
    assert form.fill(title=form.values["title"].replace("teh", "the")).submits() is None
    slack.channel("#acme").waits_for("Send the offer")
    assert title_of(bot) == f"{words}to the very end".replace("teh", "the")
    slack.user("kim").presses("task.edit")
    assert slack.user("kim").form().fill(title="Send all").submits() is None
    slack.channel("#acme").waits_for("*Send all*")
    assert title_of(bot) == "Send all"


def test_the_timeline_shows_from_what_to_what_a_task_was_edited(slack: Slack) -> None:
    slack.user("kim").types("/customer add UNICEF", channel="#general")
    slack.user("kim").types("/task Call Bo tomorrow", channel="#general")
    slack.user("kim").presses("task.edit")
    form = slack.user("kim").form()
    assert form.fill(customer="1", priority="urgent").submits() is None
    slack.user("kim").sees("is saved")
    assert "edited it (Customer: No customer → UNICEF · Priority: Normal → Urgent)" in slack.user("kim").types(
        "/task T-1", channel="#general"
    )
