"""The story helpers against a tiny Bolt app: everything a story may say, once."""

from pathlib import Path

import pytest

from tests.support.stories import Slack


def test_a_command_is_answered_and_its_card_is_pressed(slack: Slack) -> None:
    answer = slack.user("ane").types("/task Send the offer to Acme @mari friday 15:00", channel="#acme")
    assert answer is not None
    assert answer.is_ephemeral
    assert "Recorded Send the offer to Acme <@UMARI00000|mari> friday 15:00" in answer
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    assert "Finished by mari" in card.changes_to("Finished by").text
    assert card.now is not None
    assert card.now.is_edited


def test_presses_finds_the_newest_message_with_the_action(slack: Slack) -> None:
    slack.user("ane").types("/task one", channel="#ops")
    slack.channel("#ops").waits_for("one")
    slack.user("mari").presses("task.done")
    slack.channel("#ops").waits_for("Finished by mari")


def test_an_answer_through_the_response_url_is_waited_for(slack: Slack) -> None:
    answer = slack.user("ane").types("/task later", channel="#acme")
    assert answer is not None
    assert answer.text == "said later"


def test_a_form_is_refused_then_taken(slack: Slack) -> None:
    ane = slack.user("ane")
    assert ane.types("/task", channel="#acme") is None
    form = ane.form()
    assert form.callback_id == "task.form"
    assert form.fields == ["title", "assignee", "priority", "due"]
    assert form.submits() == {"title": "Please complete this required field."}
    form.fill(title="bad", assignee="UMARI00000", priority="high", due=1_800_000_000)
    assert form.submits() == {"title": "Say more"}
    assert form.values == {"title": "bad", "assignee": "UMARI00000", "priority": "high", "due": 1_800_000_000}
    assert form.fill(title="good").submits() is None
    assert not ane.has_form
    assert slack.dm("ane").waits_for("Kept good").user == slack.playground.workspace.app.bot_user


def test_a_shortcut_opens_the_form_filled_in(slack: Slack) -> None:
    said = slack.user("mari").says("please call Bo", channel="#acme")
    slack.user("ane").uses_shortcut("task.from_message", on=said)
    form = slack.user("ane").form()
    assert form.values["title"] == "please call Bo"
    form.closes()
    assert not slack.user("ane").has_form


def test_a_prefix_and_a_reaction_are_answered_in_the_thread(slack: Slack) -> None:
    said = slack.user("ane").says("task: call Bo", channel="#acme")
    answer = slack.channel("#acme").waits_for("heard task: call Bo")
    assert answer.thread_ts == said.ts
    slack.user("deniz").reacts("pushpin", on=said)
    slack.channel("#acme").waits_for("saw pushpin")


def test_edits_deletes_and_the_home(slack: Slack) -> None:
    said = slack.user("ane").says("helo", channel="#acme")
    slack.user("ane").edits(said, "hello")
    said.changes_to("hello")
    slack.user("ane").deletes(said)
    said.disappears()
    assert slack.user("ane").opens_home() == "Your tasks"


def test_the_clock_moves_and_the_bot_can_read_it(slack: Slack, tmp_path: Path) -> None:
    slack.clock.forward(hours=4)
    slack.clock.forward(days=1)
    assert (tmp_path / "offset").read_text(encoding="utf-8") == "100800\n"


def test_what_never_comes_fails_with_a_readable_dump(slack: Slack) -> None:
    slack.user("ane").says("only this", channel="#ops")
    with pytest.raises(AssertionError, match=r"nothing says 'that' in #ops:\n +ane : only this"):
        slack.channel("#ops").waits_for("that", within=0.05)
    with pytest.raises(AssertionError, match="isn't in #acme"):
        slack.user("sam").says("hello", channel="#acme")
