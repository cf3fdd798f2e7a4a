"""Tasks from what people write to each other."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import App
from bot.domain.workspaces import Answering
from tests.support.lines import over_both_lines
from tests.support.outgoing import waits_until_all_is_said
from tests.support.stories import Slack


@over_both_lines
def test_a_mention_records_and_the_card_is_the_threaded_answer(slack: Slack) -> None:
    asked = slack.user("ane").says("@Stafet task Send the offer @mari friday 15:00", channel="#acme")
    card = slack.channel("#acme").waits_for("*Send the offer*")
    assert card.thread_ts == asked.ts
    assert "<@UMARI00000>" in card


@pytest.mark.parametrize("word", ["task", "todo", "opgave", "ülesanne", "görev"])
def test_a_word_with_a_colon_records_in_every_language(slack: Slack, word: str) -> None:
    slack.user("ane").says(f"{word}: ring til Bo", channel="#general")
    slack.channel("#general").waits_for("*ring til Bo*")


def test_ordinary_conversation_is_left_alone(slack: Slack) -> None:
    slack.user("ane").says("Can you call Bo tomorrow at 15:00? The task is clear.", channel="#acme")
    slack.user("ane").says("task force meets friday", channel="#acme")
    slack.channel("#acme").stays_without("T-1", for_seconds=0.6)


def test_a_direct_message_needs_no_mention(slack: Slack) -> None:
    slack.user("kim").says("task Send the offer tomorrow 15:00")
    slack.dm("kim").waits_for("*Send the offer*")


def test_a_message_that_means_nothing_to_the_bot_gets_an_example(slack: Slack) -> None:
    slack.user("kim").says("hello there")
    assert slack.user("kim").sees("task Send the offer to Acme friday 15:00")


def test_a_mention_takes_every_form_of_the_command(slack: Slack) -> None:
    slack.user("kim").says("task: Send the offer", channel="#acme")
    card = slack.channel("#acme").waits_for("*Send the offer*")
    slack.user("kim").says("@Stafet task done T-1", channel="#acme")
    card.changes_to("Reopen")
    slack.user("kim").says("@Stafet task done T-77", channel="#acme")
    slack.user("kim").sees("I don't know T-77")


@pytest.mark.parametrize("words", ["hello there", "task list", "task T-77"])
def test_a_mention_that_slack_tells_of_as_a_message_and_as_a_mention_is_answered_once(slack: Slack, words: str) -> None:
    slack.user("kim").says(f"@Stafet {words}", channel="#acme")
    channel = slack.channel("#acme", seen_by="kim")
    assert slack.until(lambda: slack.playground.workspace.channels[channel.id].ephemerals or None)
    slack.until(lambda: None, 0.8)
    assert len([message for message in channel.messages if message.is_ephemeral]) == 1


@over_both_lines
def test_an_edited_message_shows_on_the_card_and_makes_no_second_task(slack: Slack) -> None:
    asked = slack.user("kim").says("task: call Bo", channel="#acme")
    card = slack.channel("#acme").waits_for("*call Bo*")
    slack.user("kim").edits(asked, "task: call Bo about the keys")
    card.changes_to("The message was edited")
    slack.channel("#acme").stays_without("T-2", for_seconds=0.5)


@over_both_lines
def test_a_slip_that_is_mended_by_an_edit_is_recorded_once(slack: Slack) -> None:
    asked = slack.user("kim").says("taks: call Bo @mari friday 15:00", channel="#acme")
    slack.user("kim").edits(asked, "task: call Bo @mari friday 15:00")
    card = slack.channel("#acme").waits_for("*call Bo*")
    assert card.thread_ts == asked.ts
    assert "<@UMARI00000>" in card
    slack.user("kim").edits(asked, "taks: call Bo")
    card.changes_to("The message was edited")
    slack.user("kim").edits(asked, "task: call Bo again")
    slack.channel("#acme").stays_without("T-2", for_seconds=0.6)


def test_what_an_edit_asks_for_is_answered(slack: Slack) -> None:
    asked = slack.user("kim").says("@Stafet task done T-77", channel="#acme")
    slack.user("kim").sees("I don't know T-77")
    slack.user("kim").edits(asked, "@Stafet task done T-78")
    slack.user("kim").sees("I don't know T-78")
    said = slack.user("kim").says("overlevring Acme")
    slack.user("kim").edits(said, "handoff Acme to @mari: a draft")
    slack.dm("kim").waits_for("H-1")


def test_what_outsiders_edit_is_not_recorded(slack: Slack) -> None:
    for name, channel in (("sam", "#acme-shared"), ("gus", "#general")):
        said = slack.user(name).says("taks: give me a discount", channel=channel)
        slack.user(name).edits(said, "task: give me a discount")
    slack.channel("#general").stays_without("T-1", for_seconds=0.5)
    assert "T-1" in slack.user("kim").types("/task First", channel="#general")


def test_a_deleted_message_keeps_its_text_on_the_card(slack: Slack) -> None:
    asked = slack.user("kim").says("task: call Bo", channel="#acme")
    card = slack.channel("#acme").waits_for("*call Bo*")
    slack.user("kim").deletes(asked)
    card.changes_to("The message was deleted. It said: task: call Bo")


@over_both_lines
def test_a_pushpin_makes_a_task_of_a_message_and_a_check_mark_finishes_it(slack: Slack, bot: App) -> None:
    said = slack.user("mari").says("Somebody should call Bo tomorrow 15:00", channel="#acme")
    slack.user("kim").reacts("pushpin", on=said)
    card = slack.channel("#acme").waits_for("*Somebody should call Bo*")
    assert "<@UKIM000000>" in card
    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").reacts("white_check_mark", on=card)
    card.changes_to("Reopen")


def test_a_pushpin_keeps_the_words_where_slack_stumbles_over_them_at_first(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.errands.LEASE", timedelta(seconds=1))
    said = slack.user("mari").says("Somebody should call Bo", channel="#acme")
    slack.playground.fail("conversations.history", "internal_error")
    slack.user("kim").reacts("pushpin", on=said)
    slack.channel("#acme").waits_for("*Somebody should call Bo*")


@over_both_lines
def test_the_shortcut_opens_the_form_filled_in_and_captures_a_message_once(slack: Slack) -> None:
    said = slack.user("mari").says("The stairs at Acme are dirty, friday 15:00 !urgent", channel="#acme")
    slack.user("kim").uses_shortcut("task.from_message", on=said)
    form = slack.user("kim").form()
    assert (form.values["title"], form.values["priority"]) == ("The stairs at Acme are dirty", "urgent")
    assert form.submits() is None
    slack.channel("#acme").waits_for("*The stairs at Acme")
    slack.user("ane").uses_shortcut("task.from_message", on=said)
    assert slack.user("ane").sees("T-1")
    assert not slack.user("ane").has_form


def test_whom_a_message_names_besides_the_assignee_watches_the_task_that_is_made_of_it(slack: Slack) -> None:
    said = slack.user("ane").says("@mari please call Bo, with @deniz and @gus", channel="#general")
    slack.user("kim").uses_shortcut("task.from_message", on=said)
    assert slack.user("kim").form().fill(title="Call Bo").submits() is None
    answer = slack.user("kim").sees("Watching")
    assert "Watching: <@UDENIZ0000>" in answer
    assert "UGUS" not in answer
    assert "Assignee: <@UMARI00000>" in answer


def test_the_global_shortcut_opens_an_empty_form(slack: Slack) -> None:
    slack.user("kim").uses_shortcut("task.new")
    assert slack.user("kim").form().fill(title="Plan the party").submits() is None
    slack.dm("kim").waits_for("Plan the party")


def test_what_outsiders_and_bots_write_is_not_recorded(slack: Slack) -> None:
    slack.user("sam").says("task: give me a discount", channel="#acme-shared")
    slack.user("gus").says("task: give me a badge", channel="#general")
    slack.channel("#general").stays_without("T-1", for_seconds=0.5)
    assert "T-1" in slack.user("kim").types("/task First", channel="#general")


def test_where_the_workspace_prefers_quiet_the_answer_is_a_reaction(slack: Slack, bot: App) -> None:
    with bot.store.work("TNORDLYS01") as uow:
        uow.settings.save(replace(uow.settings.get(), answering=Answering.REACTION))
    asked = slack.user("kim").says("task: call Bo @mari", channel="#general")
    slack.dm("mari").waits_for("*call Bo*")
    ends = time.monotonic() + 30
    while not asked.now.reactions and time.monotonic() < ends:
        time.sleep(0.02)
    assert "pushpin" in str(asked.now.reactions)
    assert len(slack.channel("#general").messages) == 1
