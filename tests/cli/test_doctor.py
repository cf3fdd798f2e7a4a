"""`python -m bot doctor`: each thing that can be wrong is named in plain words, with how to mend it."""

import hashlib
import shutil
import socket
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import insert

from bot.checkout import MANIFEST
from bot.doctor.database import network_mount
from bot.domain.customers import Customer
from bot.domain.members import Member
from bot.domain.workspaces import Workspace
from bot.playground.manifest import read_manifest
from bot.playground.sample import TEAM
from bot.playground.server import Playground
from bot.playground.state import Channel
from storage.engine import Database
from storage.tables import lanes, outbox
from storage.unit_of_work import UnitOfWork
from storage.workspaces import install
from tests.cli.conftest import Stafet

DATABASE = "sqlite:///stafet.db"
BOT = "USTAFET001"
NOW = datetime.now(UTC)


class Practice:
    """A doctor, the bot's database, and the Slack that they look at."""

    def __init__(self, stafet: Stafet, playground: Playground, database: Database) -> None:
        self._stafet = stafet
        self.playground = playground
        self.database = database
        self.address = database.url.render_as_string(hide_password=False)
        self.settings = {
            "DATABASE_URL": self.address,
            "SLACK_BOT_TOKEN": playground.bot_token,
            "SLACK_APP_TOKEN": playground.app_token,
            "SLACK_API_URL": playground.api_url,
        }
        self.installs(TEAM, "Nordlys Service")

    def examines(self, **settings: str) -> Result:
        """Ask the doctor."""
        return self._stafet("doctor", **{**self.settings, **settings})

    def wrong(self, **settings: str) -> list[str]:
        """List what the doctor finds wrong, each with how to mend it."""
        result = self.examines(**settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        found = [part.strip() for part in result.stdout.replace("wrong  ", "\0").split("\0")[1:]]
        assert result.exit_code == (1 if found else 0)
        return [part.partition("\nok  ")[0] for part in found]

    def installs(self, id: str, name: str) -> None:
        """Install the bot in a workspace."""
        with self.database.writing() as connection:
            install(connection, Workspace(id=id, name=name, bot_user=BOT, bot_id="B1"))

    def knows(self, **values: Any) -> None:
        """Record a customer."""
        with self.database.writing() as connection:
            UnitOfWork(connection, TEAM, writes=True).customers.add(Customer(**values))

    def keeps(self, **values: Any) -> None:
        """Put a row into the outbox."""
        row = {
            "workspace": TEAM,
            "lane": "C1",
            "saying": "delay.late",
            "about": "T-1",
            "key": "k1",
            "params": {},
            "state": "dead",
            "reason": "is_archived",
            "due_at": NOW,
            "created_at": NOW,
            "attempts": 1,
            "attempted_at": NOW,
            "token": "t",
            "may_repeat": False,
        } | values
        lane = {"workspace": TEAM, "lane": row["lane"], "free_at": NOW, "fence": 0}
        lane["due_at"] = row["due_at"] if row["state"] == "new" else None
        with self.database.writing() as connection:
            connection.execute(insert(lanes).values(**lane))
            connection.execute(insert(outbox).values(**row))


@pytest.fixture
def practice(stafet: Stafet, playground: Playground, database: Database) -> Practice:
    """A doctor beside each kind of database."""
    return Practice(stafet, playground, database)


@pytest.fixture
def on_a_file(stafet: Stafet, playground: Playground, sqlite_database: Database) -> Practice:
    """A doctor beside a SQLite file."""
    return Practice(stafet, playground, sqlite_database)


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


def test_where_channels_and_messages_are_well_it_says_so(practice: Practice) -> None:
    practice.knows(number=1, name="Acme", channel="CACME00001", shared_channel="CACMESHARE")

    result = practice.examines()

    assert result.exit_code == 0, result.output
    for line in (
        "2 of 2 linked channels were looked at, they are all right",
        "no message has waited for long",
        "everything of the last 7 days could be delivered",
        "everything that was due is accounted for",
    ):
        assert f"ok     {line}" in result.stdout


def archive(channel: Channel) -> None:
    channel.is_archived = True


def share(channel: Channel) -> None:
    channel.is_ext_shared = True


def unshare(channel: Channel) -> None:
    channel.is_ext_shared = False


def send_the_bot_away(channel: Channel) -> None:
    channel.members.remove(BOT)


@pytest.mark.parametrize(
    ("field", "id", "happens", "says", "mend"),
    [
        ("channel", "CACME00001", archive, "the internal channel for Acme, is archived", "/customer link Acme"),
        ("channel", "CACME00001", share, "is read by people from outside now", "/customer link Acme"),
        ("channel", "CACME00001", send_the_bot_away, "doesn't have the bot in it", "/invite @Stafet"),
        ("shared_channel", "CACMESHARE", unshare, "the channel shared with Acme, isn't shared", "Share it in Slack"),
        ("shared_channel", "CACMESHARE", archive, "is archived", "Unarchive it"),
        ("channel", "CDEALS0001", None, "can't be seen: Slack says channel_not_found", "/invite @Stafet"),
    ],
)
def test_a_channel_that_is_not_what_it_was_linked_for(
    on_a_file: Practice, field: str, id: str, happens: Any, says: str, mend: str
) -> None:
    on_a_file.knows(number=1, name="Acme", **{field: id})
    if happens:
        happens(on_a_file.playground.workspace.channels[id])

    (found,) = on_a_file.wrong()

    assert says in found
    assert mend in found.splitlines()[1]
    assert id in found


def test_of_many_channels_the_first_fifty_are_looked_at_and_it_says_so(on_a_file: Practice) -> None:
    for n in range(60):
        id = f"CMANY{n:05}"
        on_a_file.playground.workspace.channels[id] = Channel(id, f"many-{n}", members=[BOT])
        on_a_file.knows(number=n + 1, name=f"Customer {n}", channel=id)

    assert "50 of 60 linked channels were looked at, they are all right" in on_a_file.examines().stdout
    assert len(on_a_file.playground.core.traffic.calls_of("conversations.info")) == 50


def test_where_slack_has_had_enough_it_says_about_how_many_channels_it_did_not_hear(on_a_file: Practice) -> None:
    on_a_file.knows(number=1, name="Acme", channel="CACME00001", shared_channel="CACMESHARE")
    on_a_file.playground.fail("conversations.info", "ratelimited")

    (found,) = on_a_file.wrong()

    assert "Slack didn't answer about 1 of 2 linked channels" in found


def test_what_was_not_delivered_stands_with_place_reason_and_mend(practice: Practice) -> None:
    practice.keeps()
    practice.keeps(key="k2", lane="UMARI00000", saying="task.given", about="T-2", reason="user_disabled")
    with practice.database.writing() as connection:
        UnitOfWork(connection, TEAM, writes=True).members.save(Member(id="UMARI00000", name="Mari Tamm"))
    practice.keeps(key="k3", lane="C3", attempted_at=NOW - timedelta(days=8))

    found = practice.wrong()

    assert len(found) == 2
    assert any("not delivered to C1: 1 (delay.late) about T-1" in one and "Unarchive" in one for one in found)
    assert any("to Mari Tamm (UMARI00000): 1 (task.given) about T-2" in one and "/task give" in one for one in found)


def test_what_waits_for_long_shows_that_the_bot_is_not_running(practice: Practice) -> None:
    practice.keeps(state="new", reason=None, due_at=NOW - timedelta(hours=3))

    found = practice.wrong()

    assert "1 message due and not sent, the oldest for 3 hours" in found[0]
    assert "python -m bot run" in found[0]


def test_what_does_not_add_up_is_said_when_it_still_does_not_a_moment_later(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.messages._MOMENT", 0.1)
    practice.keeps(state="sent", reason=None)  # nothing proves it: no ts, no time

    assert any("what was due doesn't add up" in found for found in practice.wrong())


def test_a_token_for_another_workspace_than_the_database(stafet: Stafet, playground: Playground, store: Any) -> None:
    settings = {"SLACK_BOT_TOKEN": playground.bot_token, "SLACK_API_URL": playground.api_url}
    address = store.database.url.render_as_string(hide_password=False)

    result = stafet("doctor", DATABASE_URL=address, **settings)

    assert "the database is for another workspace: Fjord (T1), Aurora (T2)" in result.stdout


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
def test_a_token_that_was_withdrawn(on_a_file: Practice, code: str) -> None:
    on_a_file.playground.fail("auth.test", code)

    (found,) = on_a_file.wrong()

    assert f"Slack says {code}" in found
    assert "Press Reinstall" in found


def test_a_slack_that_never_answers_takes_less_than_fifteen_seconds(on_a_file: Practice) -> None:
    on_a_file.knows(number=1, name="Acme", channel="CACME00001")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        found = on_a_file.wrong(SLACK_API_URL=f"http://127.0.0.1:{silent.getsockname()[1]}/api/")
        took = time.monotonic() - began

    assert took < 15
    assert all("Slack can't be reached" in one for one in found)


def test_it_looks_at_a_running_bots_file_and_changes_nothing(on_a_file: Practice) -> None:
    file = Path(on_a_file.database.url.database or "")
    with on_a_file.database.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 0")
    lock = on_a_file.database.take()
    try:
        before = hashlib.sha256(file.read_bytes()).hexdigest(), file.with_name("stafet.db-wal").stat().st_size
        assert on_a_file.wrong() == []
        after = hashlib.sha256(file.read_bytes()).hexdigest(), file.with_name("stafet.db-wal").stat().st_size
    finally:
        assert lock is not None
        lock.close()
    assert after == before


def test_a_postgresql_that_may_only_be_read(
    stafet: Stafet, playground: Playground, postgres_database: Database
) -> None:
    practice = Practice(stafet, playground, postgres_database)
    sign = "&" if "?" in practice.address else "?"
    address = f"{practice.address}{sign}options=-c%20default_transaction_read_only%3Don"

    assert any("can be read, but not written" in found for found in practice.wrong(DATABASE_URL=address))


def test_a_disk_that_is_nearly_full(on_a_file: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9 - 5 * 2**20, 5 * 2**20))

    (found,) = on_a_file.wrong()

    assert "has 5 MB left" in found


MOUNTS = r"""
server:/data /mnt/data nfs4 rw 0 0
/dev/sdb1 /mnt/data/fast ext4 rw 0 0
//nas/share /mnt/our\040files cifs rw 0 0
/dev/sda1 / ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/stafet", None),
        ("/mnt/data/stafet", "nfs4"),
        ("/mnt/data/fast/stafet", None),
        ("/mnt/our files", "cifs"),
        ("/mnt/database", None),
    ],
)
def test_a_file_on_another_machine_is_told_by_its_mount(path: str, kind: str | None) -> None:
    assert network_mount(Path(path), MOUNTS) == kind
