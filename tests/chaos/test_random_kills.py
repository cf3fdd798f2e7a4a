"""Killed at any moment under load: nothing that was acknowledged is lost, and nothing is doubled."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from tests.chaos.conftest import MakeFleet
from tests.chaos.fleet import Fleet

RESUMED = 60.0
"""Seconds after the last start: lease and 30 s, and the time that the queue takes at a message a second and channel."""


class Load:
    """People who write and command for as long as a run takes."""

    def __init__(self, fleet: Fleet, *, a_second: float) -> None:
        self._fleet = fleet
        self._a_second = a_second
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.by_event: set[int] = set()

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._is_over.is_set():
            self.by_event |= set(self._fleet.people_write(8, a_second=self._a_second))
            self._fleet.people_command(4, a_second=self._a_second)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("kind", "replicas"), [("sqlite", 1), ("postgresql", 2)])
def test_kills_at_random_moments_lose_and_double_nothing(
    make_fleet: MakeFleet,
    request: pytest.FixtureRequest,
    kind: str,
    replicas: int,
    full: bool,
    tell: Callable[[str], None],
) -> None:
    address = request.getfixturevalue("sqlite_address" if kind == "sqlite" else "postgres_address")
    wanted, chance = 200 if full else 4, random.Random(11)
    fleet = make_fleet(address, channels=100, hurried=not full)
    fleet.delivery.retry_after = (0.0, *[2.0] * 300)  # for a bot that is often dead
    fleet.start(replicas)
    kills = 0
    with Load(fleet, a_second=12) as load:
        while kills < wanted:
            time.sleep(chance.uniform(0.0, 2.0))
            victim = chance.choice(fleet.replicas)
            assert victim.is_running, victim.log[-4000:]
            victim.kill()
            kills += 1
            victim.start()
            victim.waits_until_ready()
    began = time.monotonic()
    fleet.waits_until(lambda: load.by_event <= _numbers(fleet), within=60, what="acknowledged")
    fleet.waits_until_ended()
    took, books = time.monotonic() - began, fleet.account()
    tell(
        f"kills at random moments, {kind}: {kills} kills of {replicas}; all ended {took:.0f} s after the last; {books}"
    )
    assert kills == wanted
    assert books.is_whole
    assert took <= RESUMED


def _numbers(fleet: Fleet) -> set[int]:
    return {int(name.split()[-1]) for name in fleet.ledger.acknowledged}
