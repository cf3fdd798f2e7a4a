"""A Slack that is down, slow, or loses its answers: everything is sent once or ends with a reason."""

import math
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.chaos.conftest import MakeFleet, best_of_three

pytestmark = pytest.mark.timeout(1800)


def test_sends_whose_answer_was_cut_are_posted_once(
    make_fleet: MakeFleet, sqlite_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    count, in_one_channel = (1000, 5) if full else (30, 2)
    fleet = make_fleet(sqlite_address, channels=count // in_one_channel, hurried=not full)
    fleet.start()
    fleet.do(lambda: fleet.playground.drop_answer_of("chat.postMessage", count))
    fleet.people_write(count, a_second=10)
    fleet.waits_until_answered()
    began = time.monotonic()
    fleet.waits_until_ended(within=600)
    books, cut = fleet.account(), fleet.faults["drop"]
    tell(f"{cut} answers cut after Slack had accepted: all ended {time.monotonic() - began:.0f} s later; {books}")
    assert cut == count
    assert books.is_whole
    assert books.posts == count


def test_a_slack_that_was_down_gets_everything_afterwards_at_its_own_pace(
    make_fleet: MakeFleet, sqlite_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    count, down_for, late_in_one_channel = (500, 600, 5) if full else (40, 4, 2)
    fleet = make_fleet(sqlite_address, channels=count // late_in_one_channel, hurried=not full)
    fleet.start()
    fleet.people_write(count, a_second=20, due="in 4 hours")
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    fleet.do(fleet.playground.down)
    fleet.clock_goes_on(timedelta(hours=5))
    fleet.waits_until(lambda: bool(fleet.faults["down"]), within=60, what="on their way")
    time.sleep(down_for)
    fleet.do(lambda: fleet.playground.down(False))
    ended_after = fleet.waits_until_ended(within=900)
    books = fleet.account()
    tell(
        f"Slack down for {down_for} s over {count} due items ({fleet.faults['down']} calls failed): all ended "
        f"{ended_after:.0f} s after, {len(books.too_soon)} within a second of another, "
        f"{fleet.faults['pace']} refused for pace; {books}; {dict(books.reasons)}"
    )
    assert fleet.faults["down"]
    assert books.is_whole
    assert fleet.rows("delay.late") == count
    assert not books.too_soon
    assert not fleet.faults["pace"]


def test_a_channel_that_must_wait_holds_up_no_other(
    make_fleet: MakeFleet, sqlite_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    retry_after, count = (30, 200) if full else (6, 40)
    fleet = make_fleet(sqlite_address, channels=20)
    fleet.start()
    fleet.do(lambda: fleet.playground.rate_limit("#wide-0", retry_after))
    limited_at = time.time()
    fleet.people_write(count, a_second=10)
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    books, blocked = fleet.account(), fleet.posted_at("CWIDE00000")
    others = sorted(lag for channel, lag in fleet.lags() if channel != "CWIDE00000")
    first = min(blocked) - limited_at
    tell(
        f"one of 20 channels limited for {retry_after} s ({fleet.faults['rate_limit']} calls refused): its first post "
        f"after {first:.1f} s; the others at most {others[-1]:.1f} s after they were asked for "
        f"(half of them within {others[len(others) // 2]:.2f} s); {books}"
    )
    assert 1 <= fleet.faults["rate_limit"] <= 2
    assert first > retry_after - 1
    assert len(blocked) == count // 20
    assert others[-1] < (3 if full else retry_after)
    assert books.is_whole


@pytest.mark.parametrize("http", [True, False], ids=["http", "socket-mode"])
def test_commands_are_acknowledged_while_slack_answers_nothing(
    make_fleet: MakeFleet, sqlite_address: str, full: bool, http: bool, tell: Callable[[str], None]
) -> None:
    seconds = 120 if full else 4
    fleet = make_fleet(sqlite_address, channels=20, http=http, hurried=not full)
    fleet.start()
    fleet.people_command(4, a_second=10)

    def slowest_answer() -> float:
        before = len(fleet.ledger.entries)
        fleet.do(lambda: fleet.playground.hang(seconds))
        fleet.people_command(seconds * 2, a_second=2)
        fleet.do(lambda: fleet.playground.hang(0))
        commands = [one for one in fleet.ledger.entries[before:] if one.kind == "slash_commands"]
        return max(one.took if one.is_acknowledged else math.inf for one in commands)

    slowest = best_of_three(slowest_answer, 3)
    ended_after = fleet.waits_until_ended(within=300)
    books, hung = fleet.account(), fleet.faults["hang"]
    noes = sum(one.is_a_no for one in fleet.ledger.entries)
    tell(
        f"Slack's Web API hanging for {seconds} s ({hung} calls): slowest acknowledgement {slowest:.2f} s; "
        f"all ended {ended_after:.0f} s after; {books}"
    )
    assert hung
    assert slowest < 3
    assert books.acknowledged <= books.recorded <= books.asked - noes
    assert books.is_whole
