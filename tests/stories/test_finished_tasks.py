"""What is over: its old buttons answer at once, and let nobody fill in a form in vain."""

from tests.support.stories import Slack


def test_the_old_buttons_of_a_finished_task_open_no_form(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer tomorrow", channel="#acme")
    view = slack.user("kim").types("/task T-1", channel="#acme")
    slack.user("mari").types("/task done T-1", channel="#acme")
    said = view
    for button in ("task.move", "task.give", "task.block"):
        slack.user("kim").presses(button, on=view)
        said = slack.channel("#acme", seen_by="kim").waits_for("T-1 is done already", after=said)
        assert not slack.user("kim").has_form


def test_several_are_finished_in_one_line_each_for_itself(slack: Slack) -> None:
    for title in ("Send the offer", "Call Bo", "Pay the bill"):
        slack.user("kim").types(f"/task {title}", channel="#acme")
    answer = slack.user("kim").types("/task done T-1, T-9 and T-2", channel="#acme")
    assert answer is not None
    assert [line for line in ("T-1 is done", "I don't know T-9", "T-2 is done") if line not in answer] == []
    slack.channel("#acme").waits_for("*Call Bo*").changes_to("Reopen")
    assert "Pay the bill" in slack.user("kim").types("/task list", channel="#acme")
