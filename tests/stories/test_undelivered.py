"""What could not be delivered: the owner hears of it, an admin sees it in the settings, nobody else does."""

from sqlalchemy import update

from bot.app import App
from storage.tables import outbox
from tests.support.stories import Slack


def test_a_message_that_is_dead_tells_its_owner_and_stands_in_the_settings(slack: Slack, bot: App) -> None:
    slack.playground.fail("chat.postMessage", "msg_too_long")
    slack.user("mari").types("/task Send the offer to Acme", channel="#ops")
    word = slack.dm("mari").waits_for("Ma ei saanud teadet kohale toimetada")
    assert "see on Slacki jaoks liiga pikk" in word
    slack.user("mari").presses("task.open", on=word)
    slack.user("mari").sees("Send the offer to Acme")

    slack.user("kim").types("/stafet settings", channel="#general")
    form = slack.user("kim").form()
    assert "What I couldn't deliver in the last 7 days" in form.text
    for words in ("the task's card", "*T-1* Send the offer to Acme", "<#COPS000001>", "it is too long for Slack"):
        assert words in form.text
    assert form.submits() is None


def test_the_settings_say_nothing_where_all_was_delivered(slack: Slack, bot: App) -> None:
    slack.user("mari").types("/task Send the offer to Acme", channel="#ops")
    slack.user("kim").types("/stafet settings", channel="#general")
    assert "deliver" not in slack.user("kim").form().text


def test_five_lines_and_how_many_more(slack: Slack, bot: App) -> None:
    for n in range(7):
        slack.user("mari").types(f"/task Offer {n}", channel="#ops")
    slack.channel("#ops").waits_for("Offer 6")
    with bot.database.writing() as connection:
        connection.execute(update(outbox).values(state="dead", reason="is_archived"))
    slack.user("kim").types("/stafet settings", channel="#general")
    text = slack.user("kim").form().text
    assert text.count("the channel is archived") == 5
    assert "and 2 more" in text


def test_an_admin_sees_nothing_private_of_what_could_not_be_delivered(slack: Slack, bot: App) -> None:
    slack.playground.fail("chat.postMessage", "msg_too_long")
    slack.user("mari").types("/task Talk about the salary")
    slack.dm("mari").waits_for("kohale toimetada")
    slack.user("kim").types("/stafet settings", channel="#general")
    text = slack.user("kim").form().text
    assert "it is too long for Slack" in text
    assert "salary" not in text
    assert "T-1" not in text


def test_who_is_no_admin_sees_nothing_of_it(slack: Slack, bot: App) -> None:
    slack.playground.fail("chat.postMessage", "msg_too_long")
    slack.user("mari").types("/task Send the offer to Acme", channel="#ops")
    slack.dm("mari").waits_for("kohale toimetada")
    answer = slack.user("ane").types("/stafet settings", channel="#general")
    assert answer is not None
    assert "for lang" not in answer.text
    assert not slack.user("ane").has_form
