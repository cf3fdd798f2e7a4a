"""The circuit breaker: one channel in trouble doesn't open it, a Slack that is away does."""

from scheduler.breaker import Breaker


def test_a_call_without_an_answer_now_and_then_changes_nothing() -> None:
    breaker = Breaker()
    for _ in range(10):
        breaker.missed(now=0)
        breaker.missed(now=0)
        breaker.answered()
    assert breaker.room(0, 32) == 32
    assert breaker.pause(now=0) == 0


def test_three_in_a_row_mean_that_slack_is_away() -> None:
    breaker = Breaker()
    for _ in range(3):
        breaker.missed(now=100)
    assert breaker.pause(now=100) == 1
    assert breaker.pause(now=101) == 0
    assert breaker.room(0, 32) == 1
    assert breaker.room(1, 32) == 0


def test_the_longer_slack_is_away_the_more_seldom_it_is_tried() -> None:
    breaker = Breaker()
    pauses = []
    for _ in range(8):
        breaker.missed(now=0)
        pauses.append(breaker.pause(now=0))
    assert pauses == [0, 0, 1, 2, 5, 10, 10, 10]


def test_one_answer_and_all_goes_on() -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.missed(now=0)
    breaker.answered()
    assert breaker.room(0, 32) == 32
    assert breaker.pause(now=0) == 0
