"""What is said in private stays with those whom it concerns."""

import pytest

from tests.support.stories import Slack

UNKNOWN = "I don't know T-1"


def test_a_task_from_a_direct_message_is_private(slack: Slack) -> None:
    slack.user("ane").says("task: Plan the surprise for Kim")
    slack.dm("ane").waits_for("*Plan the surprise for Kim*")
    assert UNKNOWN in slack.user("kim").types("/task T-1", channel="#acme")


@pytest.mark.parametrize("words", ["task: Lower the price", "@Stafet task Lower the price"])
def test_a_task_from_a_private_channel_is_private(slack: Slack, words: str) -> None:
    slack.user("ane").invites_bot("#private-deals")
    slack.user("ane").says(words, channel="#private-deals")
    slack.channel("#private-deals").waits_for("*Lower the price*")
    assert "I don't know T-1" not in slack.user("ane").types("/task T-1", channel="#acme")
    assert "T-1" in slack.user("mari").types("/task T-1", channel="#acme")
    assert "Lower the price" not in slack.user("mari").types("/task T-1", channel="#acme")


def test_a_task_from_a_reaction_in_a_private_channel_is_private(slack: Slack) -> None:
    slack.user("ane").invites_bot("#private-deals")
    said = slack.user("ane").says("Lower the price", channel="#private-deals")
    slack.user("ane").reacts("pushpin", on=said)
    slack.channel("#private-deals").waits_for("*Lower the price*")
    assert "Lower the price" not in slack.user("mari").types("/task T-1", channel="#acme")


def test_a_task_from_a_message_where_the_bot_is_not_is_private_too(slack: Slack) -> None:
    said = slack.user("ane").says("Lower the price", channel="#private-deals")
    slack.user("kim").uses_shortcut("task.from_message", on=said)
    assert slack.user("kim").form().submits() is None
    slack.dm("kim").waits_for("*Lower the price*")
    assert "Lower the price" not in slack.user("mari").types("/task T-1", channel="#acme")


def test_a_handoff_shows_a_channel_no_task_that_is_private(slack: Slack) -> None:
    slack.user("ane").types("/customer add Acme #acme @ane", channel="#general")
    slack.user("ane").says("task: Lower the price for Acme")
    slack.dm("ane").waits_for("*Lower the price*")
    slack.user("ane").types("/handoff", channel="#acme")
    form = slack.user("ane").form()
    form.fill(customer="1", receiver="UMARI00000", tasks=["1"])
    form.fill(promised="A draft", state="Half done", next_step="Send it")
    assert form.submits() is None
    slack.channel("#acme").waits_for("Send it")
    assert slack.channel("#acme").containing("Lower the price") == []


@pytest.mark.parametrize("whom", ["USAM000000", "UGUS000000", "USTAFET001"])
def test_a_form_gives_a_task_to_nobody_but_members(slack: Slack, whom: str) -> None:
    slack.user("ane").types("/task Lower the price", channel="#acme")
    slack.channel("#acme").waits_for("*Lower the price*")
    slack.user("ane").presses("task.give")
    assert "assignee" in (slack.user("ane").form().fill(assignee=whom).submits() or {})
    slack.user("kim").types("/task", channel="#acme")
    assert "assignee" in (slack.user("kim").form().fill(title="Greet Sam", assignee=whom).submits() or {})
