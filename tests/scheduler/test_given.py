"""Who gets a task from somebody else is told once."""

from tests.scheduler.conftest import Bench


def test_whoever_gets_the_card_by_direct_message_is_told_by_it_however_late_it_comes(bench: Bench) -> None:
    kim = bench.slack.user("kim").user.id
    bench.playground.fail("conversations.info", "internal_error")
    bench.records("Call Bo", assignee=kim, asked_in=bench.channel("#private-deals"))
    bench.deliver()
    for _ in range(5):
        bench.wait()
    (told,) = bench.slack.dm("kim").containing("Call Bo")
    assert "task.give" in told.actions


def test_whoever_is_not_in_the_channel_of_the_card_is_told_directly(bench: Bench) -> None:
    bench.playground.workspace.channels[bench.channel("#ops")].members.remove("UKIM000000")
    bench.records("Call Bo", assignee="UKIM000000", asked_in=bench.channel("#ops"))
    bench.deliver()
    bench.wait()
    assert len(bench.slack.channel("#ops").containing("Call Bo")) == 1
    assert len(bench.slack.dm("kim").containing("Call Bo")) == 1


def test_whoever_stands_in_the_channel_of_the_card_is_told_once_though_slack_stumbles(bench: Bench) -> None:
    task = bench.records("Call Bo", assignee="UKIM000000", asked_in=bench.channel("#ops"))
    bench.deliver()
    bench.playground.fail("conversations.members", "internal_error")
    bench.wait()
    assert bench.states()[f"given:{task.ref}:UKIM000000:1"] == "new"
    for _ in range(3):
        bench.wait()
    assert bench.states()[f"given:{task.ref}:UKIM000000:1"] == "dropped"
    assert bench.slack.dm("kim").containing("Call Bo") == []


def test_what_changes_while_the_word_to_an_assignee_is_on_its_way_is_shown_on_it(bench: Bench) -> None:
    bench.playground.workspace.channels[bench.channel("#ops")].members.remove("UKIM000000")
    task = bench.records("Call Bo", assignee="UKIM000000", asked_in=bench.channel("#ops"))
    bench.deliver()
    bench.playground.drop_answer_of("chat.postMessage")
    bench.wait()
    assert bench.states()[f"given:{task.ref}:UKIM000000:1"] == "unknown"
    bench.app.services.tasks.block(bench.actor("kim"), task.ref, "no key")
    bench.settle()
    (told,) = bench.slack.dm("kim").containing("Call Bo")
    assert "no key" in told
