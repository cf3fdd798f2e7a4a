"""Sends whose outcome nobody knows: found out in the end, and nothing is said twice meanwhile."""

from datetime import timedelta

import pytest

from bot.domain.commands import AnswerPrompt, AskPerson, EditTask
from bot.domain.tasks import Due, Origin, Source, Task
from tests.scheduler.conftest import Bench


def edit(bench: Bench, task: Task, **changes: object) -> None:
    """Send the form of a task, changed."""
    kept = {"title": task.title, "assignee": task.assignee, "due": None, "customer": None, "priority": task.priority}
    bench.app.services.tasks.edit(bench.actor("ane"), EditTask(ref=task.ref, **kept | changes))  # type: ignore[arg-type]


def test_a_pass_finds_nothing_unknown_where_all_is_well(bench: Bench) -> None:
    bench.records("Call Bo")
    bench.deliver()
    assert set(bench.states().values()) == {"sent"}


def test_a_card_whose_answer_was_lost_is_found_and_not_posted_again(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    task = bench.records("Call Bo")
    bench.deliver()
    assert bench.states() == {f"card:{task.ref}:1": "unknown"}
    bench.settle()
    assert bench.states() == {f"card:{task.ref}:1": "sent"}
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


def test_a_card_that_answers_in_a_thread_is_found_there(bench: Bench) -> None:
    asked = bench.slack.user("ane").says("@Stafet task Call Bo", channel="#acme")
    source = Source(channel=asked.channel, ts=asked.ts, text="Call Bo")
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo back", origin=Origin.MENTION, source=source)
    bench.deliver()
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo back")) == 1
    assert set(bench.states().values()) == {"sent"}


def test_a_card_that_never_arrived_is_posted_after_all(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo")
    bench.deliver()
    (card,) = bench.slack.channel("#acme").containing("Call Bo")
    bench.playground.workspace.channels[card.channel].messages.clear()
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


def test_a_card_whose_message_is_deleted_meanwhile_stands_in_the_channel(bench: Bench) -> None:
    asked = bench.slack.user("ane").says("@Stafet task Call Bo", channel="#acme")
    source = Source(channel=asked.channel, ts=asked.ts, text="Call Bo")
    bench.records("Call Bo back", origin=Origin.MENTION, source=source)
    bench.slack.user("ane").deletes(asked)
    bench.deliver()
    assert len(bench.slack.channel("#acme").containing("Call Bo back")) == 1


def test_a_task_that_changes_while_its_card_is_unknown_has_one_card(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    task = bench.records("Call Bo")
    bench.deliver()
    edit(bench, task, title="Call Bo tonight")
    bench.wait()
    bench.settle()
    (card,) = bench.slack.channel("#acme").containing("Call Bo")
    assert "Call Bo tonight" in card
    assert set(bench.states().values()) == {"sent"}


def test_a_task_whose_card_would_go_elsewhere_meanwhile_has_one_card(bench: Bench) -> None:
    ane, mari = bench.slack.user("ane").user.id, bench.slack.user("mari").user.id
    bench.playground.drop_answer_of("chat.postMessage")
    task = bench.records("Call Bo", assignee=ane, asked_in=None)
    bench.deliver()
    edit(bench, task, assignee=mari)
    bench.wait()
    bench.settle()
    cards = bench.slack.dm("ane").containing("Call Bo")
    assert len(cards) == 1
    assert mari in cards[0]
    assert len(bench.slack.dm("mari").containing("Call Bo")) == 1  # that it is hers now, and no card


def test_a_task_that_is_taken_back_while_its_card_is_unknown_leaves_none(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    task = bench.records("Call Bo")
    bench.deliver()
    bench.app.services.tasks.undo(bench.actor("ane"), task.ref)
    bench.wait()
    bench.settle()
    assert bench.slack.channel("#acme").containing("Call Bo") == []


def test_a_task_that_is_taken_back_and_reopened_has_a_card_again(bench: Bench) -> None:
    task = bench.records("Call Bo")
    bench.deliver()
    bench.app.services.tasks.undo(bench.actor("ane"), task.ref)
    bench.wait()
    assert bench.slack.channel("#acme").containing("Call Bo") == []
    bench.app.services.tasks.reopen(bench.actor("ane"), task.ref)
    bench.wait()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


def test_a_task_that_is_reopened_before_its_card_is_deleted_keeps_it(bench: Bench) -> None:
    task = bench.records("Call Bo")
    bench.deliver()
    bench.app.services.tasks.undo(bench.actor("ane"), task.ref)
    bench.app.services.tasks.reopen(bench.actor("ane"), task.ref)
    bench.wait()
    bench.wait()
    (card,) = bench.slack.channel("#acme").containing("Call Bo")
    assert "task.done" in card.actions


@pytest.mark.parametrize("trouble", ["internal_error", "service_unavailable", "invalid_auth"])
def test_a_look_up_that_fails_for_now_is_no_reason_to_say_it_again(bench: Bench, trouble: str) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo")
    bench.deliver()
    bench.playground.fail("conversations.history", trouble)
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1
    assert set(bench.states().values()) == {"sent"}


def test_a_card_that_changes_where_the_bot_was_removed_goes_to_the_assignee_with_the_change(bench: Bench) -> None:
    task = bench.records("Call Bo")
    bench.deliver()
    bench.playground.workspace.channel_named("#acme").members.remove(bench.playground.workspace.app.bot_user)  # type: ignore[union-attr]
    bench.clock.both_forward(seconds=90)
    edit(bench, task, title="Call Bo tonight")
    bench.deliver()
    bench.wait()
    assert len(bench.slack.dm("ane").containing("Call Bo tonight")) == 1


def test_a_warning_that_was_on_its_way_when_the_task_was_done_shows_it(bench: Bench) -> None:
    due = Due(at=bench.clock.now() + timedelta(hours=4))
    task = bench.records("Call Bo", due=due)
    bench.deliver()
    bench.clock.forward(hours=3, minutes=5)
    bench.app.services.delays.sweep()
    bench.playground.drop_answer_of("chat.postMessage")
    bench.deliver()
    bench.app.services.tasks.finish(bench.actor("ane"), task.ref)
    bench.settle()
    (warning,) = bench.slack.dm("ane").containing("Call Bo")
    assert warning.is_edited
    assert "delay.done" not in warning.actions


def test_a_question_that_is_answered_before_its_outcome_is_known_becomes_a_thank_you(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    ask = AskPerson(person=bench.actor("kim").member, question="All well?")
    prompt = bench.app.services.feedback.ask(bench.actor("ane"), ask).prompt
    bench.deliver()
    bench.app.services.feedback.answer(bench.actor("kim"), AnswerPrompt(prompt=prompt.ref, answer=5, follow_up=""))
    bench.wait()
    bench.settle()
    (asked,) = bench.slack.dm("kim").messages
    assert asked.is_edited
