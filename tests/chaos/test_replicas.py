"""Many replicas on one PostgreSQL: they share the work, and one that is stopped or asked to end spoils nothing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.chaos.conftest import MakeFleet

LATE_IN_ONE_CHANNEL = 5
"""From six on they become one message."""

pytestmark = pytest.mark.timeout(1800)


def test_due_items_are_posted_once_though_a_replica_is_stopped_and_continued(
    make_fleet: MakeFleet, postgres_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    count, stopped_for = (1000, 90) if full else (40, 5)  # longer than a lease, which is 3 s where it is hurried
    fleet = make_fleet(postgres_address, channels=count // LATE_IN_ONE_CHANNEL, hurried=not full)
    (frozen,) = fleet.start()
    fleet.people_write(count, a_second=10, due="in 4 hours")
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    fleet.do(lambda: fleet.playground.hang(1.0))
    fleet.clock_goes_on(timedelta(hours=5))
    fleet.waits_until(lambda: fleet.posts() > count * 1.1, within=60, what="on their way")
    fleet.do(lambda: fleet.playground.hang(3.0))
    calls = fleet.faults["hang"]
    fleet.waits_until(lambda: fleet.faults["hang"] > calls, within=60, what="on their way")
    frozen.freeze()  # in the middle of a call, which lasts long enough for a test that is held up itself
    fleet.do(lambda: fleet.playground.hang(1.0))
    posted_before = fleet.posts() - count
    fleet.start(2)
    time.sleep(stopped_for)
    frozen.thaw()
    fleet.waits_until(lambda: fleet.rows("delay.late") == count, within=60, what="put down")
    fleet.waits_until_ended()
    books, taken_over = fleet.account(), frozen.log.count("taken over")
    tell(
        f"one of 3 replicas stopped for {stopped_for} s when {posted_before} of {count} were posted: "
        f"{books.posts - count} posts; {taken_over} taken over; {books}"
    )
    assert 0 < posted_before < count
    assert taken_over
    assert books.is_whole
    assert books.posts == 2 * count  # a card and a warning each


def test_a_replica_that_is_asked_to_end_drains_in_ten_seconds_and_loses_nothing(
    make_fleet: MakeFleet, postgres_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    count = 400 if full else 40
    fleet = make_fleet(postgres_address, channels=40)
    leaving, _ = fleet.start(2)
    ending = threading.Timer(1.0, leaving.stop)
    ending.start()
    fleet.people_write(count, a_second=15)
    ending.join()
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    books = fleet.account()
    tell(f"SIGTERM under load: gone after {leaving.took_to_stop:.1f} s; {books}")
    assert 0 < leaving.took_to_stop < 10
    assert "Traceback" not in leaving.log
    assert books.is_whole
    assert books.posts == count


def test_replicas_that_start_at_once_on_an_empty_database_all_get_ready(
    make_fleet: MakeFleet, postgres_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    replicas = 8 if full else 3
    fleet = make_fleet(postgres_address)
    started = fleet.start(replicas)
    migrated = sum("is now at" in replica.log for replica in started)
    fleet.people_write(20, a_second=20)
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    tell(f"{replicas} replicas migrated at once: {migrated} did it, all got ready; {fleet.account()}")
    assert migrated == 1
    assert fleet.account().recorded == 20
    assert not any("Traceback" in replica.log for replica in started)


def test_a_second_process_on_one_sqlite_file_is_refused_with_one_clear_line(
    make_fleet: MakeFleet, sqlite_address: str, tell: Callable[[str], None]
) -> None:
    fleet = make_fleet(sqlite_address)
    fleet.start(1)
    second = fleet.another().start()
    code = second.waits_until_gone()
    tell(f"a second process on one SQLite file: exit code {code}, says {second.log.strip()!r}")
    assert code == 1
    (line,) = second.log.strip().splitlines()
    assert "another Stafet is using" in line
    fleet.people_write(5, a_second=20)
    fleet.waits_until_answered()
    assert fleet.account().recorded == 5
