"""What can be seen of a bot at work, from a process of its own: logs that keep secrets, and metrics that are true."""

import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from bot.playground.server import Playground
from storage.engine import Database
from storage.tables import lanes, outbox
from tests.support.backstage import StoryLoop
from tests.support.databases import Postgres
from tests.support.processes import BotProcess, ending
from tests.support.stories import Slack

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
PASSWORD = "geheim/4711"
WORDS = ("zebra", "giraffe", "leopard", "ocelot", "panther", "quagga", "rhino", "serval", "tapir", "urchin")
"""Each is written by somebody in a place of its own."""
KINDS = {
    "event_callback": "event",
    "block_actions": "click",
    "view_submission": "form",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind; the bot migrates it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/stafet.db"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = postgres.create(template=None)
    yield make_url(postgres.address(name)).set(password=PASSWORD).render_as_string(hide_password=False)
    postgres.drop(name)


@pytest.fixture
def bot(playground: Playground, story_loop: StoryLoop, tmp_path: Path, address: str) -> Iterator[BotProcess]:
    """A bot that says all it can say."""
    more = {"LOG_LEVEL": "DEBUG", "PORT": "0", "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    with ending(BotProcess(playground, story_loop, tmp_path, address, **more)) as bot:
        bot.start()
        yield bot


@pytest.fixture
def slack(playground: Playground, story_loop: StoryLoop, bot: BotProcess) -> Slack:
    """Give the story its people; the bot is up."""
    return Slack(playground, story_loop)


def work(slack: Slack) -> None:
    """Use whatever takes words."""
    slack.user("kim").types("/customer add Zebra #acme @kim", channel="#general")
    slack.user("ane").types("/task Feed the giraffe in 4 hours", channel="#ops")
    slack.user("ane").says("task: call the leopard tomorrow", channel="#acme")
    slack.user("ane").types("/task panther @nobody ???", channel="#acme")
    slack.user("kim").types("/handoff Zebra to @mari: ocelot by friday", channel="#general")
    form = slack.user("kim").form()
    assert form.fill(state="a quagga", next_step="a rhino", watch_out="a serval").submits() is None
    slack.dm("mari").waits_for("rhino")
    slack.user("mari").presses("handoff.ask")
    form = slack.user("mari").form()
    assert form.fill(comment="tapir?").submits() is None
    slack.dm("kim").waits_for("tapir")
    slack.user("ane").says("an urchin", channel="#acme")
    slack.clock.forward(hours=4, minutes=5)
    slack.channel("#ops").waits_for("late")


def lines_of(bot: BotProcess) -> list[dict[str, Any]]:
    """Read the log; whatever is no JSON fails."""
    return [json.loads(line) for line in bot.log.splitlines()]


def every(node: Any, key: str) -> Iterator[str]:
    """Find all that stands under a key, at any depth."""
    if isinstance(node, Mapping):
        yield from (str(value) for name, value in node.items() if name == key and value)
        for value in node.values():
            yield from every(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from every(value, key)


def test_no_secret_and_no_word_of_anybody_gets_into_the_log(
    slack: Slack, playground: Playground, bot: BotProcess
) -> None:
    playground.fail("chat.postMessage", "fatal_error")
    playground.drop_answer_of("chat.postMessage")
    work(slack)
    playground.fail("views.open", "expired_trigger_id")
    slack.user("kim").types("/handoff urchin", channel="#acme")
    slack.loop.run(playground.cut())
    playground.down()
    slack.user("ane").says("task: one more giraffe tomorrow", channel="#acme")
    time.sleep(1)
    playground.down(False)
    bot.stop()

    log = bot.log.lower()
    assert len(log.splitlines()) > 20
    payloads = [delivery.payload for delivery in playground.core.traffic.deliveries]
    written = json.dumps(payloads).lower()
    assert all(word in written for word in WORDS)
    hidden = {*WORDS, SIGNING_SECRET, "geheim", playground.bot_token, playground.app_token}
    for key in ("trigger_id", "response_url", "token"):
        found = set(every(payloads, key))
        assert found
        hidden |= found
    assert [secret for secret in hidden if secret.lower() in log] == []


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_all_that_a_request_sets_going_carries_its_id(slack: Slack, playground: Playground, bot: BotProcess) -> None:
    work(slack)
    bot.stop()
    lines = lines_of(bot)
    answered = [line for line in lines if line["message"] == "answered"]
    told = [one.outcome for one in playground.core.traffic.deliveries]
    assert len(answered) == told.count("acknowledged") > 10  # what came while it stopped will come again
    assert len({line["id"] for line in answered}) == len(answered)
    assert all(line["id"].startswith(line["kind"]) and line["status"] == 200 for line in answered)
    took = [line["ms"] for line in answered]
    assert min(took) >= 0 < max(took)  # what a bot said is answered in less than the tenth that is counted
    ids = {line["id"] for line in answered}
    assert not [line for line in lines if line["id"] in ids and line["levelname"] == "INFO"]


def scrape(bot: BotProcess) -> Samples:
    """Fetch the metrics, as Prometheus does."""
    served = re.search(r"serving (http://127\.0\.0\.1:\d+)", bot.log)
    assert served
    with urllib.request.urlopen(f"{served[1]}/metrics", timeout=5) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        text = answer.read().decode()
    found: Samples = {}
    for name, labels, value in re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE):
        found[name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))] = float(value)
    return found


