"""What Slack does on its bad days, and what people are told then."""

import asyncio
import threading
import time

import pytest

from bot.app import App
from bot.playground import payloads
from bot.playground.server import Playground
from bot.playground.state import User
from bot.slack.socket import LINKS
from tests.stories.conftest import RunBot
from tests.support.backstage import PATIENCE, StoryLoop
from tests.support.stories import Slack


class ForgetsTheFirst(dict[str, float]):
    """Tickets of which the first never opens anything."""

    forgot = False

    def __setitem__(self, ticket: str, given_at: float) -> None:
        if self.forgot:
            super().__setitem__(ticket, given_at)
        self.forgot = True


def test_a_form_that_opens_too_late_is_told(slack: Slack, playground: Playground) -> None:
    playground.core.triggers.life = 1.0
    playground.hang(1.2)
    slack.user("kim").types("/task", channel="#acme")
    playground.hang(0)
    assert slack.user("kim").sees("The form couldn't be opened")


def test_a_message_with_its_words_on_the_next_line_records(slack: Slack) -> None:
    slack.user("kim").says("@Stafet task\nCall Bo", channel="#acme")
    slack.channel("#acme").waits_for("*Call Bo*")


def test_a_link_whose_address_was_used_up_gets_a_new_one(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot
) -> None:
    playground.sockets._tickets = ForgetsTheFirst()
    with run_bot() as app:
        assert Slack(playground, story_loop).until(lambda: (app.links is not None and app.links.up == LINKS) or None)
        assert playground.sockets.connections == LINKS


def test_everybody_is_known_though_slack_asks_for_patience(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot
) -> None:
    users = playground.workspace.users
    for number in range(450):
        users[f"UMANY{number:05d}"] = User(f"UMANY{number:05d}", f"many{number}", "Many", playground.workspace.id)
    playground.fail("users.list", "ratelimited", 2)
    with run_bot() as app:
        end = time.monotonic() + 30
        while time.monotonic() < end and not _knows(app, "UMANY00449"):
            time.sleep(0.1)
        assert _knows(app, "UMANY00449")


def _knows(app: App, person: str) -> bool:
    with app.store.look("TNORDLYS01") as uow:
        return uow.members.find(person) is not None


def test_what_is_under_way_when_the_bot_stops_is_finished(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app._SEND_DRAIN", PATIENCE)  # that a stop takes ten seconds at most is shown elsewhere
    slack = Slack(playground, story_loop)
    with run_bot() as app:
        playground.hang(1.0)
        answer = slack.user("ane").types("/task Call Bo", channel="#acme")
        assert "T-1" in answer
        assert slack.until(lambda: app.delivery.is_sending or None)
    playground.hang(0)
    with app.database.reading() as connection:
        states = connection.exec_driver_sql("SELECT state FROM outbox").scalars().all()
    assert "sending" not in states


def test_a_command_that_is_being_handled_when_the_bot_stops_is_answered(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot
) -> None:
    slack = Slack(playground, story_loop)
    with run_bot() as app:
        slow = app.edge._dispatch
        has_come = threading.Event()

        async def slowly(request: object) -> object:
            has_come.set()
            await asyncio.sleep(0.5)
            return await slow(request)  # type: ignore[arg-type]

        app.edge._dispatch = slowly  # type: ignore[assignment]
        typing = asyncio.run_coroutine_threadsafe(
            playground.people.types("UANE000000", "#acme", "/task Call Bo"), story_loop.loop
        )
        assert has_come.wait(PATIENCE)
    outcome = typing.result(PATIENCE)
    assert outcome.error == ""
    assert slack.user("ane").sees("T-1")


def test_somebody_who_gets_a_task_where_the_bot_is_not_is_told_once(slack: Slack) -> None:
    slack.user("ane").types("/task Call Bo @kim", channel="#private-deals")
    slack.dm("kim").waits_for("*Call Bo*")
    time.sleep(2)
    assert len(slack.dm("kim").containing("Call Bo")) == 1


def test_a_form_that_is_sent_again_because_its_answer_was_lost_records_once(
    slack: Slack, bot: App, playground: Playground, story_loop: StoryLoop
) -> None:
    slack.user("kim").types("/task", channel="#acme")
    form = slack.user("kim").form().fill(title="Call Bo")
    view = form._view
    user = playground.workspace.users["UKIM000000"]
    for _ in range(2):
        payload = slack.do(lambda: payloads.view_submission(playground.core, user, view))
        answer = story_loop.run(bot.edge.receive(payload))
        assert answer.status == 200
    slack.channel("#acme").waits_for("*Call Bo*")
    assert "T-2" in slack.user("kim").types("/task Another", channel="#acme")


def test_a_slack_that_stumbles_when_the_bot_starts_is_asked_again(playground: Playground, run_bot: RunBot) -> None:
    playground.fail("auth.test", "internal_error", 2)
    with run_bot():
        assert playground.sockets.connections
