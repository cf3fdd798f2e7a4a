"""The outbox: each message once, in order within its lane, and no lane forgotten."""

import random
import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from bot.domain.outgoing import Claimed, Outgoing, Post, Saying, Sending
from bot.domain.references import task_ref
from bot.domain.workspaces import Workspace
from storage.engine import Database, StorageBusy
from storage.lanes import LEASE, claim, settle
from storage.outbox import resolve, unknown
from storage.tables import lanes, outbox
from storage.unit_of_work import Store
from storage.workspaces import install
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.databases import at_once

SECOND = timedelta(seconds=1)


def say(key: str, lane: str = "C1", due_at: datetime = MIDWEEK, person: str | None = None) -> Outgoing:
    """Build a message."""
    return Outgoing(saying=Saying.LATE, about=task_ref(1), lane=lane, key=key, due_at=due_at, person=person)


def put(store: Store, *messages: Outgoing, workspace: str = "T1") -> list[bool]:
    with store.work(workspace) as uow:
        return [uow.put(message, at=MIDWEEK) for message in messages]


def take(store: Store, clock: FixedClock, limit: int = 10) -> list[Claimed]:
    with store.database.writing() as connection:
        return claim(connection, now=clock.now(), machine_now=clock.machine_now(), limit=limit)


def end(store: Store, claimed: Claimed, free_at: datetime, state: Sending = Sending.SENT) -> bool:
    with store.database.writing() as connection:
        return settle(connection, claimed, state, free_at=free_at, channel="C1", ts="1.1")


def keys(claimed: list[Claimed]) -> list[str]:
    return sorted(each.message.key for each in claimed)