def count(samples: Samples, name: str, **labels: str) -> float:
    """Add up the samples of a name that have these labels."""
    return sum(value for (own, has), value in samples.items() if own == name and has >= set(labels.items()))


def until(look: Callable[[], bool], within: float = 30) -> bool:
    """Look again and again."""
    end = time.monotonic() + within
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def test_the_metrics_tell_what_happened(slack: Slack, playground: Playground, bot: BotProcess, address: str) -> None:
    database = Database(address)
    try:
        playground.fail("chat.postMessage", "service_unavailable", times=2)
        playground.fail("chat.postMessage", "ratelimited")
        work(slack)

        def ended() -> dict[str, int]:
            with database.reading() as connection:
                statement = select(outbox.c.state, func.count()).group_by(outbox.c.state)
                return dict(connection.execute(statement).all())

        assert until(lambda: not ended().keys() & {"new", "sending", "unknown"})
        told = playground.core.traffic.deliveries
        assert slack.until(lambda: all(one.outcome != "sent" for one in told) or None)
        seen = scrape(bot)
        payloads = [delivery.payload for delivery in playground.core.traffic.deliveries]
        came = Counter("command" if "command" in body else KINDS[body["type"]] for body in payloads)
        for kind, times in came.items():
            assert count(seen, "stafet_received_total", kind=kind) == times
            assert count(seen, "stafet_ack_seconds_count", kind=kind, status="200") == times
            assert 0 < count(seen, "stafet_ack_seconds_sum", kind=kind) < 3 * times
        states = ended()
        assert states["sent"] > 8
        for state in ("sent", "dropped", "expired", "dead"):
            assert count(seen, "stafet_ended_total", state=state) == states.get(state, 0)
        assert count(seen, "stafet_lateness_seconds_count") == states["sent"]
        assert count(seen, "stafet_slack_errors_total", method="chat.postMessage", code="service_unavailable") == 2
        refused = playground.core.traffic.calls_of("chat.postMessage")
        limited = sum(call.answer.get("error") == "ratelimited" for call in refused)
        assert count(seen, "stafet_slack_errors_total", code="ratelimited") == limited >= 1
        assert count(seen, "stafet_sockets_up") == 2
    finally:
        database.close()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_audit_of_a_running_bot_raises_its_voice(slack: Slack, bot: BotProcess, address: str) -> None:
    database = Database(address)
    try:
        slack.user("ane").types("/task Feed the giraffe in 4 hours", channel="#acme")
        slack.channel("#acme").waits_for("giraffe")
        assert until(lambda: count(scrape(bot), "stafet_audited_timestamp_seconds") > time.time() - 10)
        assert count(scrape(bot), "stafet_unaccounted") == 0

        slack.clock.forward(hours=1)
        with database.writing() as connection:
            lost = update(outbox).where(outbox.c.key.startswith("card:")).values(state="new")
            assert connection.execute(lost).rowcount == 1
        assert until(lambda: count(scrape(bot), "stafet_unaccounted", check="stranded") == 1)
        assert count(scrape(bot), "stafet_oldest_due_seconds") > 3500
        assert count(scrape(bot), "stafet_outbox_rows", state="new") == 1
        (alarm,) = (line for line in lines_of(bot) if line["levelname"] == "ERROR")
        assert "doesn't add up: 1 stranded" in alarm["message"]
        assert alarm["unaccounted"] == {"stranded": 1}
        assert alarm["id"].startswith("audit-")

        with database.writing() as connection:
            connection.execute(update(lanes).values(due_at=select(func.min(outbox.c.due_at)).scalar_subquery()))
        assert until(lambda: count(scrape(bot), "stafet_unaccounted") == 0)
        assert until(lambda: lines_of(bot)[-1]["message"] == "what was due adds up again" or "adds up again" in bot.log)
    finally:
        database.close()
