"""What a connection remembers is what a look would show, whoever changes it and whatever is undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

import pytest
from sqlalchemy import event

from bot.domain.members import Channel, Member
from bot.domain.workspaces import Workspace
from storage.engine import Database
from storage.unit_of_work import Store, UnitOfWork
from storage.workspaces import install
from tests.support.clocks import FixedClock

ANE = Member(id="U1", name="Ane")
ACME = Channel(id="C1", name="acme", is_shared=False, is_member=True)


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows a person and a channel, and whose connections have looked at them."""
    with store.work("T1") as uow:
        keep(uow, "Ane")
    assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Ane"] * 3
    return store


def keep(uow: UnitOfWork, name: str) -> None:
    """Name the person, the channel and the workspace's lead."""
    uow.members.learn(replace(ANE, name=name))
    uow.channels.save(replace(ACME, name=name))
    uow.settings.save(replace(uow.settings.get(), lead=name))


def names(uow: UnitOfWork) -> list[object]:
    """Read them."""
    member, channel = uow.members.find(ANE.id), uow.channels.find(ACME.id)
    return [member and member.name, channel and channel.name, uow.settings.get().lead]


def seen_by_a_writer(store: Store, workspace: str = "T1") -> list[object]:
    with store.work(workspace) as uow:
        return names(uow)


def seen_by_a_reader(store: Store, workspace: str = "T1") -> list[object]:
    with store.look(workspace) as uow:
        return names(uow)


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Collect what the database is asked."""
    said: list[str] = []
    with database.reading() as connection:
        engines = {database.writer, connection.engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    yield said


def test_what_was_looked_at_is_known_without_a_look(store: Store) -> None:
    with asked(store.database) as said:
        assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Ane"] * 3
    assert said == [] if store.database.is_sqlite else len(said) == 6


def test_what_one_changes_the_next_one_sees(store: Store) -> None:
    with store.work("T1") as uow:
        keep(uow, "Bo")
        assert names(uow) == ["Bo"] * 3
        keep(uow, "Carl")
        assert names(uow) == ["Carl"] * 3
    assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Carl"] * 3


def test_who_comes_is_seen_by_those_who_asked_in_vain(store: Store) -> None:
    with store.look("T1") as uow:
        assert uow.members.find("U2") is None
    with store.work("T1") as uow:
        uow.members.learn(Member(id="U2", name="Bo"))
    with store.look("T1") as uow:
        assert uow.members.find("U2") == Member(id="U2", name="Bo")


def test_one_who_looks_sees_what_was_there_when_they_began(store: Store) -> None:
    with store.look("T1") as uow:
        assert names(uow)[:2] == ["Ane"] * 2
        with store.work("T1") as other:
            keep(other, "Bo")
    assert seen_by_a_reader(store) == ["Bo"] * 3


def test_what_is_undone_was_never_so(store: Store) -> None:
    def fail(name: str) -> NoReturn:
        with store.work("T1") as uow:
            assert names(uow) == ["Ane"] * 3
            keep(uow, name)
            assert names(uow) == [name] * 3
            raise ZeroDivisionError

    for name in ("Bo", "Carl"):
        with pytest.raises(ZeroDivisionError):
            fail(name)
        assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Ane"] * 3


def test_in_a_batch_a_change_is_seen_at_once_and_where_it_is_undone_no_more(store: Store) -> None:
    def fail(name: str) -> NoReturn:
        with store.database.batch(1):
            with store.work("T1") as uow:
                keep(uow, name)
            assert seen_by_a_writer(store) == [name] * 3
            assert seen_by_a_reader(store) == ["Ane"] * 3
            raise ZeroDivisionError

    for name in ("Bo", "Carl"):
        with pytest.raises(ZeroDivisionError):
            fail(name)
        assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Ane"] * 3


def test_one_undone_change_is_not_taken_for_another(store: Store) -> None:
    def fail(name: str) -> NoReturn:
        with store.database.batch(1):
            with store.work("T1") as uow:
                uow.members.learn(replace(ANE, name=name))
            with store.work("T1") as uow:
                assert uow.members.find(ANE.id) == replace(ANE, name=name)
            raise ZeroDivisionError

    for name in ("Bo", "Carl"):
        with pytest.raises(ZeroDivisionError):
            fail(name)
    assert seen_by_a_writer(store) == ["Ane"] * 3


def test_what_another_process_changes_is_seen(store: Store) -> None:
    other = Store(Database(store.database.url.render_as_string(hide_password=False)), FixedClock())
    with other.work("T1") as uow:
        keep(uow, "Bo")
    other.database.close()
    assert seen_by_a_writer(store) == seen_by_a_reader(store) == ["Bo"] * 3


def test_who_the_bot_is_now_is_seen(store: Store) -> None:
    with store.database.writing() as connection:
        install(connection, Workspace(id="T1", bot_user="UNEW"))
    with store.look("T1") as looking, store.work("T1") as writing:
        assert looking.settings.get().bot_user == writing.settings.get().bot_user == "UNEW"


def test_nobody_is_remembered_for_another_workspace(store: Store) -> None:
    assert seen_by_a_writer(store, "T2") == seen_by_a_reader(store, "T2") == [None] * 3