def states(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        return {row.key: row.state for row in connection.execute(select(outbox.c.key, outbox.c.state))}


def lane_due_at(database: Database, lane: str = "C1") -> datetime | None:
    with database.reading() as connection:
        return connection.execute(select(lanes.c.due_at).where(lanes.c.lane == lane)).scalar()


def test_a_message_is_told_once(store: Store, clock: FixedClock) -> None:
    assert put(store, say("a"), say("a")) == [True, False]
    assert put(store, say("a", lane="C2")) == [False]
    assert put(store, say("a"), workspace="T2") == [True]
    assert keys(take(store, clock)) == ["a", "a"]
    assert take(store, clock) == []


def test_one_key_put_by_twenty_threads_is_one_message(store: Store) -> None:
    def stubbornly() -> bool:
        while True:
            try:
                return put(store, say("a"))[0]
            except StorageBusy:
                continue

    assert sorted(map(str, at_once([stubbornly] * 20))) == ["False"] * 19 + ["True"]


def test_a_lane_keeps_its_order_and_its_pace(store: Store, clock: FixedClock) -> None:
    put(store, say("a"), say("b"), say("c", due_at=MIDWEEK - SECOND))
    order = []
    for _ in range(3):
        (claimed,) = take(store, clock)
        assert take(store, clock) == []
        assert end(store, claimed, clock.machine_now() + SECOND)
        assert take(store, clock) == []
        clock.machine_forward(seconds=1)
        order.append(claimed.message.key)
    assert order == ["a", "b", "c"]
    assert lane_due_at(store.database) is None


def test_a_blocked_lane_delays_no_other(store: Store, clock: FixedClock) -> None:
    put(store, say("a", "C1"), say("b", "C1"), say("c", "C2"), say("d", "C2"))
    for claimed in take(store, clock):
        wait = timedelta(minutes=1) if claimed.message.lane == "C1" else timedelta()
        state = Sending.NEW if claimed.message.lane == "C1" else Sending.SENT
        assert end(store, claimed, clock.machine_now() + wait, state)
    assert keys(take(store, clock)) == ["d"]
    clock.machine_forward(minutes=1)
    assert keys(take(store, clock, limit=1)) == ["a"]


def test_blocked_lanes_use_up_no_limit(store: Store, clock: FixedClock) -> None:
    put(store, *(say(f"a{n}", f"C{n}") for n in range(5)))
    for claimed in take(store, clock):
        end(store, claimed, clock.machine_now() + timedelta(minutes=1), Sending.NEW)
    put(store, say("b", "D1"))
    assert keys(take(store, clock, limit=2)) == ["b"]


def test_what_is_due_later_is_taken_later(store: Store, clock: FixedClock) -> None:
    put(store, say("a", due_at=MIDWEEK + timedelta(hours=1)), say("b", due_at=MIDWEEK + timedelta(hours=2)))
    assert take(store, clock) == []
    assert lane_due_at(store.database) == MIDWEEK + timedelta(hours=1)

    clock.forward(hours=1)
    (claimed,) = take(store, clock)
    assert (claimed.message.key, claimed.attempts) == ("a", 0)
    assert end(store, claimed, clock.machine_now())
    assert take(store, clock) == []
    assert lane_due_at(store.database) == MIDWEEK + timedelta(hours=2)
    put(store, say("c", due_at=MIDWEEK))
    assert lane_due_at(store.database) == MIDWEEK
    assert keys(take(store, clock)) == ["c"]


def test_a_message_tried_again_is_counted_and_stays_first(store: Store, clock: FixedClock) -> None:
    put(store, say("a"), say("b"))
    (claimed,) = take(store, clock)
    assert end(store, claimed, clock.machine_now(), Sending.NEW)
    (again,) = take(store, clock)
    assert (again.message.key, again.attempts, again.token) == ("a", 1, claimed.token)
    assert again.fence > claimed.fence


def test_a_lease_that_ran_out_makes_the_outcome_unknown_and_refuses_the_late(store: Store, clock: FixedClock) -> None:
    put(store, say("a"), say("b"), say("c"))
    (late,) = take(store, clock)
    began = clock.machine_now()
    clock.machine_forward(seconds=LEASE.total_seconds() - 1)
    assert take(store, clock) == []
    clock.machine_forward(seconds=1)

    (mine,) = take(store, clock)
    assert (late.message.key, mine.message.key) == ("a", "b")
    assert states(store.database) == {"a": "unknown", "b": "sending", "c": "new"}
    assert not end(store, late, clock.machine_now())
    assert take(store, clock) == []
    assert states(store.database) == {"a": "unknown", "b": "sending", "c": "new"}
    assert end(store, mine, clock.machine_now())
    assert states(store.database) == {"a": "unknown", "b": "sent", "c": "new"}
    with store.database.reading() as connection:
        assert connection.execute(select(outbox.c.attempted_at).where(outbox.c.id == late.id)).scalar() == began


def test_what_is_sent_again_is_settled_by_its_new_holder_alone(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    (late,) = take(store, clock)
    clock.machine_forward(seconds=LEASE.total_seconds())
    assert take(store, clock) == []
    with store.database.writing() as connection:
        assert resolve(connection, late, Sending.NEW, may_repeat=True)
    (mine,) = take(store, clock)
    assert not end(store, late, clock.machine_now())
    assert states(store.database) == {"a": "sending"}
    assert end(store, mine, clock.machine_now())


def test_what_another_sent_between_our_look_and_our_lock_is_not_sent_again(
    postgres_database: Database, clock: FixedClock
) -> None:
    store = Store(postgres_database, clock)
    other = Database(postgres_database.url.render_as_string(hide_password=False))
    with postgres_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    put(store, say("a", "C1"), say("b", "C2"))

    def send(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE outbox"):
            with other.writing() as connection:
                connection.execute(update(outbox).where(outbox.c.key == "a").values(state=Sending.SENT.value))

    event.listen(postgres_database.writer, "before_cursor_execute", send)
    with pytest.raises(StorageBusy):
        take(store, clock)
    event.remove(postgres_database.writer, "before_cursor_execute", send)
    other.close()
    assert states(postgres_database) == {"a": "sent", "b": "new"}
    assert keys(take(store, clock)) == ["b"]


def test_a_lost_send_is_found_where_nothing_else_waits(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    take(store, clock)
    clock.machine_forward(seconds=LEASE.total_seconds())
    assert take(store, clock) == []
    assert states(store.database) == {"a": "unknown"}
    assert lane_due_at(store.database) is None


def test_an_unknown_send_is_resolved_once(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    take(store, clock)
    clock.machine_forward(seconds=LEASE.total_seconds())
    take(store, clock)
    with store.database.writing() as connection:
        assert unknown(connection, attempted_before=clock.machine_now() - LEASE - SECOND, limit=20) == []
        ((lost, _),) = unknown(connection, attempted_before=clock.machine_now() - LEASE, limit=20)
        assert resolve(connection, lost, Sending.NEW, may_repeat=True)
        assert not resolve(connection, lost, Sending.SENT)
    (again,) = take(store, clock)
    assert (again.message.key, again.attempts, again.may_repeat) == ("a", 1, True)


def test_threads_that_claim_at_once_share_the_lanes(store: Store, clock: FixedClock) -> None:
    put(store, *(say(f"{lane}-{n}", f"C{lane}") for lane in range(12) for n in range(3)))
    sent: list[str] = []

    def deliver() -> None:
        while len(sent) < 36:
            try:
                for claimed in take(store, clock, limit=3):
                    sent.append(claimed.message.key)
                    while not stubborn_end(claimed):
                        pass
            except StorageBusy:
                continue

    def stubborn_end(claimed: Claimed) -> bool:
        try:
            return end(store, claimed, clock.machine_now())
        except StorageBusy:
            return False

    assert at_once([deliver] * 6) == [None] * 6
    assert len(sent) == len(set(sent)) == 36
    for lane in range(12):
        assert [key for key in sent if key.startswith(f"{lane}-")] == [f"{lane}-{n}" for n in range(3)]
    assert set(states(store.database).values()) == {"sent"}


def test_a_put_that_waits_for_a_settle_wakes_the_lane(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    (claimed,) = take(store, clock)
    with store.database.writing() as connection:
        settle(connection, claimed, Sending.SENT, free_at=MIDWEEK)
        putting = threading.Thread(target=put, args=(store, say("b")))
        putting.start()
        time.sleep(0.2)
    putting.join()
    assert lane_due_at(store.database) == MIDWEEK
    assert keys(take(store, clock)) == ["b"]


def test_a_settle_that_waits_for_a_put_sees_it(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    (claimed,) = take(store, clock)
    with store.work("T1") as uow:
        uow.put(say("b"), at=MIDWEEK)
        settling = threading.Thread(target=end, args=(store, claimed, MIDWEEK))
        settling.start()
        time.sleep(0.2)
    settling.join()
    assert lane_due_at(store.database) == MIDWEEK
    assert keys(take(store, clock)) == ["b"]


def test_a_claim_passes_by_a_lane_that_is_being_put_into(store: Store, clock: FixedClock) -> None:
    put(store, say("a"))
    if store.database.is_sqlite:
        return  # one writer at a time
    with store.work("T1") as uow:
        uow.put(say("b"), at=MIDWEEK)
        assert take(store, clock) == []  # to wait for the lane would end in StorageBusy
    assert keys(take(store, clock)) == ["a"]


def test_no_wake_is_lost_however_puts_claims_and_settles_meet(store: Store, clock: FixedClock) -> None:
    chance = random.Random(7)
    put(store, say("first"))
    (claimed,) = take(store, clock)
    for n in range(40):
        pauses = [chance.random() / 200 for _ in range(3)]

        def put_later(key: str, pause: float, hold: float) -> None:
            time.sleep(pause)
            with store.work("T1") as uow:
                uow.put(say(key), at=MIDWEEK)
                time.sleep(hold)

        def settle_later(sent: Claimed, pause: float) -> bool:
            time.sleep(pause)
            return end(store, sent, MIDWEEK)

        answers = at_once(
            [
                lambda n=n, p=pauses: put_later(f"{n}a", p[0], p[1]),  # type: ignore[misc]
                lambda n=n, p=pauses: put_later(f"{n}b", p[1], p[2]),  # type: ignore[misc]
                lambda c=claimed, p=pauses: settle_later(c, p[2]),  # type: ignore[misc]
            ]
        )
        assert answers == [None, None, True]
        assert lane_due_at(store.database) == MIDWEEK
        (claimed,) = take(store, clock)
    assert len(states(store.database)) == 81


def test_only_what_was_sent_is_counted(store: Store, clock: FixedClock) -> None:
    put(store, *(say(f"a{n}", f"D{n}", person="U1") for n in range(3)), say("b", "D9", person="U2"))
    sent, dropped, *_ = take(store, clock)
    with store.database.writing() as connection:
        moment = {"free_at": MIDWEEK}
        settle(connection, sent, Sending.SENT, channel="D0", ts="1.1", sent_at=MIDWEEK, **moment)
        settle(connection, dropped, Sending.DROPPED, reason="done meanwhile", **moment)
    with store.look("T1") as uow:
        assert uow.outbox.sent_to("U1", MIDWEEK, (Saying.LATE,)) == 1
        assert uow.outbox.sent_to("U1", MIDWEEK + SECOND, (Saying.LATE,)) == 0
        assert uow.outbox.sent_to("U1", MIDWEEK, (Saying.HEADS_UP,)) == 0


def test_a_post_is_found_by_what_it_is_about_and_by_where_it_stands(store: Store) -> None:
    post = Post(about=task_ref(1), role=Saying.TASK_CARD.value, channel="C1", ts="1.1")
    with store.work("T1") as uow:
        uow.posts.save(Post(about=task_ref(1), role=Saying.TASK_CARD.value, channel="C1", ts="1.0"))
        uow.posts.save(post)
        assert uow.posts.find(task_ref(1), Saying.TASK_CARD) == post
        assert uow.posts.at("C1", "1.1") == post
        assert uow.posts.at("C1", "1.0") is None
