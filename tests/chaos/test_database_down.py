"""A database that goes away, and one that is held: nothing lost, nothing doubled, and nobody left without an answer."""

import math
import threading
import time
from collections.abc import Callable

import pytest

from tests.chaos.conftest import MakeFleet, best_of_three
from tests.chaos.postgres import OwnPostgres
from tests.support.processes import database_held

A_SECOND = 10

pytestmark = pytest.mark.timeout(1800)


def test_postgresql_that_is_stopped_and_started_under_load_loses_and_doubles_nothing(
    make_fleet: MakeFleet, own_postgres: OwnPostgres, full: bool, tell: Callable[[str], None]
) -> None:
    stops, every, down_for = (10, 8, 3) if full else (2, 4, 3)
    fleet = make_fleet(own_postgres.create(), channels=60)
    fleet.start(2)

    def stop_and_start() -> None:
        for number in range(stops):
            time.sleep(every - down_for)
            own_postgres.stop(how="immediate" if number % 2 else "fast")
            time.sleep(down_for)
            own_postgres.start()

    stopping = threading.Thread(target=stop_and_start)
    stopping.start()
    fleet.people_write(stops * every * A_SECOND, a_second=A_SECOND)
    stopping.join()
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    books = fleet.account()
    refused = sum(one.outcome != "acknowledged" for one in fleet.ledger.entries)
    tell(f"PostgreSQL stopped and started {own_postgres.stops} times: {refused} deliveries refused; {books}")
    assert own_postgres.stops == stops
    assert books.is_whole
    assert refused
    assert books.recorded == books.posts == stops * every * A_SECOND


@pytest.mark.parametrize("held_for", [2.0, 3.5])
def test_commands_are_answered_in_time_while_the_database_is_held(
    make_fleet: MakeFleet, sqlite_address: str, held_for: float, full: bool, tell: Callable[[str], None]
) -> None:
    times = 10 if full else 1
    fleet = make_fleet(sqlite_address, channels=20)
    fleet.start()
    fleet.people_command(4, a_second=20)

    def slowest_answer() -> float:
        before = len(fleet.ledger.entries)
        with database_held(fleet.database_file, held_for):
            fleet.people_command(12, a_second=8)
        commands = [one for one in fleet.ledger.entries[before:] if one.kind == "slash_commands"]
        return max(one.took if one.outcome == "acknowledged" else math.inf for one in commands)

    slowest = [best_of_three(slowest_answer, 3) for _ in range(times)]
    fleet.waits_until_ended()
    books, noes = fleet.account(), sum(one.is_a_no for one in fleet.ledger.entries)
    tell(
        f"database held for {held_for} s, {times} times: slowest answer {max(slowest):.2f} s, "
        f"{noes} told to try again; {books}"
    )
    assert max(slowest) < 3
    assert max(slowest) > 1.5  # it was held indeed
    assert books.is_whole
    assert books.acknowledged <= books.recorded <= books.asked - noes  # who was told to try again finds nothing
