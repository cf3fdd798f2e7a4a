"""The main job, end to end: recorded, kept, warned of, passed on, finished, and one question asked and answered."""

from tests.support.lines import over_both_lines
from tests.support.stories import Slack


@over_both_lines
def test_a_promise_goes_its_whole_way(slack: Slack) -> None:
    ane, mari, deniz, sam = (slack.user(name) for name in ("ane", "mari", "deniz", "sam"))
    ane.types("/customer add Acme #acme @ane @sam", channel="#general")
    ane.types("/customer link Acme", channel="#acme-shared")

    ane.types("/task Send the offer to Acme @mari friday 15:00", channel="#general")
    card = slack.channel("#acme").waits_for("*Send the offer to Acme*")

    slack.clock.forward(days=3, hours=5, minutes=1)  # Thursday 15:01 in Copenhagen
    slack.dm("mari").waits_for("Send the offer")

    mari.types("/handoff Acme to @deniz: they were promised the offer by friday 15:00", channel="#acme")
    form = mari.form().fill(state="The numbers are in the folder", next_step="Write the summary", tasks=["1"])
    assert form.submits() is None
    slack.dm("deniz").waits_for("The numbers are in the folder")
    deniz.presses("handoff.accept")
    assert deniz.form().fill(next_step="Özeti yarın 11:00'de yazarım").submits() is None
    card.changes_to("<@UDENIZ0000>")
    slack.channel("#acme").waits_for("T-3: Özeti")

    slack.clock.forward(days=1)  # Friday 15:01
    late = slack.channel("#acme").waits_for("*Send the offer to Acme* is late")
    deniz.presses("task.done", on=card)
    card.changes_to("Reopen")
    late.changes_to("minute")

    slack.clock.forward(hours=1, minutes=1)
    question = slack.channel("#acme-shared").waits_for("<@USAM000000>")
    sam.presses("feedback.answer.5", on=question)
    question.changes_to("Add a few words")
    assert "Send the offer" not in str(slack.channel("#acme-shared").messages)
