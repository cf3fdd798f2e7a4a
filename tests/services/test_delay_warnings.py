"""Delay warnings: each step is told to its reader, in its time and place, as long as it is true."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands import AcceptHandoff, EditTask, MoveTask, OfferHandoff
from bot.domain.delays import Step
from bot.domain.errors import DomainError
from bot.domain.handoffs import Terms
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Post, Saying, bundles_from
from bot.domain.references import handoff_ref, task_ref
from bot.domain.tasks import Due, Priority
from bot.services import Services
from storage.unit_of_work import Store
from tests.services.asking import ANE
from tests.services.warned import HOUR, promise, told, warnings
from tests.support.clocks import MIDWEEK, FixedClock


def test_both_steps_are_told_each_in_its_time_to_its_reader(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    assert not services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE")]
    clock.forward(hours=1)
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE"), ("delay.late", "C1")]
    heads_up, late = warnings(store)
    assert heads_up.key == f"delay:T-1:heads_up:{(MIDWEEK + 4 * HOUR).isoformat()}:UANE"
    assert late.key == f"delay:T-1:late:{(MIDWEEK + 4 * HOUR).isoformat()}"
    assert late.person is None
    with store.look("T1") as uow:
        assert uow.tasks.get(task_ref(1)).told == {Step.HEADS_UP, Step.LATE}


def test_after_downtime_only_the_last_step_is_left(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    clock.forward(days=1)
    services.delays.sweep()
    assert told(store) == [("delay.late", "C1")]


def test_a_heads_up_waits_for_its_readers_morning(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + timedelta(days=5, hours=10))  # Monday 20:00 in Copenhagen
    clock.forward(days=2, hours=10)
    services.delays.sweep()
    (heads_up,) = warnings(store)
    assert heads_up.due_at == MIDWEEK + timedelta(days=4, hours=23)  # Monday 9:00


def test_a_heads_up_that_would_come_too_late_is_not_told(store: Store, services: Services, clock: FixedClock) -> None:
    clock.forward(hours=9)
    promise(services, MIDWEEK + 13 * HOUR)  # tonight 23:00
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=1)
    services.delays.sweep()
    (late,) = warnings(store)
    assert late.saying is Saying.LATE
    assert late.due_at == MIDWEEK + 23 * HOUR  # tomorrow 9:00 in Copenhagen: the workspace's opening
    services.delays.sweep()
    assert len(warnings(store)) == 1


def test_a_card_in_direct_messages_has_its_warning_there_in_the_assignees_hours(
    store: Store, services: Services, clock: FixedClock
) -> None:
    with store.work("T1") as uow:
        uow.members.save(Member(id="UANE", name="Ane", own_hours="mon-fri 13:00-15:00"))
        uow.posts.save(Post(about=task_ref(1), role=Saying.TASK_CARD.value, channel="D1", ts="1.1"))
    promise(services, MIDWEEK + HOUR, asked_in=None)
    clock.forward(hours=1)
    services.delays.sweep()
    (late,) = warnings(store)
    assert (late.lane, late.person) == ("UANE", "UANE")
    assert late.due_at == MIDWEEK + 3 * HOUR


def test_a_moved_promise_is_warned_of_anew(store: Store, services: Services, clock: FixedClock) -> None:
    promise(services, MIDWEEK + HOUR)
    clock.forward(hours=1)
    services.delays.sweep()
    services.tasks.move(ANE, MoveTask(ref=task_ref(1), due=Due(at=MIDWEEK + 5 * HOUR), reason="keys"))
    clock.forward(hours=3)
    services.delays.sweep()
    clock.forward(hours=1)
    services.delays.sweep()
    assert [one.saying for one in warnings(store)] == [Saying.LATE, Saying.HEADS_UP, Saying.LATE]
    assert len({one.key for one in warnings(store)}) == 3


def test_a_snoozed_heads_up_comes_again_and_late_keeps_its_time(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 6 * HOUR)
    clock.forward(hours=4, minutes=30)
    services.delays.sweep()
    services.tasks.snooze(ANE, task_ref(1), HOUR)
    services.delays.sweep()
    assert len(warnings(store)) == 1
    clock.forward(hours=1)
    services.delays.sweep()
    services.delays.sweep()
    assert told(store) == [("delay.heads_up", "UANE")] * 2
    clock.forward(minutes=30)
    services.delays.sweep()
    assert told(store)[2:] == [("delay.late", "C1")]


def test_an_answered_heads_up_still_becomes_late_but_not_on_track_again(
    store: Store, services: Services, clock: FixedClock
) -> None:
    promise(services, MIDWEEK + 4 * HOUR)
    services.tasks.on_track(ANE, task_ref(1))
    clock.forward(hours=3)
    services.delays.sweep()
    assert told(store) == []
    clock.forward(hours=1)
    services.delays.sweep()
    assert told(store) == [("delay.late", "C1")]
    with pytest.raises(DomainError) as refused:
        services.tasks.on_track(ANE, task_ref(1))
    assert refused.value.key == "delay.problem.past"


def test_two_to_one_person_are_one_message_and_six_in_a_channel() -> None:
    lanes = {"U1": 2, "W1": 2, "D1": 2, "C1": 6, "G1": 6}
    assert {lane: bundles_from(Saying.LATE, lane) for lane in lanes} == lanes
    assert bundles_from(Saying.HEADS_UP, "U1") == 2
    assert bundles_from(Saying.TASK_CARD, "U1") is None


def test_an_old_message_that_was_clicked_is_shown_as_its_task_is_now(store: Store, services: Services) -> None:
    promise(services, MIDWEEK + HOUR)
    role = Saying.HEADS_UP
    standing = Post(about=task_ref(1), role=role.value, channel="D1", ts="2.2", person="UANE", due_at=MIDWEEK + HOUR)
    with store.work("T1") as uow:
        uow.posts.save(standing)
    actor = replace(ANE, channel="D1")
    services.delays.show_again(actor, task_ref(1), role, "2.2")
    assert warnings(store) == []
    for _ in range(2):
        services.delays.show_again(actor, task_ref(1), role, "1.1")
    (refresh,) = warnings(store)
    assert (refresh.lane, refresh.person, refresh.params) == ("UANE", None, {"ts": "1.1", "channel": "D1"})


@pytest.mark.parametrize("how", ["given", "edited", "handed over"])
def test_a_late_task_that_changes_hands_before_anybody_heard_is_told_to_the_new_assignee(
    store: Store, services: Services, clock: FixedClock, how: str
) -> None:
    services.people.learn("T1", [Member(id="UBO", name="bo")])
    promise(services, MIDWEEK + HOUR, assignee="UANE", asked_in=None)
    clock.forward(hours=10)
    services.delays.sweep()
    if how == "given":
        services.tasks.give(ANE, task_ref(1), "UBO")
    elif how == "edited":
        wanted = EditTask(title="Call", assignee="UBO", due=None, customer=None, priority=Priority.NORMAL)
        services.tasks.edit(ANE, task_ref(1), lambda _: wanted)
    else:
        terms = Terms(receiver="UBO", promised="a call", situation="late", next_step="call", tasks=(1,))
        services.handoffs.offer(ANE, OfferHandoff(terms=terms))
        words = AcceptHandoff(ref=handoff_ref(1), words="call", title="call")
        services.handoffs.accept(Actor(workspace="T1", member="UBO"), words)
    services.delays.sweep()
    assert told(store) == [("delay.late", "UANE"), ("delay.late", "UBO")]
