"""Help, settings and App Home, as people of four languages meet them."""

import pytest

from tests.support.lines import over_both_lines
from tests.support.stories import Slack

KIM, MARI, SAM = "UKIM000000", "UMARI00000", "USAM000000"


@pytest.mark.parametrize(
    ("name", "typed", "topic", "example"),
    [
        ("kim", "/stafet help", "Record a task", "/customer add Acme"),
        ("ane", "/stafet hjælp", "Notér en opgave", "/customer tilføj Acme"),
        ("mari", "/stafet abi", "Pane ülesanne kirja", "/customer lisa Acme"),
        ("deniz", "/stafet YARDIM", "Görev kaydetmek", "/customer ekle Acme"),
    ],
)
def test_help_speaks_everybodys_language(slack: Slack, name: str, typed: str, topic: str, example: str) -> None:
    answer = slack.user(name).types(typed, channel="#general")
    assert topic in answer
    assert example in answer
    assert "{" not in answer.text


def test_alone_or_unknown_it_helps_too(slack: Slack) -> None:
    assert "What do you want to do?" in slack.user("kim").types("/stafet", channel="#general")
    answer = slack.user("kim").types("/stafet digest <!here>", channel="#general")
    assert "I don't know “digest &lt;!here&gt;”" in answer
    assert "Record a task" in answer


