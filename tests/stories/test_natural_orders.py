"""Commands in the order in which people put their words, about tasks and handoffs that they name."""

from tests.support.stories import Slack


def test_a_handoff_is_answered_by_words(slack: Slack) -> None:
    slack.user("kim").types("/customer add Acme #acme @kim", channel="#general")
    line = "/handoff Acme to @mari: a draft; state: half done; next step: call Bo"
    slack.user("kim").types(line, channel="#acme")
    slack.dm("mari").waits_for("H-1")
    mari = slack.user("mari")
    assert "Ma ei saanud aru, mida sellega teha. Siin on H-1" in mari.types("/handoff cancel H-1", channel="#acme")
    mari.types("/handoff accept H-1", channel="#acme")
    assert mari.form().callback_id == "handoff.accept.form"
    mari.form().closes()
    mari.says("H-1 accept")
    mari.sees("Vajuta allolevat nuppu")
    assert "is offered to" in slack.user("kim").types("/handoff decline H-1", channel="#acme")
    mari.says("üleandmine võta H-1 vastu Helistan Bole homme kell 10")
    slack.channel("#acme").waits_for("Helistan Bole homme kell 10")


def test_a_task_is_changed_whatever_comes_first(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/task Send the offer friday 15:00", channel="#acme")
    card = slack.channel("#acme").waits_for("*Send the offer*")
    kim.types("/task give @deniz T-1", channel="#acme")
    card.changes_to("<@UDENIZ0000>")
    assert "11 March 2027" in kim.types("/task move to next thursday T-1", channel="#acme")
    kim.says("T-1 is done")
    card.changes_to("Reopen")
    kim.says("@Stafet reopen T-1", channel="#acme")
    card.changes_to("Done")
    assert "*T-2*" in kim.types("/task T-1 office move", channel="#acme")
    slack.channel("#acme").waits_for("*T-1 office move*")


def test_a_message_that_was_meant_for_something_else_is_recorded_as_a_message(slack: Slack) -> None:
    said = slack.user("kim").says("task: list all of the open invoices", channel="#acme")
    assert slack.channel("#acme").waits_for("*list all of the open invoices*").thread_ts == said.ts
