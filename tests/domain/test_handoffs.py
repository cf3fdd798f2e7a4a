"""Handoffs: who owns the work, who may do what, and that the first wins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import AlreadyDone, DomainError, NotAllowed
from bot.domain.handoffs import Handoff, HandoffState, Terms, draft
from bot.domain.tasks import Due
from bot.domain.timeline import Happened

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
COMPLETE = Terms(receiver="UMARI", promised="A draft by friday", situation="Half done", next_step="Call Bo")
ACT = {
    "offer": lambda h, by: h.offer(COMPLETE, by=by, at=NOW),
    "accept": lambda h, by: h.accept("I call Bo", None, by=by, at=NOW),
    "ask": lambda h, by: h.ask("Who is Bo?", by=by, at=NOW),
    "answer": lambda h, by: h.answer("The boss", by=by, at=NOW),
    "give_back": lambda h, by: h.give_back("No time", by=by, at=NOW),
}
ANSWERS = ("accept", "ask", "give_back")


def drafted(terms: Terms = COMPLETE) -> Handoff:
    """Make a draft of Ane's."""
    return draft(1, terms, giver="UANE", at=NOW, source=None, asked_in=None, is_private=False)[0]


def offered() -> Handoff:
    """Make a handoff that Ane offers to Mari."""
    return drafted().offer(COMPLETE, by="UANE", at=NOW)[0]


@given(st.lists(st.tuples(st.sampled_from(sorted(ACT)), st.sampled_from(["UANE", "UMARI", "UKIM"])), max_size=12))
def test_at_every_instant_exactly_one_person_owns_the_work(deeds: list[tuple[str, str]]) -> None:
    handoff = drafted()
    for deed, person in deeds:
        was = handoff
        try:
            handoff, entry = ACT[deed](handoff, person)
        except DomainError:
            continue
        assert entry.about == handoff.ref
        assert handoff.owner == ("UMARI" if handoff.state is HandoffState.ACCEPTED else "UANE")
        assert (handoff.accepted_at is not None) == (handoff.state is HandoffState.ACCEPTED)
        assert was.state is not HandoffState.ACCEPTED, "what is accepted changes no more"
        if deed in ANSWERS:
            assert person == "UMARI"


@pytest.mark.parametrize("deed", ANSWERS)
@pytest.mark.parametrize("person", ["UANE", "UKIM"])
def test_only_the_receiver_answers_an_offer(deed: str, person: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        ACT[deed](offered(), person)
    assert refused.value.key == "handoff.problem.not_yours"
    assert refused.value.params["person"] == "UMARI"


@pytest.mark.parametrize("second", ANSWERS)
@pytest.mark.parametrize(
    ("first", "told"),
    [("accept", "handoff.problem.already_accepted"), ("give_back", "handoff.problem.already_returned")],
)
def test_the_first_wins_and_the_second_is_told_what_happened(first: str, second: str, told: str) -> None:
    done, _ = ACT[first](offered(), "UMARI")
    for person in ("UMARI", "UKIM"):
        with pytest.raises(AlreadyDone) as refused:
            ACT[second](done, person)
        assert refused.value.key == told


@pytest.mark.parametrize(
    ("without", "field"),
    [
        ({"receiver": None}, "receiver"),
        ({"promised": " \n"}, "promised"),
        ({"situation": ""}, "state"),
        ({"next_step": ""}, "next_step"),
    ],
)
def test_an_offer_that_misses_something_is_refused_at_that_field(without: dict[str, Any], field: str) -> None:
    terms = replace(COMPLETE, **without)
    assert terms.missing == (field,)
    with pytest.raises(DomainError) as refused:
        drafted().offer(terms, by="UANE", at=NOW)
    assert refused.value.field == field


def test_nobody_hands_work_to_whoever_has_it() -> None:
    with pytest.raises(DomainError) as refused:
        drafted().offer(replace(COMPLETE, receiver="UANE"), by="UKIM", at=NOW)
    assert refused.value.field == "receiver"


def test_an_offer_stands_until_it_is_answered() -> None:
    with pytest.raises(AlreadyDone):
        offered().offer(COMPLETE, by="UANE", at=NOW)


def test_what_came_back_is_offered_again_with_a_clean_slate() -> None:
    back, _ = offered().remind(at=NOW).give_back("No time", by="UMARI", at=NOW)
    again, entry = back.offer(replace(COMPLETE, receiver="UKIM"), by="UANE", at=NOW + timedelta(hours=1))
    assert again.state is HandoffState.OFFERED
    assert (again.reason, again.returned_at, again.reminded_at) == (None, None, None)
    assert again.offered_at == NOW + timedelta(hours=1)
    assert entry.happened is Happened.HANDOFF_WAS_OFFERED


def test_a_question_makes_it_wait_for_the_giver_and_the_answer_for_the_receiver() -> None:
    handoff = offered()
    assert (handoff.waits_for, handoff.expires) == ("UMARI", True)
    asked, _ = handoff.ask("Who is Bo?", by="UMARI", at=NOW)
    assert (asked.waits_for, asked.expires) == ("UANE", False)
    answered, entry = asked.answer("The boss", by="UKIM", at=NOW)
    assert (answered.waits_for, answered.expires, answered.question) == ("UMARI", True, None)
    assert entry.data == {"question": "Who is Bo?", "answer": "The boss"}


def test_the_same_question_is_asked_once_and_answered_once() -> None:
    asked, _ = offered().ask("Who is Bo?", by="UMARI", at=NOW)
    with pytest.raises(AlreadyDone):
        asked.ask("Who is Bo?", by="UMARI", at=NOW)
    answered, _ = asked.answer("The boss", by="UANE", at=NOW)
    with pytest.raises(AlreadyDone):
        answered.answer("The boss", by="UKIM", at=NOW)


def test_a_next_step_in_the_past_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as refused:
        offered().accept("Call Bo", Due(at=NOW), by="UMARI", at=NOW)
    assert refused.value.field == "due"


def test_silence_gives_it_back_without_a_reason_and_by_nobody() -> None:
    back, entry = offered().expire(at=NOW)
    assert (back.state, back.reason, back.owner, entry.by) == (HandoffState.RETURNED, None, "UANE", None)


@pytest.mark.parametrize("act", ACT.values(), ids=ACT)
def test_a_draft_can_only_be_offered(act: Callable[[Handoff, str], Any]) -> None:
    if act is ACT["offer"]:
        assert act(drafted(Terms()), "UANE")[0].state is HandoffState.OFFERED
    else:
        with pytest.raises(AlreadyDone) as refused:
            act(drafted(), "UMARI")
        assert refused.value.key == "handoff.problem.is_draft"