def test_an_admin_changes_the_settings_and_they_hold(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/stafet settings", channel="#general")
    form = kim.form()
    assert form.callback_id == "settings.form"
    assert form.values["hours"] == "mon-fri 09:00-17:00"
    form.fill(
        hours="mon-thu 8-12,13-16:30; fri 8-15",
        zone="tallinn",
        holidays="ee",
        language="da",
        lead=MARI,
        team_channel="COPS000001",
        answering="reaction",
        task_emoji=":rocket:",
        feedback_delay="90",
        feedback_window="14",
        daily_cap="5",
    )
    assert form.submits() is None
    answer = kim.sees("The settings are saved.")
    for words in ("mon-thu 08:00-12:00,13:00-16:30; fri 08:00-15:00 (Europe/Tallinn)", "EE", "Dansk", f"<@{MARI}>"):
        assert words in answer
    kim.types("/stafet settings", channel="#general")
    kept = kim.form().values
    assert kept == {
        "hours": "mon-thu 08:00-12:00,13:00-16:30; fri 08:00-15:00",
        "zone": "Europe/Tallinn",
        "holidays": "EE",
        "language": "da",
        "lead": MARI,
        "team_channel": "COPS000001",
        "answering": "reaction",
        "task_emoji": "rocket",
        "done_emoji": "white_check_mark",
        "feedback_delay": "90",
        "feedback_window": "14",
        "daily_cap": "5",
    }


def test_who_is_no_admin_is_sent_to_their_own_settings(slack: Slack) -> None:
    answer = slack.user("mari").types("/stafet seaded", channel="#general")
    assert "Seadeid muudavad tööruumi administraatorid" in answer
    assert "`/stafet mina`" in answer
    assert not slack.user("mari").has_form


def test_a_setting_that_makes_no_sense_is_explained_at_its_field(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/stafet settings", channel="#general")
    form = kim.form()
    for field, bad, good, words in (
        ("hours", "nine to five", "mon-fri 09:00-17:00", "For example: mon-fri 09:00-17:00"),
        ("zone", "Atlantis", "Europe/London", "For example: Europe/Copenhagen"),
        ("holidays", "Lummerland", "DK", "For example: DK"),
        ("task_emoji", "no emoji", "pushpin", "For example: pushpin"),
        ("done_emoji", "pushpin", "white_check_mark", "can't both make and finish"),
        ("feedback_delay", "soon", "60", "from 0 to 10080"),
        ("feedback_window", "0", "7", "from 1 to 365"),
        ("daily_cap", "1e3", "8", "from 1 to 100"),
        ("lead", SAM, KIM, "a member of the workspace"),
    ):
        errors = form.fill(**{field: bad}).submits()
        assert list(errors or {}) == [field]
        assert words in errors[field]
        form.fill(**{field: good})
    assert form.submits() is None


def test_a_chosen_language_wins_over_slacks_from_the_answer_on(slack: Slack) -> None:
    ane = slack.user("ane")
    ane.types("/stafet mig", channel="#general")
    form = ane.form()
    assert form.title == "Mine indstillinger"
    assert form.fill(language="tr").submits() is None
    assert "Türkçe" in ane.sees("Ayarlarınız kaydedildi.")
    assert "kaydedildi" in ane.types("/customer ekle Acme", channel="#general")
    ane.types("/stafet ben", channel="#general")
    assert ane.form().fill(language="none").submits() is None
    ane.sees("Dine indstillinger er gemt.")


def test_my_hours_and_my_absence_are_kept_and_read_back(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/stafet me", channel="#general")
    form = kim.form()
    assert form.fill(hours="whenever").submits()["hours"].startswith("I can't read “whenever” as hours.")
    form.fill(hours="mon-wed 10-14")
    assert list(form.fill(away_from="2027-03-10").submits()) == ["away_until"]
    assert form.fill(away_until="2027-03-09").submits() == {"away_until": "This is before the first day."}
    assert list(form.fill(away_until="2027-03-12", substitute=KIM).submits()) == ["substitute"]
    assert form.fill(substitute=MARI).submits() is None
    answer = kim.sees("Your settings are saved.")
    for words in ("mon-wed 10:00-14:00", "Wednesday, 10 March 2027 to Friday, 12 March 2027", f"<@{MARI}>"):
        assert words in answer
    slack.clock.forward(days=30)
    kim.types("/stafet me", channel="#general")
    values = kim.form().values
    assert (values["hours"], values["away_from"], values["substitute"]) == ("mon-wed 10:00-14:00", None, MARI)


def test_home_shows_its_readers_own_tasks_soonest_first(slack: Slack) -> None:
    kim = slack.user("kim")
    assert "Nothing is open." in kim.opens_home()
    kim.types("/task Water the plants in 5 days", channel="#general")
    kim.types("/task Call Acme back tomorrow", channel="#general")
    kim.types("/task Not mine @mari tomorrow", channel="#general")
    shown = kim.opens_home()
    assert shown.index("Call Acme back") < shown.index("Water the plants")
    assert "Not mine" not in shown
    assert "Not mine" in slack.user("mari").opens_home()


def test_home_shows_the_handoffs_that_wait_for_an_answer(slack: Slack) -> None:
    kim, mari = slack.user("kim"), slack.user("mari")
    kim.types("/customer add Acme", channel="#general")
    kim.types("/handoff Acme to @mari: they were promised a draft", channel="#general")
    form = kim.form()
    assert form.fill(state="The draft is half done", next_step="Finish the draft").submits() is None
    kim.sees("H-1")
    assert "H-1" in mari.opens_home()
    assert "H-1" not in kim.opens_home()
    assert "1 handoff waits for an answer" in kim.types("/customer Acme", channel="#general")


def test_home_opens_the_form_for_a_new_handoff(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.opens_home()
    kim.presses_in_home("handoff.new")
    assert kim.form().callback_id == "handoff.form"


@over_both_lines
def test_home_opens_the_form_for_a_new_task(slack: Slack) -> None:
    mari = slack.user("mari")
    mari.opens_home()
    mari.presses_in_home("task.new")
    assert mari.form().title == "Uus ülesanne"
    assert mari.form().fill(title="Saada pakkumine").submits() is None
    mari.sees("on kirjas: Saada pakkumine")
    assert "Saada pakkumine" in mari.opens_home()


def test_home_of_somebody_from_outside_shows_nothing_of_the_workspace(slack: Slack) -> None:
    slack.user("kim").types("/task Call Acme back tomorrow", channel="#general")
    assert slack.user("gus").opens_home().startswith("This place is for members")
