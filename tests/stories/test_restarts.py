"""Nothing that was acknowledged is lost: killed, and started again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.playground.server import Playground
from tests.support.backstage import StoryLoop
from tests.support.databases import Postgres, held_by_another_process
from tests.support.processes import BotProcess, database_held, ending
from tests.support.stories import Slack


@pytest.fixture
def patience() -> None:
    """Keep the limits of Slack and of the bot: this is where they are shown."""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind; the bot migrates it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/stafet.db"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(template=None)
    yield postgres.address(name)
    postgres.drop(name)


def test_a_task_survives_a_kill_right_after_its_acknowledgement_and_is_warned_of_once(
    playground: Playground, story_loop: StoryLoop, tmp_path: Path, address: str
) -> None:
    slack = Slack(playground, story_loop)
    with ending(BotProcess(playground, story_loop, tmp_path, address)) as bot:
        bot.start()
        answer = slack.user("ane").types("/task Send the offer in 4 hours", channel="#acme")
        bot.kill()
        assert "T-1" in answer
        bot.start()
        slack.channel("#acme").waits_for("Send the offer")
        slack.clock.forward(hours=3, minutes=5)
        slack.dm("ane").waits_for("Send the offer")
        bot.kill()
        bot.start()
        slack.channel("#acme").stays_without("T-2", for_seconds=1)
        assert len(slack.dm("ane").containing("Send the offer")) == 1
        assert len(slack.channel("#acme").containing("Send the offer")) == 1


def test_the_same_message_told_three_times_at_once_is_one_task_with_one_answer(
    slack: Slack, playground: Playground
) -> None:
    playground.deliver_times(3)
    slack.user("ane").says("task: call Bo tomorrow", channel="#acme")
    slack.channel("#acme").waits_for("T-1")
    slack.channel("#acme").stays_without("T-2", for_seconds=1)
    assert len(slack.channel("#acme").containing("T-1")) == 1


def test_an_acknowledgement_takes_a_few_milliseconds(slack: Slack, playground: Playground) -> None:
    for number in range(30):
        slack.user("ane").types(f"/task Clean room {number} for nobody", channel="#acme")
    took = [one.took for one in playground.core.traffic.deliveries if one.kind == "slash_commands"]
    assert min(took) < 0.05  # the bot's own time, on a machine that does other things too


def is_told(slack: Slack, words: str, *, within: float) -> bool:
    """Record a task; tell whether the answer says this, and came within so many seconds."""
    began = time.monotonic()
    answer = slack.user("kim").types("/task Call Bo", channel="#acme")
    return time.monotonic() - began < within and words in str(answer)


def test_a_database_that_is_held_for_two_seconds_delays_the_answer_and_no_more(
    slack: Slack, bot: App, tmp_path: Path
) -> None:
    slack.user("ane").types("/task Before", channel="#acme")

    def is_answered_in_time() -> bool:
        with database_held(tmp_path / "stafet.db", 2.0):
            return is_told(slack, "T-", within=3.0)

    assert any(is_answered_in_time() for _ in range(3))  # the machine may have other things to do


def test_a_database_that_is_held_for_longer_is_answered_honestly_and_nothing_is_recorded(
    slack: Slack, tmp_path: Path
) -> None:
    slack.user("kim").types("/task Before", channel="#acme")
    with held_by_another_process(tmp_path / "stafet.db"):
        assert any(is_told(slack, "try again", within=3.0) for _ in range(3))
    assert "T-2" in slack.user("kim").types("/task Now", channel="#acme")


def test_a_slack_that_answers_nothing_holds_up_no_acknowledgement(slack: Slack, playground: Playground) -> None:
    playground.hang(4)
    assert any(is_told(slack, "T-", within=3.0) for _ in range(3))
