"""A busy workspace: 100 events a second, acknowledged in time, nothing lost, and memory that stays flat."""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos.conftest import MakeFleet
from tests.chaos.replicas import Replica

MINUTE = 60

pytestmark = pytest.mark.timeout(1800)


class Scales:
    """Weigh a replica every second, in KiB, for as long as a run takes."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._is_over = threading.Event()
        self.weights: list[tuple[float, int]] = []
        self._thread = threading.Thread(target=self._weigh)

    def __enter__(self) -> "Scales":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _weigh(self) -> None:
        began = time.monotonic()
        while not self._is_over.wait(1):
            self.weights.append((time.monotonic() - began, self._replica.memory()))

    def growth(self, *, after: float) -> float:
        """How much more it weighs in the last minute than in the minute that begins `after` so many seconds."""
        end = self.weights[-1][0]
        early = [weight for at, weight in self.weights if after <= at < after + MINUTE]
        late = [weight for at, weight in self.weights if at >= end - MINUTE]
        return sum(late) / len(late) / (sum(early) / len(early)) - 1


@pytest.fixture
def no_pauses_of_ours() -> Iterator[None]:
    """Go without full collections: this process keeps all that was sent and said, and its pauses would be the bot's."""
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, 1_000_000)
    yield
    gc.set_threshold(young, middle, old)


@pytest.mark.usefixtures("no_pauses_of_ours")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_hundred_events_a_second_are_acknowledged_in_time_and_kept(
    make_fleet: MakeFleet, request: pytest.FixtureRequest, kind: str, full: bool, tell: Callable[[str], None]
) -> None:
    address = request.getfixturevalue("sqlite_address" if kind == "sqlite" else "postgres_address")
    seconds, a_second = (10 * MINUTE, 100) if full else (4, 25)
    fleet = make_fleet(address, channels=200)
    (replica,) = fleet.start()
    with Scales(replica) as scales:
        fleet.people_write(a_second * seconds, a_second=a_second, patiently=not full)
        fleet.waits_until_answered()
    ended_after = fleet.waits_until_ended(within=600)
    took, books = fleet.ledger.took(), fleet.account()
    median, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    grown = f"{scales.growth(after=2 * MINUTE):+.1%} after the second minute" if full else "not weighed"
    tell(
        f"load, {kind}, {seconds} s at {a_second}/s: acknowledged p50 {median * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, "
        f"at most {took[-1] * 1000:.0f} ms; memory {scales.weights[-1][1] // 1024} MiB, {grown}; "
        f"all posted {ended_after:.0f} s after the last; {books}"
    )
    assert books.is_whole
    assert sys.platform != "linux" or len(replica.cores()) == 1
    assert not full or p99 < 0.25
    assert not full or scales.growth(after=2 * MINUTE) < 0.05
