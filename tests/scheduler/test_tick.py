"""The tick: what goes wrong in one place holds up no other."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.tasks import Due
from bot.slack.gateway import Unclear
from scheduler import tick as ticks
from scheduler.errands import LEASE, Errands
from scheduler.tick import Round, Tick
from storage.engine import StorageBusy
from storage.errands import Errand
from storage.tables import errands, outbox
from tests.scheduler.conftest import Bench


async def fails() -> float | None:
    raise KeyError("poison")


def test_a_sweep_that_fails_holds_up_neither_the_next_one_nor_delivery(bench: Bench) -> None:
    done = []

    async def works() -> float | None:
        done.append("swept")
        return None

    async def run() -> None:
        tick = Tick([Round("fails", fails), Round("works", works), Round("delivery", bench.app.delivery.run)])
        tick.start()
        async with asyncio.timeout(30):
            while not (done and set(bench.states().values()) == {"sent"}):  # noqa: ASYNC110 - it has no event of its own
                await asyncio.sleep(0.01)
        await tick.stop(30)

    bench.records("Call Bo")
    bench.loop.run(run())
    assert done == ["swept"]
    assert set(bench.states().values()) == {"sent"}


def test_a_message_that_can_never_be_rendered_dies_and_holds_up_no_other(bench: Bench) -> None:
    poison = bench.records("Poison", asked_in=bench.channel("#ops"))
    with bench.app.database.writing() as connection:
        connection.execute(update(outbox).where(outbox.c.about == str(poison.ref)).values(params={"notes": "x|y"}))
    bench.records("Call Bo")
    for _ in range(60):
        bench.wait(901)
    states = bench.states()
    assert states[f"card:{poison.ref}:1"] == "dead"
    assert list(states.values()).count("sent") == 1


def test_a_message_that_can_not_be_rendered_holds_up_none_that_is_claimed_with_it(bench: Bench) -> None:
    bench.records("First", asked_in=bench.channel("#ops"))
    bench.records("Second")
    bench.deliver()  # what the channels are is known now: cards are rendered together
    poison = bench.records("Poison", asked_in=bench.channel("#ops"))
    with bench.app.database.writing() as connection:
        connection.execute(update(outbox).where(outbox.c.about == str(poison.ref)).values(params={"notes": "x|y"}))
    good = bench.records("Call Bo")
    bench.wait()
    states = bench.states()
    assert states[f"card:{good.ref}:1"] == "sent"
    assert states[f"card:{poison.ref}:1"] == "new"


def test_a_false_alarm_is_no_ring(bench: Bench) -> None:
    bench.app.delivery.expect()
    assert bench.loop.run(bench.app.delivery.run()) is None


@pytest.mark.parametrize("word", ["token_revoked", "invalid_auth"])
def test_a_token_that_does_not_work_loses_nothing_however_long(bench: Bench, word: str) -> None:
    bench.records("Call Bo")
    bench.playground.fail("chat.postMessage", word, 60)
    bench.playground.fail("conversations.info", word, 3)
    for _ in range(64):
        bench.wait(901)
    assert set(bench.states().values()) == {"sent"}
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


@pytest.mark.parametrize("word", ["internal_error", "fatal_error"])
def test_a_channel_that_can_not_be_looked_up_for_now_is_waited_for(bench: Bench, word: str) -> None:
    bench.playground.fail("conversations.info", word)
    bench.records("Call Bo")
    bench.deliver()
    bench.wait(10)
    assert len(bench.slack.channel("#acme").containing("Call Bo")) == 1


def test_work_that_needs_slack_waits_as_long_as_slack_is_away(bench: Bench) -> None:
    tries = 0

    async def run(_: Errand) -> None:
        nonlocal tries
        tries += 1
        if tries < 100:
            raise Unclear

    errands_of = Errands(bench.app.store, bench.app.workers, bench.clock, {"fetch": run})
    bench.app.services.people.keep_errand(bench.actor("ane"), "fetch", {})
    for _ in range(110):
        bench.loop.run(errands_of.sweep())
        bench.clock.both_forward(seconds=LEASE.total_seconds())
    assert tries == 100


def test_work_that_fails_by_a_mistake_of_ours_holds_up_no_other_and_ends(bench: Bench) -> None:
    done = []

    async def run(errand: Errand) -> None:
        if errand.params["n"] == "1":
            raise KeyError("poison")
        done.append(errand.params["n"])

    errands_of = Errands(bench.app.store, bench.app.workers, bench.clock, {"fetch": run})
    for n in ("1", "2"):
        bench.app.services.people.keep_errand(bench.actor("ane"), "fetch", {"n": n})
    for _ in range(70):
        bench.loop.run(errands_of.sweep())
        bench.clock.both_forward(seconds=LEASE.total_seconds())
    assert done == ["2"]
    with bench.app.database.reading() as connection:
        assert connection.execute(select(errands)).all() == []


async def test_a_look_that_was_cut_short_is_soon_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "AGAIN_IN", 0.01)
    looked = asyncio.Event()
    seen = 0

    async def look() -> float | None:
        nonlocal seen
        seen += 1
        if seen < 3:
            raise StorageBusy("locked")
        looked.set()
        return None

    tick = Tick([Round("busy", look)])
    tick.start()
    await asyncio.wait_for(looked.wait(), 30)
    await tick.stop(1)
    assert seen == 3


def test_a_stop_lets_the_pass_under_way_end(bench: Bench) -> None:
    async def run() -> None:
        tick = Tick([Round("delivery", bench.app.delivery.run)])
        tick.start()
        async with asyncio.timeout(30):
            while not bench.app.delivery.is_sending:  # noqa: ASYNC110 - it has no event of its own
                await asyncio.sleep(0.01)
        await tick.stop(30)
        await bench.app.delivery.stop(30)

    bench.records("Call Bo")
    bench.playground.hang(0.5)
    bench.loop.run(run())
    assert set(bench.states().values()) == {"sent"}


def test_a_person_whose_zone_nobody_knows_keeps_the_workspaces_hours(bench: Bench) -> None:
    user = bench.playground.workspace.users["UANE000000"]
    with bench.app.store.work(bench.playground.workspace.id) as uow:
        member = uow.members.find(user.id)
        assert member is not None
        uow.members.save(type(member)(id=user.id, name="ane", zone="Mars/Olympus_Mons"))
    task = bench.records("Call Bo", due=Due(at=bench.clock.now() + timedelta(hours=4)))
    assert task.next_check_at is not None
