"""`python -m bot doctor` where Slack, the settings or the database are not what they should be."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web

from bot.playground.server import Playground
from bot.playground.web_api import METHODS, Method
from storage.engine import Database
from tests.cli.conftest import Stafet
from tests.support.backstage import StoryLoop
from tests.support.databases import Postgres

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-A1-secret"}
DATABASE = "sqlite:///stafet.db"
NOT_IN_THE_CLEAR = (80877103, 80877104)
"""What libpq asks first: may we speak TLS, or GSSAPI?"""


@contextmanager
def answering(*, status: int = 200, text: str = "", date: str = "") -> Iterator[str]:
    """Serve the same answer to every call; give the address."""

    async def answer(_: web.Request) -> web.Response:
        kind = "application/json" if text[:1] in ("{", "[") else "text/html"
        return web.Response(status=status, text=text, content_type=kind, headers={"Date": date} if date else {})

    async def start() -> tuple[web.AppRunner, int]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    loop = StoryLoop()
    runner, port = loop.run(start())
    try:
        yield f"http://127.0.0.1:{port}/api/"
    finally:
        loop.run(runner.cleanup())
        loop.stop()


@pytest.mark.parametrize(
    ("status", "text"),
    [(503, "upstream connect error"), (404, "nothing here"), (200, "<h1>Welcome to our WLAN</h1>"), (200, "[1]")],
)
def test_an_answer_that_is_not_slacks_is_told_once_with_its_address(stafet: Stafet, status: int, text: str) -> None:
    with answering(status=status, text=text) as address:
        result = stafet("doctor", SLACK_API_URL=address, **TOKENS)

    assert result.exit_code == 1
    assert result.stdout.count(f"Slack can't be reached: {address} answers") == 1
    assert "SLACK_API_URL" in result.stdout
    assert "Copy the token" not in result.stdout


def test_a_date_that_is_none_says_nothing_of_the_clock(stafet: Stafet) -> None:
    with answering(text='{"ok": true, "team_id": "T1", "team": "Home"}', date="soon") as address:
        result = stafet("doctor", SLACK_API_URL=address, **TOKENS)

    assert "the clock is right" in result.stdout


@pytest.mark.parametrize("code", ["internal_error", "ratelimited"])
def test_where_slack_is_in_trouble_nobody_is_sent_for_another_token(
    stafet: Stafet, playground: Playground, code: str
) -> None:
    for method in ("auth.test", "apps.connections.open"):
        playground.fail(method, code)
    tokens = {"SLACK_BOT_TOKEN": playground.bot_token, "SLACK_APP_TOKEN": playground.app_token}

    result = stafet("doctor", DATABASE_URL=DATABASE, SLACK_API_URL=playground.api_url, **tokens)

    assert result.stdout.count(f"Slack says {code}") == 2
    assert result.stdout.count("ask the doctor again") == 2


def test_tokens_of_two_apps_are_told_apart(
    stafet: Stafet, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = {"SLACK_BOT_TOKEN": playground.bot_token, "SLACK_APP_TOKEN": playground.app_token}

    def found(app: str) -> str:
        monkeypatch.setitem(METHODS, "bots.info", Method(lambda _: {"bot": {"app_id": app}}))
        return stafet("doctor", DATABASE_URL=DATABASE, SLACK_API_URL=playground.api_url, **tokens).stdout

    assert "SLACK_BOT_TOKEN is of the app AOTHER0001" in found("AOTHER0001")
    assert "is of the app" not in found(playground.workspace.app.id)


@pytest.mark.parametrize(
    ("name", "value"),
    [("STAFET_WORK_HOURS", "when it suits us"), ("STAFET_LANGUAGE", "tlh"), ("STAFET_HOLIDAYS", "Jutland")],
)
def test_a_setting_that_stops_the_start_stops_the_doctor(stafet: Stafet, name: str, value: str) -> None:
    result = stafet("doctor", DATABASE_URL=DATABASE, **{name: value})

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"stafet: {name}: ")


def test_a_misspelt_setting_is_named_with_what_may_be_meant(stafet: Stafet) -> None:
    Path(".env").write_text("LOGLEVEL=DEBUG\nSTAFET_SECRET_KEY=later\n")

    found = stafet("doctor", DATABASE_URL=DATABASE, STAFET_TCIK_SECONDS="1", DATABASE_URI="another's").stdout

    assert "wrong  STAFET_TCIK_SECONDS is no setting\n       If STAFET_TICK_SECONDS is meant" in found
    assert "If LOG_LEVEL is meant" in found
    assert found.count("is no setting") == 2


def test_an_address_that_cannot_be_listened_at_is_told(stafet: Stafet) -> None:
    def found(address: str, host: str = "127.0.0.1") -> str:
        return stafet("doctor", PORT=address.split(":")[2].split("/")[0], HOST=host).stdout

    with answering(text="another program") as other:
        assert "is taken by another program" in found(other)
    assert "is free" in found(other)
    with answering(text="ok\n") as bot:
        assert "ok     PORT: a bot answers" in found(bot, "0.0.0.0")
    assert "wrong  HOST: nowhere.invalid can't be listened at" in found(other, "nowhere.invalid")


def test_a_database_of_a_newer_stafet_is_not_to_be_upgraded(stafet: Stafet) -> None:
    stafet("db", "upgrade", DATABASE_URL=DATABASE)
    with closing(sqlite3.connect("stafet.db", isolation_level=None)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")

    found = stafet("doctor", DATABASE_URL=DATABASE).stdout

    assert "revision 9999, which this Stafet is too old to know" in found
    assert "Take a newer Stafet" in found
    assert "db upgrade" not in found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DELETE FROM alembic_version", "names nothing as its revision"),
        ("INSERT INTO alembic_version VALUES ('0001')", "names 0001 and "),
        ("DROP TABLE alembic_version", "names nothing as its revision"),
    ],
)
def test_a_database_that_does_not_say_where_it_is_is_refused_by_all_in_the_same_words(
    stafet: Stafet, change: str, told: str
) -> None:
    stafet("db", "upgrade", DATABASE_URL=DATABASE)
    with closing(sqlite3.connect("stafet.db", isolation_level=None)) as file:
        file.execute(change)

    commands = ("export tasks", "db upgrade", "db check")
    results = [stafet(*command.split(), DATABASE_URL=DATABASE) for command in commands]
    found = stafet("doctor", DATABASE_URL=DATABASE).stdout

    (line,) = {result.stderr for result in results}
    assert {result.exit_code for result in results} == {1}
    assert told in line
    assert "Take the copy of the database" in line
    assert line.count("\n") == 1
    assert told in found
    assert "Take the copy of the database" in found


def test_a_file_with_a_second_name_is_told(stafet: Stafet) -> None:
    stafet("db", "upgrade", DATABASE_URL=DATABASE)
    assert "hard link" not in stafet("doctor", DATABASE_URL=DATABASE).stdout
    Path("another.db").hardlink_to("stafet.db")

    assert "wrong  the file stafet.db has a second name" in stafet("doctor", DATABASE_URL=DATABASE).stdout


def test_a_broken_file_is_told_with_how_to_save_what_can_be_saved(stafet: Stafet) -> None:
    stafet("db", "upgrade", DATABASE_URL=DATABASE)
    whole = Path("stafet.db").read_bytes()
    Path("stafet.db").write_bytes(whole[:8192] + b"\x55" * (len(whole) - 8192))

    found = stafet("doctor", DATABASE_URL=DATABASE).stdout

    assert "database disk image is malformed" in found
    assert ".recover" in found


def test_a_role_that_postgresql_does_not_let_in_is_told_what_it_lacks(
    stafet: Stafet, postgres: Postgres, postgres_database: Database
) -> None:
    role = f"r_{postgres_database.url.database}"
    postgres.execute(f"CREATE ROLE {role} LOGIN")
    try:
        address = postgres_database.url.set(username=role).render_as_string(hide_password=False)
        found = stafet("doctor", DATABASE_URL=address).stdout
    finally:
        postgres.execute(f"DROP ROLE {role}")

    assert "permission denied for table alembic_version" in found
    assert "GRANT ALL" in found


def test_a_pooler_is_told_from_the_server_behind_it(stafet: Stafet) -> None:
    told = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"  # what PgBouncer says
    with socket.create_server(("127.0.0.1", 0)) as pooler:

        def refuse() -> None:
            line, _ = pooler.accept()
            with line:
                while int.from_bytes(line.recv(8)[4:]) in NOT_IN_THE_CLEAR:
                    line.sendall(b"N")
                line.sendall(b"E" + (4 + len(told)).to_bytes(4) + told)
                line.recv(1000)  # what is left unread would cut the line

        Thread(target=refuse, daemon=True).start()
        found = stafet("doctor", DATABASE_URL=f"postgresql://stafet@127.0.0.1:{pooler.getsockname()[1]}/stafet").stdout

    assert "unsupported startup parameter: options" in found
    assert "let DATABASE_URL name the PostgreSQL behind it" in found
