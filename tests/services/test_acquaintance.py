"""Who is who: what was looked up once is known without a look, and never longer than it is so."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.members import Actor, Channel, Member
from bot.domain.workspaces import Workspace
from bot.services import Services, build_services
from storage.engine import Database
from storage.unit_of_work import Store
from tests.storage.test_units_of_work import a_task
from tests.support.clocks import FixedClock

MARI = Actor(workspace="T1", member="UMARI", channel="C1")


@pytest.fixture
def services(store: Store, clock: FixedClock) -> Services:
    services = build_services(store, clock)
    services.people.learn("T1", [Member(id="UMARI", name="Mari"), Member(id="UBO", name="Bo")])
    return services


def test_who_was_met_is_known_without_a_look(services: Services) -> None:
    assert services.people.recall(MARI) is None
    met = services.people.meet(MARI)
    assert met.member is not None
    assert met.member.name == "Mari"
    assert services.people.recall(replace(MARI, delivery="another")) == met
    assert services.people.recall(replace(MARI, member="UBO")) is None
    assert services.people.recall(replace(MARI, channel="C2")) is None
    assert services.people.recall(replace(MARI, workspace="T2")) is None


CHANGES: dict[str, Callable[[Services, Store], object]] = {
    "a profile": lambda services, _: services.people.learn("T1", [Member(id="UMARI", name="Mari", is_gone=True)]),
    "a channel": lambda services, _: services.people.learn_channel("T1", Channel(id="C1", is_private=True)),
    "a channel to ask about": lambda services, _: services.people.forget_channel("T1", "C1"),
    "the workspace": lambda services, _: services.upkeep.install(
        Workspace(id="T3", name="New", bot_user="UBOT", bot_id="BBOT")
    ),
    "a person's own settings": lambda _, store: _save_language(store),
    "the settings": lambda _, store: _save_lead(store),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_by_the_next_request(services: Services, store: Store, change: str) -> None:
    services.people.learn_channel("T1", Channel(id="C1"))
    services.people.meet(MARI)
    CHANGES[change](services, store)
    assert services.people.recall(MARI) is None


def test_a_change_in_a_batch_is_seen_once_it_is_kept(services: Services, store: Store) -> None:
    services.people.meet(MARI)
    with store.database.batch(1.0):
        _save_language(store)
        assert services.people.recall(MARI) is not None
    assert services.people.recall(MARI) is None


def test_what_is_read_while_it_changes_is_not_remembered(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    met = store.database.reading

    def changed_meanwhile() -> object:
        opened = met()
        store.on_acquaintance()
        return opened

    monkeypatch.setattr(store.database, "reading", changed_meanwhile)
    services.people.meet(MARI)
    assert services.people.recall(MARI) is None


def test_other_work_leaves_it_known(services: Services, store: Store) -> None:
    services.people.meet(MARI)
    with store.work("T1") as uow:
        uow.tasks.add(a_task())
    assert services.people.recall(MARI) is not None


def test_a_second_beside_other_replicas_and_for_good_alone(services: Services, database: Database) -> None:
    services.people.meet(MARI)
    time.sleep(1.05)
    assert (services.people.recall(MARI) is not None) is database.is_sqlite


def _save_language(store: Store) -> None:
    with store.work("T1") as uow:
        mari = uow.members.find("UMARI")
        assert mari is not None
        uow.members.save(replace(mari, own_language="tr"))


def _save_lead(store: Store) -> None:
    with store.work("T1") as uow:
        uow.settings.save(replace(uow.settings.get(), lead="UMARI"))
