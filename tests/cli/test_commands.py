"""`python -m bot db`, `doctor` and `demo`."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.checkout import MANIFEST
from bot.demo import Demo, moment_together, read_demo_settings
from bot.domain.calendar import Calendar
from bot.domain.hours import WeeklyHours
from bot.playground.manifest import read_manifest
from bot.playground.server import Playground
from bot.settings import BadSetting
from storage.exports import export
from tests.cli.conftest import Stafet
from tests.support.stories import StoryLoop

DATABASE = "sqlite:///stafet.db"


@pytest.fixture
def playground() -> Iterator[Playground]:
    """A Slack on this computer, with nobody connected."""
    loop = StoryLoop()
    playground = loop.call(lambda: Playground(manifest=MANIFEST))
    loop.run(playground.start(port=0))
    yield playground
    loop.run(playground.stop())
    loop.stop()


def test_upgrade_makes_what_check_misses(stafet: Stafet) -> None:
    before = stafet("db", "check", DATABASE_URL=DATABASE)
    upgraded = stafet("db", "upgrade", DATABASE_URL=DATABASE)
    after = stafet("db", "check", DATABASE_URL=DATABASE)

    assert (before.exit_code, before.stderr.count("\n")) == (1, 1)
    assert "db upgrade" in before.stderr
    assert (upgraded.exit_code, after.exit_code) == (0, 0)


def test_the_doctor_finds_nothing_wrong_where_all_is_well(stafet: Stafet, playground: Playground) -> None:
    stafet("db", "upgrade", DATABASE_URL=DATABASE)

    result = stafet(
        "doctor",
        DATABASE_URL=DATABASE,
        SLACK_BOT_TOKEN=playground.bot_token,
        SLACK_APP_TOKEN=playground.app_token,
        SLACK_API_URL=playground.api_url,
    )

    assert (result.exit_code, result.stderr) == (0, "")
    assert all(line.startswith("ok ") for line in result.stdout.splitlines())
    assert "Nordlys Service" in result.stdout


def test_the_doctor_names_each_thing_that_is_missing(stafet: Stafet) -> None:
    result = stafet("doctor", DATABASE_URL=DATABASE)

    assert result.exit_code == 1
    for mend in ("python -m bot db upgrade", "SLACK_BOT_TOKEN is missing", "SLACK_APP_TOKEN is missing"):
        assert mend in result.stdout
    assert not Path("stafet.db").exists()


def test_the_doctor_says_what_slack_says_of_a_bad_token(stafet: Stafet, playground: Playground) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-wrong"}

    result = stafet("doctor", DATABASE_URL=DATABASE, SLACK_API_URL=playground.api_url, **tokens)

    assert result.exit_code == 1
    assert result.stdout.count("Slack says invalid_auth") == 2


def test_the_doctor_names_scopes_that_the_app_lacks(stafet: Stafet, playground: Playground) -> None:
    every = read_manifest(MANIFEST).scopes
    object.__setattr__(playground.core.manifest, "scopes", tuple(s for s in every if s != "users:read"))

    result = stafet(
        "doctor", DATABASE_URL=DATABASE, SLACK_BOT_TOKEN=playground.bot_token, SLACK_API_URL=playground.api_url
    )

    assert "the app lacks scopes: users:read" in result.stdout


def test_the_doctor_says_when_slack_cannot_be_reached(stafet: Stafet) -> None:
    result = stafet("doctor", SLACK_BOT_TOKEN="xoxb-1", SLACK_API_URL="http://127.0.0.1:9/api/")

    assert result.exit_code == 1
    assert "Slack can't be reached" in result.stdout


@pytest.mark.usefixtures("empty_environment")
async def test_the_demo_has_a_page_a_bot_and_customers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "0")
    demo = Demo(read_demo_settings(), tmp_path / "demo")
    try:
        await demo.start()
        async with aiohttp.ClientSession() as session, session.get(demo.url) as response:
            assert response.status == 200
        assert demo._app is not None
        customers = {row["name"]: row for row in export(demo._app.database, "customers")}
    finally:
        await demo.stop()
    assert customers.keys() == {"Acme", "Borealis"}
    assert customers["Acme"]["contacts"] == ["USAM000000"]


@pytest.mark.parametrize(
    ("now", "together"),
    [
        (datetime(2026, 11, 22, 2, 0, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),  # a Sunday night
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),  # Istanbul has gone home
    ],
)
def test_a_demo_begins_when_everybody_is_at_work(now: datetime, together: datetime) -> None:
    hours = WeeklyHours.parse("mon-fri 09:00-17:00")
    calendars = [Calendar(hours, ZoneInfo(zone)) for zone in ("Europe/Copenhagen", "Europe/London", "Europe/Istanbul")]

    assert moment_together(calendars, now) == together


def test_where_people_never_work_at_the_same_time_a_demo_begins_now() -> None:
    now = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    calendars = [
        Calendar(WeeklyHours.parse(f"mon {hours}"), ZoneInfo("UTC")) for hours in ("09:00-10:00", "11:00-12:00")
    ]

    assert moment_together(calendars, now) == now


@pytest.mark.usefixtures("empty_environment")
async def test_a_demo_whose_port_is_taken_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        demo = Demo(read_demo_settings(), tmp_path / "demo")
        with pytest.raises(BadSetting, match=f"^PORT: {port} can't be used"):
            await demo.start()
        await demo.stop()


@pytest.mark.usefixtures("empty_environment")
async def test_two_demos_do_not_share_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "0")
    first, second = (Demo(read_demo_settings(), tmp_path / "demo") for _ in range(2))
    try:
        await first.start()
        with pytest.raises(BadSetting, match="another demo is running"):
            await second.start()
    finally:
        await second.stop()
        await first.stop()
