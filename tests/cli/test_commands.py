"""`python -m bot db`, `doctor` and `demo`."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.demo import TOUR, Demo, moment_together, read_demo_settings
from bot.domain.calendar import Calendar
from bot.domain.hours import WeeklyHours
from bot.settings import BadSetting
from storage.exports import export
from tests.cli.conftest import Stafet

DATABASE = "sqlite:///stafet.db"


def test_upgrade_makes_what_check_misses(stafet: Stafet) -> None:
    before = stafet("db", "check", DATABASE_URL=DATABASE)
    upgraded = stafet("db", "upgrade", DATABASE_URL=DATABASE)
    after = stafet("db", "check", DATABASE_URL=DATABASE)

    assert (before.exit_code, before.stderr.count("\n")) == (1, 1)
    assert "db upgrade" in before.stderr
    assert (upgraded.exit_code, after.exit_code) == (0, 0)


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


@pytest.mark.parametrize(
    ("now", "together"), [("23T10:59", "23T10:59"), ("23T11:30", "24T09:00"), ("22T02:00", "23T09:00")]
)
def test_a_demo_begins_when_the_day_is_long_enough_for_a_tour(now: str, together: str) -> None:
    hours = WeeklyHours.parse("mon-fri 09:00-17:00")
    calendars = [Calendar(hours, ZoneInfo(zone)) for zone in ("Europe/Copenhagen", "Europe/London", "Europe/Istanbul")]
    begins, wanted = (datetime.fromisoformat(f"2026-11-{at}:00+00:00") for at in (now, together))

    assert moment_together(calendars, begins, TOUR) == wanted


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
