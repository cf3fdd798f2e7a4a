"""Feedback's rules: which answers there are, which are low, and when a question may be asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import AlreadyDone, DomainError, NotAllowed, NotFound
from bot.domain.feedback import (
    EXPIRY,
    Ask,
    AskedBefore,
    Kind,
    Numbers,
    Prompt,
    PromptState,
    Reason,
    Skip,
    Wait,
    may_ask,
    restraint,
)

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
PLANNED = Prompt(
    number=3,
    state=PromptState.PLANNED,
    kind=Kind.SCORE,
    person="USAM",
    is_contact=True,
    ask_at=NOW,
    created_at=NOW,
    next_check_at=NOW,
)
ASKED = PLANNED.ask(channel="C1", at=NOW)
NEVER = AskedBefore()


def decided(
    prompt: Prompt = PLANNED,
    before: AskedBefore = NEVER,
    *,
    now: datetime = NOW,
    quiet_for: timedelta = timedelta(0),
    is_complaint_open: bool = False,
) -> Ask | Wait | Skip:
    return may_ask(
        prompt, before, window=WEEK, quiet_until=now + quiet_for, is_complaint_open=is_complaint_open, now=now
    )


@pytest.mark.parametrize(
    ("kind", "low", "fine"),
    [
        (Kind.SCORE, [1, 2], [3, 4, 5]),
        (Kind.RECOMMEND, [0, 1, 2, 3, 4, 5, 6], [7, 8, 9, 10]),
        (Kind.EFFORT, [6, 7], [1, 2, 3, 4, 5]),
        (Kind.YESNO, [0], [1]),
    ],
)
def test_every_answer_is_low_or_fine(kind: Kind, low: list[int], fine: list[int]) -> None:
    assert [answer for answer in kind.answers if kind.is_low(answer)] == low
    assert [answer for answer in kind.answers if not kind.is_low(answer)] == fine


def test_nothing_speaks_against_a_first_question() -> None:
    assert decided() == Ask()


def test_quiet_time_puts_it_off_whoever_asks() -> None:
    hour = timedelta(hours=1)
    assert decided(quiet_for=hour) == Wait(NOW + hour)
    assert decided(replace(PLANNED, asked_by="UKIM"), quiet_for=hour) == Wait(NOW + hour)


def test_one_question_is_open_at_a_time() -> None:
    assert decided(before=AskedBefore(is_open=True, last_asked_at=NOW - 2 * WEEK)) == Skip(Reason.OPEN_PROMPT)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_nobody_is_asked_twice_within_the_window(since: timedelta) -> None:
    before = AskedBefore(last_asked_at=NOW - since)
    assert decided(before=before) == (Skip(Reason.ASKED_RECENTLY) if since < WEEK else Ask())
    assert (restraint(before, window=WEEK, now=NOW) is None) == (since >= WEEK)


def test_what_was_asked_for_by_command_was_weighed_then() -> None:
    prompt = replace(PLANNED, asked_by="UKIM")
    assert decided(prompt, AskedBefore(is_open=True, last_asked_at=NOW), is_complaint_open=True) == Ask()


def test_nobody_is_asked_while_their_complaint_is_being_put_right() -> None:
    assert decided(is_complaint_open=True) == Skip(Reason.COMPLAINT)


def test_what_could_not_be_asked_for_a_week_is_not_asked_any_more() -> None:
    assert decided(now=NOW + EXPIRY) == Ask()
    assert decided(now=NOW + EXPIRY + timedelta(seconds=1)) == Skip(Reason.TOO_LATE)


def test_an_answer_is_kept_and_may_change() -> None:
    first = ASKED.take_answer(2, by="USAM", at=NOW)
    assert (first.state, first.answer, first.answered_at, first.next_check_at) == (PromptState.ANSWERED, 2, NOW, None)
    assert first.is_low
    second = first.take_answer(5, by="USAM", at=NOW + timedelta(minutes=1))
    assert (second.answer, second.is_low) == (5, False)
    assert second.version > first.version > ASKED.version


def test_only_the_one_who_was_asked_may_answer() -> None:
    with pytest.raises(NotAllowed):
        ASKED.take_answer(5, by="UKIM", at=NOW)
    with pytest.raises(NotAllowed):
        ASKED.take_answer(5, by="USAM", at=NOW).take_comment("well done", by="UKIM")


@pytest.mark.parametrize("answer", [-1, 0, 6, 99])
def test_an_answer_that_there_is_not_is_not_taken(answer: int) -> None:
    with pytest.raises(NotFound):
        ASKED.take_answer(answer, by="USAM", at=NOW)


@pytest.mark.parametrize("prompt", [ASKED.expire(), PLANNED.withdraw(), PLANNED.skip(Reason.COMPLAINT), PLANNED])
def test_what_is_not_open_takes_no_answer_and_no_words(prompt: Prompt) -> None:
    with pytest.raises(DomainError):
        prompt.take_answer(5, by="USAM", at=NOW)
    with pytest.raises(DomainError):
        prompt.take_comment("words", by="USAM")


def test_not_this_time_works_until_it_was_asked_and_once() -> None:
    skipped = PLANNED.skip_this_time()
    assert (skipped.state, skipped.reason, skipped.next_check_at) == (
        PromptState.SKIPPED,
        Reason.NOT_THIS_TIME,
        None,
    )
    for later in (skipped, ASKED, ASKED.expire()):
        with pytest.raises(AlreadyDone):
            later.skip_this_time()


@given(people=st.integers(0, 12))
def test_colleagues_numbers_want_five_people(people: int) -> None:
    assert Numbers(kind=Kind.SCORE, people=people, answers=9, total=30).may_be_shown == (people >= 5)
