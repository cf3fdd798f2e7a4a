"""Delivery: each lane goes by itself, and every message comes to an end that is written down."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.domain.tasks import Due
from scheduler import delivery as deliveries
from scheduler.sweeps import Sweep
from storage.tables import lanes, outbox, tasks
from tests.scheduler.conftest import Bench

ENDS = {
    "new": ["service_unavailable", "request_timeout", "message_limit_exceeded"],
    "locked out": ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "access_denied"],
    "no scope": ["missing_scope", "no_permission"],
    "elsewhere": ["channel_not_found", "not_in_channel", "is_archived", "restricted_action"],
    "dead": ["msg_too_long", "invalid_blocks", "no_text", "too_many_attachments", "a_word_that_slack_made_up_since"],
}


def reasons(bench: Bench) -> dict[str, str | None]:
    """List why each message is where it is."""
    with bench.app.database.reading() as connection:
        return {row.key: row.reason for row in connection.execute(select(outbox.c.key, outbox.c.reason))}


def test_a_channel_that_hangs_holds_up_no_other(bench: Bench) -> None:
    bench.playground.hang(20, channel="#ops")
    bench.records("Slow", asked_in=bench.channel("#ops"))
    bench.deliver_what_is_quick()
    began = time.monotonic()
    for n in range(5):
        bench.records(f"Quick {n}")
        while not bench.slack.channel("#acme").containing(f"Quick {n}"):
            assert time.monotonic() - began < 9
            bench.clock.both_forward(seconds=0.3)
            bench.deliver_what_is_quick()
            time.sleep(0.02)
    assert bench.playground.core.faults.happened["hang"] == 1
    bench.playground.hang(0)


@pytest.mark.parametrize("code", [*ENDS["new"], *ENDS["locked out"], *ENDS["no scope"]])
def test_what_passes_is_waited_for(bench: Bench, code: str) -> None:
    bench.playground.fail("chat.postMessage", code)
    task = bench.records("Call Bo")
    bench.deliver()
    assert bench.states() == {f"card:{task.ref}:1": "new"}
    assert reasons(bench) == {f"card:{task.ref}:1": code}
    bench.wait(61)
    assert bench.states() == {f"card:{task.ref}:1": "sent"}


@pytest.mark.parametrize("code", ["service_unavailable", "ratelimited"])
def test_what_slack_puts_off_stands_in_the_log(bench: Bench, caplog: pytest.LogCaptureFixture, code: str) -> None:
    bench.playground.fail("chat.postMessage", code)
    task = bench.records("Call Bo")
    bench.deliver()
    (line,) = (line for line in caplog.messages if code in line)
    assert line.startswith(f"card:{task.ref}:1 ")


@pytest.mark.parametrize("code", ENDS["elsewhere"])
def test_where_the_bot_can_not_speak_the_person_concerned_is_told(bench: Bench, code: str) -> None:
    bench.playground.fail("chat.postMessage", code)
    task = bench.records("Call Bo")
    bench.deliver()
    assert bench.states()[f"card:{task.ref}:1"] == "dropped"
    assert len(bench.slack.dm("ane").containing("Call Bo")) == 1


@pytest.mark.parametrize("code", ENDS["dead"])
def test_what_slack_will_never_take_is_dead_and_its_owner_hears_of_it(bench: Bench, code: str) -> None:
    bench.playground.fail("chat.postMessage", code)
    task = bench.records("Call Bo")
    bench.deliver()
    bench.wait()
    assert bench.states()[f"card:{task.ref}:1"] == "dead"
    assert reasons(bench)[f"card:{task.ref}:1"] == code
    assert len(bench.slack.dm("ane").containing("Call Bo")) == 1


def test_a_slack_that_can_not_be_reached_leaves_no_doubt(bench: Bench) -> None:
    """No connection, no message: nothing has to be looked up before it is said."""
    bench.records("First")
    bench.deliver()  # what the channel is, is known from here
    task = bench.records("Call Bo")
    bench.loop.run(bench.playground.stop())
    bench.wait(2)
    assert bench.states()[f"card:{task.ref}:1"] == "new"


def test_nothing_is_sent_late_in_a_lease(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that was stopped for a while goes on where it was; another may have taken over."""
    task = bench.records("Call Bo")
    monkeypatch.setattr(deliveries, "BEGIN_WITHIN", -0.001)
    bench.loop.run(bench.app.delivery.run())
    bench.loop.run(bench.app.delivery.settled())
    assert bench.slack.channel("#acme").containing("Call Bo") == []
    assert bench.states() == {f"card:{task.ref}:1": "new"}
    monkeypatch.undo()
    bench.deliver()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


