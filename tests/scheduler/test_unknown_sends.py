"""Sends whose outcome nobody knows: found out in the end, and nothing is said twice meanwhile."""

import asyncio
import time
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from sqlalchemy import update

from bot.domain.commands import AnswerPrompt, AskPerson, EditTask
from bot.domain.tasks import Due, Origin, Source, Task
from bot.playground.state import Message
from bot.slack.gateway import Posted, Refused
from scheduler import unknown
from storage.tables import tasks
from tests.scheduler.conftest import Bench


def edit(bench: Bench, task: Task, **changes: object) -> None:
    """Send the form of a task, changed."""
    kept = {"title": task.title, "assignee": task.assignee, "due": None, "customer": None, "priority": task.priority}
    wanted = EditTask(**kept | changes)  # type: ignore[arg-type]
    bench.app.services.tasks.edit(bench.actor("ane"), task.ref, lambda _: wanted)


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


@pytest.mark.parametrize(("trouble", "stands"), [("internal_error", True), ("fatal_error", False)])
def test_a_card_that_slack_stumbled_over_is_looked_for_before_it_is_posted_again(
    bench: Bench, trouble: str, stands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = bench.app.gateway
    post = gateway.post

    async def stumble(*message: Any, **more: Any) -> NoReturn:
        monkeypatch.undo()
        if stands:
            await post(*message, **more)
        raise Refused(trouble)

    monkeypatch.setattr(gateway, "post", stumble)
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


@pytest.mark.parametrize("asked_where", ["in the channel", "in a thread"])
def test_a_card_is_found_though_our_clock_is_an_hour_ahead(bench: Bench, asked_where: str) -> None:
    bench.clock.both_forward(hours=1)
    asked = bench.slack.user("ane").says("@Stafet task Call Bo", channel="#acme")
    source = Source(channel=asked.channel, ts=asked.ts, text="Call Bo") if asked_where == "in a thread" else None
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo back", origin=Origin.MENTION if source else Origin.COMMAND, source=source)
    bench.deliver()
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo back")) == 1
    assert set(bench.states().values()) == {"sent"}


def test_a_look_up_reads_no_further_back_than_to_the_attempt(bench: Bench) -> None:
    said = bench.playground.workspace.channels[bench.channel("#acme")].messages
    for second in range(1_000_000_000, 1_000_000_500):
        old = Message(ts=f"{second}.000001", channel=bench.channel("#acme"), user="UANE000000", text="x", shown_at=0)
        said[old.ts] = old
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo")
    bench.deliver()
    said.popitem()  # it never arrived
    bench.settle()
    assert len(bench.playground.core.traffic.calls_of("conversations.history")) == 1
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


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
def test_a_look_up_that_fails_for_now_is_no_reason_to_say_it_again(
    bench: Bench, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "AGAIN_IN", 0.0)
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo")
    bench.deliver()
    bench.playground.fail("conversations.history", trouble)
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1
    assert set(bench.states().values()) == {"sent"}


def test_a_channel_that_can_not_be_looked_at_holds_up_no_other(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage", 2)
    hidden, seen = bench.records("Call Bo"), bench.records("Call Liv", asked_in=bench.channel("#ops"))
    bench.deliver()
    bench.playground.drop_answer_of("conversations.history")
    bench.settle()
    assert bench.states() == {f"card:{hidden.ref}:1": "unknown", f"card:{seen.ref}:1": "sent"}


def test_what_slack_asks_to_wait_between_look_ups_is_waited(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage")
    bench.records("Call Bo")
    bench.deliver()
    bench.playground.fail("conversations.history", "ratelimited")
    bench.settle()
    assert set(bench.states().values()) == {"unknown"}
    end = time.monotonic() + 30
    while "unknown" in bench.states().values() and time.monotonic() < end:
        bench.wait()
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


def test_a_send_under_way_when_the_clock_is_set_on_is_not_taken_for_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, has_begun, may_go_on = bench.app.gateway, *bench.loop.call(lambda: (asyncio.Event(), asyncio.Event()))
    post = gateway.post

    async def linger(*message: Any, **more: Any) -> Posted:
        monkeypatch.undo()
        has_begun.set()
        await may_go_on.wait()
        return await post(*message, **more)

    bench.records("Call Ann")
    bench.deliver()
    bench.wait()
    monkeypatch.setattr(gateway, "post", linger)
    bench.records("Call Bo")
    bench.deliver_what_is_quick()
    bench.loop.run(has_begun.wait())
    bench.clock.both_forward(hours=1)
    for _ in range(3):
        bench.deliver_what_is_quick()
        bench.loop.run(bench.app.unknown.resolve())
    assert bench.slack.channel("#acme").containing("Call Bo") == []
    bench.loop.call(may_go_on.set)
    bench.deliver()
    bench.settle()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1
    assert set(bench.states().values()) == {"sent"}


def test_one_that_can_not_be_understood_holds_up_no_other(bench: Bench) -> None:
    bench.playground.drop_answer_of("chat.postMessage", 2)
    poison, good = bench.records("Poison"), bench.records("Call Bo", asked_in=bench.channel("#ops"))
    bench.deliver()
    with bench.app.database.writing() as connection:
        connection.execute(update(tasks).where(tasks.c.number == poison.number).values(told="no such step"))
    bench.settle()
    assert bench.states() == {f"card:{poison.ref}:1": "unknown", f"card:{good.ref}:1": "sent"}
