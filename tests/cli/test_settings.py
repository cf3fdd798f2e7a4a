"""A setting that makes no sense stops the start with one clear line that names it."""

import socket
from pathlib import Path

import pytest

from bot.playground.server import Playground
from bot.settings import read_settings
from tests.cli.conftest import Stafet

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}
NOBODY_THERE = "postgresql://stafet:secret@127.0.0.1:9/stafet"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_BOT_TOKEN", "xapp-1-secret"),
        ("SLACK_APP_TOKEN", ""),
        ("SLACK_APP_TOKEN", "xoxb-1-secret"),
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "https://"),
        ("SLACK_API_URL", "https://slack.com:http/api"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://localhost/stafet"),
        ("DATABASE_URL", "postgresql+asyncpg://stafet:secret@127.0.0.1/stafet"),
        ("DATABASE_URL", "postgres://[::1"),
        ("DATABASE_URL", "postgres://stafet:top@the:secret@127.0.0.1:9/stafet"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://folder/stafet.db"),
        ("DATABASE_URL", "sqlite:////no/such/folder/stafet.db"),
        ("DATABASE_URL", NOBODY_THERE),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("STAFET_ENV", "staging"),
        ("STAFET_TICK_SECONDS", "0"),
        ("STAFET_TICK_SECONDS", "soon"),
        ("STAFET_TIME_ZONE", "Europe/Aarhus"),
        ("STAFET_TIME_ZONE", "../etc/passwd"),
        ("STAFET_WORK_HOURS", "when it suits us"),
        ("STAFET_WORK_HOURS", "mon-fri 17:00-09:00"),
        ("STAFET_HOLIDAYS", "Jutland"),
        ("STAFET_LANGUAGE", "tlh"),
        ("STAFET_CLOCK_OFFSET", "/no/such/folder/offset"),
        ("STAFET_CLOCK_OFFSET", "/"),
        ("STAFET_CLOCK_OFFSET", "inf"),
        ("STAFET_CLOCK_OFFSET", "soon"),
        ("STAFET_CLOCK_OFFSET", "1.5h"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_what_makes_no_sense_stops_the_start_in_one_line(name: str, value: str, stafet: Stafet) -> None:
    result = stafet("run", **(TOKENS | {name: value}))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"stafet: {name}: ")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr


def test_a_file_that_is_no_database_stops_the_start_in_one_line(stafet: Stafet) -> None:
    Path("notes.db").write_text("Not a database, but somebody's notes. " * 200)

    for command in ("run", "export tasks", "db upgrade"):
        result = stafet(*command.split(), DATABASE_URL="sqlite:///notes.db", **TOKENS)
        assert result.stderr == "stafet: DATABASE_URL: the database doesn't answer: file is not a database\n"
        assert result.exit_code == 1


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://stafet:secret@127.0.0.1:99999/stafet",
        "postgresql://stafet:secret@no..host/stafet",
        f"{NOBODY_THERE}?no_such_option=1",
        f"sqlite:///{'long' * 100}.db",
    ],
)
def test_a_database_that_nobody_can_open_is_told_by_every_command(stafet: Stafet, address: str) -> None:
    for command in ("run", "export tasks", "db upgrade", "db check"):
        result = stafet(*command.split(), DATABASE_URL=address, **TOKENS)
        assert result.exit_code == 1
        assert result.stderr.startswith("stafet: DATABASE_URL: the database doesn't answer: ")
        assert result.stderr.count("\n") == 1
        assert "secret" not in result.stderr
    found = stafet("doctor", DATABASE_URL=address).stdout
    assert "wrong  the database doesn't answer: " in found
    assert "secret" not in found


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_an_address_that_cannot_be_listened_at_stops_the_start_in_one_line(
    stafet: Stafet, playground: Playground, host: str
) -> None:
    tokens = {"SLACK_BOT_TOKEN": playground.bot_token, "SLACK_SIGNING_SECRET": "geheim"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = stafet("run", "--http", SLACK_API_URL=playground.api_url, HOST=host, PORT=port, **tokens)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"stafet: PORT: {port} can't be used on {host}: ")


def test_over_http_a_signing_secret_is_wanted(stafet: Stafet) -> None:
    result = stafet("run", "--http", SLACK_BOT_TOKEN="xoxb-1-secret")

    assert result.stderr.startswith("stafet: SLACK_SIGNING_SECRET: missing")
    assert result.exit_code == 1


def test_trial_settings_are_refused_in_production(stafet: Stafet) -> None:
    result = stafet("run", STAFET_ENV="production", STAFET_CLOCK_OFFSET="60", **TOKENS)

    assert result.stderr == "stafet: STAFET_CLOCK_OFFSET is for trials and refused when STAFET_ENV=production\n"
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("bytes", "why"), [(b"PORT=1\nno such line\n", "line 2"), ("PORT=1".encode("utf-16"), "it isn't saved as UTF-8")]
)
def test_a_file_of_settings_that_cannot_be_read_stops_the_start_in_one_line(
    stafet: Stafet, bytes: bytes, why: str
) -> None:
    Path(".env").write_bytes(bytes)

    result = stafet("run", **TOKENS)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"stafet: .env can't be read: {why}")
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("empty_environment")
def test_settings_come_from_the_file_beside_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("STAFET_LANGUAGE=da\nPORT=3001\nLOG_LEVEL=warning\nSTAFET_HOLIDAYS=\n")
    monkeypatch.setenv("PORT", "3002")

    settings = read_settings()

    assert (settings.stafet_language, settings.port, settings.log_level) == ("da", 3002, "WARNING")


@pytest.mark.usefixtures("empty_environment")
def test_the_clock_may_be_shifted_by_a_file_that_is_yet_to_be_written() -> None:
    Path("there").write_text("60")

    for offset in ("./clock", str(Path("clock").absolute()), "there", "-3600"):
        assert read_settings(stafet_clock_offset=offset).stafet_clock_offset == offset


@pytest.mark.usefixtures("empty_environment")
def test_an_empty_setting_means_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "PORT", "STAFET_TICK_SECONDS", "STAFET_TIME_ZONE"):
        monkeypatch.setenv(name, "")

    settings = read_settings()

    assert (settings.database_url, settings.port) == ("sqlite:///stafet.db", None)
    assert (settings.stafet_tick_seconds, settings.stafet_time_zone) == (5, "Europe/Copenhagen")
