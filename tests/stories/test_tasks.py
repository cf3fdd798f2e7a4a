"""Tasks, from what a person types to what everybody sees."""

from tests.support.stories import Slack

OFFER = "/task Send the offer to Acme @mari friday 15:00"


def test_a_line_becomes_a_task_with_its_card_in_the_channel(slack: Slack) -> None:
    answer = slack.user("ane").types(OFFER, channel="#acme")
    assert answer.is_ephemeral
    assert "T-1" in answer
    card = slack.channel("#acme").waits_for("Send the offer to Acme")
    assert "<@UMARI00000>" in card.text or "<@UMARI00000>" in str(card.blocks)


def test_done_is_shown_on_the_card_and_nothing_new_is_said(slack: Slack) -> None:
    slack.user("ane").types(OFFER, channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    card.changes_to("Reopen")
    assert len(slack.channel("#acme").messages) == 1
