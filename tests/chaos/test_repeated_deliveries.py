"""What Slack tells more than once is done once."""

from collections.abc import Callable

import pytest

from tests.chaos.conftest import MakeFleet
from tests.chaos.fleet import often

pytestmark = pytest.mark.timeout(1800)


def test_events_that_come_one_to_four_times_and_at_once_to_two_replicas_have_one_effect_each(
    make_fleet: MakeFleet, postgres_address: str, full: bool, tell: Callable[[str], None]
) -> None:
    count = 2000 if full else 60
    fleet = make_fleet(postgres_address, channels=200 if full else 30)
    fleet.start(2)
    fleet.people_write(count, a_second=20 if full else 15, times=often(4))
    fleet.waits_until_answered()
    fleet.waits_until_ended()
    books = fleet.account()
    tell(f"repeated deliveries: {books}")
    assert books.deliveries > 1.5 * count
    assert books.is_whole
    assert (books.recorded, books.posts) == (count, count)