def test_what_is_too_old_is_not_said_and_ends_with_a_reason(bench: Bench) -> None:
    task = bench.records("Call Bo")
    bench.clock.both_forward(days=8)
    bench.deliver()
    assert bench.states() == {f"card:{task.ref}:1": "expired"}
    assert reasons(bench)[f"card:{task.ref}:1"]
    assert bench.slack.channel("#acme").containing("Call Bo") == []


def test_what_stands_in_slack_is_kept_right_however_late(bench: Bench) -> None:
    task = bench.records("Call Bo")
    bench.deliver()
    bench.app.services.tasks.finish(bench.actor("ane"), task.ref)
    bench.clock.both_forward(days=8)
    bench.deliver()
    (card,) = bench.slack.channel("#acme").containing("Call Bo")
    assert card.is_edited


def test_what_a_newer_program_put_there_stops_nobody(bench: Bench) -> None:
    first = bench.records("First")
    with bench.app.database.writing() as connection:
        row = dict(connection.execute(select(outbox)).mappings().one())
        del row["id"]
        connection.execute(insert(outbox).values(**row | {"saying": "newer.kind", "key": "newer", "token": "t"}))
    second = bench.records("Second")
    bench.deliver()
    for _ in range(3):
        bench.wait()
    assert bench.states() == {f"card:{first.ref}:1": "sent", f"card:{second.ref}:1": "sent", "newer": "new"}
    assert (bench.loop.run(bench.app.delivery.run()) or 0) > 1  # nor is it asked about in a ring


def test_a_row_that_can_not_be_decided_about_is_left_alone_and_stops_no_other(bench: Bench) -> None:
    due = Due(at=bench.clock.now() + timedelta(hours=4))
    poison, good = bench.records("Poison", due=due), bench.records("Call Bo", due=due)
    with bench.app.database.writing() as connection:
        broken = update(tasks).where(tasks.c.number == poison.number).values(told="no such step")
        connection.execute(broken)
    bench.clock.forward(hours=5)

    app = bench.app
    pause = bench.loop.run(Sweep("tasks", app.services.delays.sweep, app.store, app.workers, bench.clock).run())
    assert pause
    assert pause > 60
    with bench.app.database.reading() as connection:
        warned = connection.execute(select(outbox.c.about).where(outbox.c.saying == "delay.late")).scalars().all()
    assert warned == [str(good.ref)]
    with bench.app.database.reading() as connection:
        looked_at = dict(connection.execute(select(tasks.c.number, tasks.c.next_check_at)).all())
    assert looked_at[poison.number] > bench.clock.now()


def test_a_bot_that_starts_holds_no_lane_of_a_former_one(bench: Bench) -> None:
    first = bench.records("First")
    with bench.app.database.writing() as connection:
        connection.execute(update(lanes).values(lease_until=bench.clock.machine_now() + timedelta(seconds=20)))
        connection.execute(update(outbox).values(state="sending", attempted_at=bench.clock.machine_now()))
    second = bench.records("Second")
    bench.deliver()
    assert bench.states()[f"card:{second.ref}:1"] == "new"
    bench.app.delivery.take_over()
    bench.deliver()
    assert bench.states() == {f"card:{first.ref}:1": "unknown", f"card:{second.ref}:1": "sent"}


def test_a_clock_that_is_set_back_silences_no_channel(bench: Bench) -> None:
    bench.records("First")
    bench.deliver()
    bench.clock.both_forward(hours=-1)
    bench.records("Call Bo")
    bench.deliver()
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1
