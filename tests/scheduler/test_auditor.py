"""The auditor: what two audits in a row suspect is an alarm, told once."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from bot.metrics import Metrics
from scheduler.auditor import Auditor
from storage.engine import Database
from storage.tables import lanes
from storage.unit_of_work import Store
from storage.workers import Workers
from tests.storage.test_outbox import put, say
from tests.support.clocks import MIDWEEK, FixedClock


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def auditor(store: Store, clock: FixedClock, metrics: Metrics) -> Iterator[Auditor]:
    """An auditor over a message that was due ten minutes ago."""
    put(store, say("a"))
    clock.both_forward(minutes=10)
    workers = Workers(store.database)
    yield Auditor(store, workers, clock, metrics)
    workers.close()


def strand(database: Database, clock: FixedClock, *, is_stranded: bool) -> None:
    """Let the lane forget its message, or find it; it waits for Slack, so that this is all that is wrong."""
    with database.writing() as connection:
        due_at = None if is_stranded else MIDWEEK
        connection.execute(update(lanes).values(due_at=due_at, free_at=clock.machine_now()))


def unaccounted(metrics: Metrics) -> bool:
    return 'stafet_unaccounted{check="stranded"} 1.0' in metrics.text().decode()


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "scheduler.auditor"]


async def test_a_suspicion_that_stays_is_an_alarm_and_told_once(
    auditor: Auditor, store: Store, clock: FixedClock, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    strand(store.database, clock, is_stranded=True)
    await auditor.run()
    assert (told(caplog), unaccounted(metrics)) == ([], False)
    for _ in range(3):
        await auditor.run()
    assert told(caplog) == [("ERROR", "what was due doesn't add up: 1 stranded")]
    assert unaccounted(metrics)
    assert caplog.records[-1].__dict__["examples"] == ["T1 a"]
    strand(store.database, clock, is_stranded=False)
    await auditor.run()
    assert told(caplog)[1:] == [("INFO", "what was due adds up again")]
    assert not unaccounted(metrics)


async def test_a_suspicion_that_passes_is_none(
    auditor: Auditor, store: Store, clock: FixedClock, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    for is_stranded in (True, False, True, False):
        strand(store.database, clock, is_stranded=is_stranded)
        await auditor.run()
    assert (told(caplog), unaccounted(metrics)) == ([], False)


async def test_the_queue_is_shown(auditor: Auditor, metrics: Metrics) -> None:
    await auditor.run()
    shown = metrics.text().decode().splitlines()
    for line in ('stafet_outbox_rows{state="new"} 1.0', "stafet_due_rows 1.0", "stafet_oldest_due_seconds 600.0"):
        assert line in shown


async def test_a_database_that_is_away_puts_the_audit_off(
    auditor: Auditor, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    auditor._workers._is_closed = True
    await auditor.run()
    auditor._workers._is_closed = False
    assert told(caplog) == [("WARNING", "the audit was put off: stopping")]
