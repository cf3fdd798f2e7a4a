"""Tasks, from what a person types to what everybody sees."""

from datetime import UTC, datetime

import pytest

from bot.app import App
from tests.support.lines import over_both_lines
from tests.support.outgoing import waits_until_all_is_said
from tests.support.stories import Slack

OFFER = "/task Send the offer to Acme @mari friday 15:00"
FRIDAY_AT_3 = "Friday, 5 March 2027 14:00 UTC"


def test_a_line_becomes_a_task_with_its_card_in_the_channel(slack: Slack) -> None:
    answer = slack.user("ane").types(OFFER, channel="#acme")
    assert answer.is_ephemeral
    assert "fredag den 5. marts 2027 kl. 15.00 (Europe/Copenhagen)" in answer
    card = slack.channel("#acme").waits_for("*Send the offer to Acme*")
    assert "<@UMARI00000>" in card
    assert FRIDAY_AT_3 in card
    assert card.actions == ["task.done", "task.move", "task.give", "task.block", "task.more"]


def test_the_card_shows_the_truth_and_nothing_new_is_said(slack: Slack) -> None:
    slack.user("ane").types(OFFER, channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    card.changes_to("Reopen")
    slack.user("mari").presses("task.reopen", on=card)
    card.changes_to("· Open")
    assert len(slack.channel("#acme").messages) == 1


def test_the_second_of_two_who_press_is_told_what_happened(slack: Slack) -> None:
    slack.user("ane").types(OFFER, channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    slack.user("kim").presses_as_seen("task.done", on=card)
    slack.user("kim").sees("T-1 is done already")


def test_a_new_assignee_hears_of_it_once_in_their_own_language(slack: Slack) -> None:
    slack.user("ane").types("/task Send the offer tomorrow", channel="#acme")
    slack.user("ane").types("/task give T-1 @deniz", channel="#acme")
    told = slack.dm("deniz").waits_for("T-1")
    assert "görevini verdi" in told
    assert len(slack.dm("deniz").messages) == 1


def test_undo_takes_the_card_away_and_keeps_the_history(slack: Slack) -> None:
    slack.user("kim").types("/task Send the wrong offer", channel="#acme")
    card = slack.channel("#acme").waits_for("wrong offer")
    slack.user("kim").presses("task.undo")
    card.disappears()
    assert "took it back" in slack.user("kim").types("/task T-1", channel="#acme")


def test_undo_is_over_once_somebody_else_has_touched_the_task(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer", channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    card.changes_to("Done")
    slack.user("kim").presses("task.undo")
    assert slack.user("kim").sees("can't be taken back")


def test_what_could_not_be_read_is_recorded_and_asked_for(slack: Slack) -> None:
    answer = slack.user("kim").types("/task Send the report on 31 february @nobody", channel="#acme")
    assert "T-1" in answer
    assert "couldn't read “on 31 february”" in answer
    assert "don't know @nobody" in answer
    slack.user("kim").presses("task.due", choosing=int(datetime(2027, 3, 9, 13, 0, tzinfo=UTC).timestamp()))
    slack.channel("#acme").waits_for("Tuesday, 9 March 2027 13:00 UTC")


def test_move_keeps_the_first_promise_and_the_reason(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer friday 15:00", channel="#acme")
    answer = slack.user("kim").types("/task move T-1 next monday because the keys are late", channel="#acme")
    assert "Monday, 8 March 2027" in answer
    card = slack.channel("#acme").waits_for("first promised")
    assert "8 March" in card
    assert "(the keys are late)" in slack.user("kim").types("/task T-1", channel="#acme")


def test_a_task_waits_for_the_customer_and_its_due_time_with_it(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer friday 15:00", channel="#acme")
    slack.user("kim").types("/task wait T-1", channel="#acme")
    slack.channel("#acme").waits_for("Waiting for the customer")
    slack.clock.forward(hours=3)
    slack.user("kim").types("/task resume T-1", channel="#acme")
    slack.channel("#acme").waits_for("Monday, 8 March 2027 10:")
    assert "went on (with the time waited, due <!date^" in slack.user("kim").types("/task T-1", channel="#acme")


@over_both_lines
def test_the_forms_of_the_card(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer", channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("kim").presses("task.move", on=card)
    form = slack.user("kim").form()
    errors = form.fill(due=datetime(2027, 2, 1, tzinfo=UTC)).submits()
    assert errors
    assert "past" in errors["due"]
    assert form.fill(due=datetime(2027, 3, 5, 14, 0, tzinfo=UTC), reason="keys").submits() is None
    card.changes_to(FRIDAY_AT_3)
    slack.user("kim").presses("task.give", on=card)
    assert slack.user("kim").form().fill(assignee="UMARI00000").submits() is None
    card.changes_to("<@UMARI00000>")
    slack.user("kim").presses("task.block", on=card)
    assert slack.user("kim").form().fill(reason="waiting for keys").submits() is None
    card.changes_to("blocked: waiting for keys")


def test_a_new_task_by_form(slack: Slack) -> None:
    slack.user("mari").types("/task", channel="#acme")
    form = slack.user("mari").form()
    assert form.fill(title="Clean the stairs", assignee="UDENIZ0000", priority="high").submits() is None
    card = slack.channel("#acme").waits_for("Clean the stairs")
    assert "High" in card
    assert "<@UDENIZ0000>" in card


def test_edit_shows_the_task_and_changes_it(slack: Slack) -> None:
    slack.user("kim").types("/task Send teh offer tomorrow", channel="#acme")
    slack.user("kim").presses("task.edit")
    form = slack.user("kim").form()
    assert form.fill(title="Send the offer").submits() is None
    slack.channel("#acme").waits_for("*Send the offer*")
    slack.user("kim").sees("T-1 is saved: Send the offer")


@over_both_lines
def test_what_was_pressed_in_the_whole_view_of_a_task_takes_its_place(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer tomorrow", channel="#acme")
    view = slack.user("kim").types("/task T-1", channel="#acme")
    assert view is not None
    slack.user("kim").presses("task.wait", on=view)
    assert view.changes_to("the clock has stopped").actions == []


def test_a_guest_is_not_given_a_task_and_it_says_why(slack: Slack) -> None:
    slack.user("kim").types("/task Send the offer tomorrow", channel="#acme")
    answer = slack.user("kim").types("/task give T-1 @gus", channel="#acme")
    assert answer is not None
    assert "isn't a full member" in answer


def test_lists_come_in_pages_soonest_first(slack: Slack) -> None:
    for number in range(12, 0, -1):
        slack.user("kim").types(f"/task Room {number} in {number} hours", channel="#general")
    page = slack.user("kim").types("/task list", channel="#general")
    assert page.text.index("Room 1\n") < page.text.index("Room 2\n") < page.text.index("Room 10\n")
    assert "Room 11" not in page
    slack.user("kim").presses("list.next")
    slack.user("kim").sees("Room 12")
    assert "Nothing here" in slack.user("kim").types("/task list late", channel="#general")
    assert "Room 1" in slack.user("mari").types("/task list @kim", channel="#general")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/task done T-99", "I don't know T-99"),
        ("/task move T-1 xyzzy", "couldn't read “xyzzy”"),
        ("/task move T-1", "When?"),
        ("/task give T-1 @nobody", "don't know @nobody"),
        ("/task list Blorp", "no customer and no list called “Blorp”"),
        ("/task block T-1", "What is in the way"),
        ("/task done", "Which task?"),
        ("/task move T-1 yesterday 15:00", "past"),
    ],
)
def test_what_is_not_known_gets_an_answer_with_an_example(slack: Slack, typed: str, said: str) -> None:
    slack.user("kim").types("/task Send the offer", channel="#acme")
    answer = slack.user("kim").types(typed, channel="#acme")
    assert said in answer
    assert "`/task" in answer


NASTY = (
    "Ring <!channel> & <b>Bo</b> payload %00 \x00 émoji 🎉 \u202ereversed\u202c `code` *bold* "
    "https://example.com <https://evil.example|click> {title} {0} %s" + " x" * 1300
)


def test_nasty_text_is_recorded_as_written_and_shown_harmless(slack: Slack) -> None:
    slack.user("kim").types(f"/task {NASTY}", channel="#acme")
    card = slack.channel("#acme").waits_for("payload %00")
    assert "<!channel>" not in str(card.blocks)
    assert "\u202e" not in str(card.blocks)
    slack.user("kim").presses("task.more", on=card)
    slack.user("kim").sees("{title} {0} %s")
    slack.user("kim").types("/task list", channel="#acme")


def test_a_card_never_goes_where_the_customer_reads_nor_where_the_bot_is_not(slack: Slack) -> None:
    slack.user("ane").types("/task Talk about the price", channel="#acme-shared")
    slack.dm("ane").waits_for("Talk about the price")
    slack.user("ane").types("/task Plan the party", channel="#random")
    slack.dm("ane").waits_for("Plan the party")
    assert not slack.channel("#acme-shared").messages
    assert not slack.channel("#random").messages


def test_what_was_asked_in_a_direct_message_is_seen_by_its_people_only(slack: Slack) -> None:
    slack.user("ane").types("/task Talk to @mari about the raise")
    slack.dm("mari").waits_for("about the raise")
    assert "T-1" in slack.user("deniz").types("/task T-1", channel="#general")
    assert "the raise" not in slack.user("deniz").types("/task T-1", channel="#general")
    assert "the raise" not in slack.user("deniz").types("/task list all", channel="#general")


def test_guests_are_told_kindly_that_this_is_for_members(slack: Slack) -> None:
    assert "members of the workspace" in slack.user("gus").types("/task hello", channel="#general")


def test_a_person_who_cannot_be_looked_up_is_served_all_the_same(slack: Slack, playground: object) -> None:
    playground.fail("users.info", "internal_error", times=5)
    slack.user("ane").says("task: call Bo tomorrow", channel="#acme")
    slack.channel("#acme").waits_for("*call Bo*")


def test_the_word_to_a_new_assignee_stays_true(slack: Slack, bot: App) -> None:
    slack.user("ane").types("/task Send the offer tomorrow", channel="#acme")
    slack.user("ane").types("/task give T-1 @deniz", channel="#acme")
    told = slack.dm("deniz").waits_for("görevini verdi")
    waits_until_all_is_said(slack, bot.database)
    slack.user("ane").types("/task cancel T-1", channel="#acme")
    assert "task.done" not in told.changes_to("~Send the offer~").actions


def test_a_task_recorded_where_the_customer_reads_is_answered_in_private(slack: Slack) -> None:
    slack.user("kim").types("/customer add Acme #acme", channel="#general")
    slack.user("kim").types("/customer link Acme", channel="#acme-shared")
    slack.user("kim").says("task: prepare the offer", channel="#acme-shared")
    slack.channel("#acme").waits_for("*prepare the offer*")
    slack.dm("kim").waits_for("*T-1* is recorded")
    slack.channel("#acme-shared").stays_without("T-1")
