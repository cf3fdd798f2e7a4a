"""The inbox: one delivery, one effect."""

from bot.domain.errors import AlreadyDelivered
from bot.domain.references import Noun
from storage.engine import StorageBusy
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock
from tests.support.databases import at_once


def test_twenty_deliveries_of_one_key_at_once_have_one_effect(store: Store) -> None:
    def deliver() -> str:
        while True:
            try:
                with store.work("T1", delivery="Ev1") as uow:
                    uow.settings.next_number(Noun.TASK)
                return "kept"
            except AlreadyDelivered:
                return "known"
            except StorageBusy:
                continue

    answers = at_once([deliver] * 20)

    assert sorted(map(str, answers)) == ["kept"] + ["known"] * 19
    with store.work("T1") as uow:
        assert uow.settings.next_number(Noun.TASK) == 2


def test_a_delivery_whose_effect_failed_may_come_again(store: Store) -> None:
    try:
        with store.work("T1", delivery="Ev1"):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with store.look("T1") as uow:
        assert not uow.inbox.has("Ev1")


def test_old_deliveries_are_forgotten(store: Store, clock: FixedClock) -> None:
    with store.work("T1", delivery="old"):
        pass
    with store.work("T2", delivery="old"):
        pass
    clock.machine_forward(days=2)
    with store.work("T1", delivery="new"):
        pass

    with store.work("T1") as uow:
        assert uow.inbox.forget(clock.machine_now()) == 1
        assert (uow.inbox.has("old"), uow.inbox.has("new")) == (False, True)
    with store.look("T2") as uow:
        assert uow.inbox.has("old")
