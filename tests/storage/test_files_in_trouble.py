"""What happens to a SQLite file behind the bot's back: it is noticed, and nothing is taken for kept that isn't."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.domain.references import task_ref
from bot.domain.workspaces import Workspace
from storage.engine import Database, DatabaseTaken, StorageBusy
from storage.unit_of_work import Store
from storage.workspaces import install
from tests.storage.test_units_of_work import a_task
from tests.support.clocks import FixedClock


@pytest.fixture
def store(sqlite_database: Database) -> Store:
    """A store whose connections are open."""
    with sqlite_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    store = Store(sqlite_database, FixedClock())
    add(store)
    assert look(store) == [1]
    return store


def add(store: Store, number: int = 1) -> None:
    with store.work("T1") as uow:
        uow.tasks.add(a_task(number))


def look(store: Store) -> list[int]:
    with store.look("T1") as uow:
        return [number for number in range(3) if uow.tasks.find(task_ref(number))]


def share(store: Store) -> None:
    with store.database.batch(1):
        add(store, 2)


@pytest.fixture(params=["deleted", "moved", "replaced"])
def path(request: pytest.FixtureRequest, store: Store) -> Path:
    """Where the file was that the store has open."""
    path = Path(str(store.database.url.database))
    if request.param == "replaced":
        shutil.copy(path, path.with_name("backup.db"))
        path.with_name("backup.db").replace(path)
    elif request.param == "moved":
        path.rename(path.with_name("elsewhere.db"))
    else:
        path.unlink()
    return path


@pytest.mark.parametrize("use", [partial(add, number=2), look, share], ids=["add", "look", "share"])
def test_nothing_is_kept_in_a_file_that_is_no_longer_there(
    store: Store, path: Path, use: Callable[[Store], object]
) -> None:
    was_there = path.exists()
    with pytest.raises(StorageBusy, match="moved, replaced or deleted"):
        use(store)
    assert path.exists() == was_there


def test_a_file_that_comes_back_serves_on(store: Store) -> None:
    path = Path(str(store.database.url.database))
    away = path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(StorageBusy):
        look(store)
    away.rename(path)
    assert look(store) == [1]


def test_a_second_bot_is_kept_off_a_file_by_whatever_name_it_calls_it(store: Store, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(str(store.database.url.database))
    with store.database.take() or pytest.fail("not taken"), pytest.raises(DatabaseTaken):
        Database(f"sqlite:///{link}").take()


def test_a_bot_is_kept_off_a_file_that_has_a_second_name_for_the_lock_is_of_one(store: Store, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    with store.database.take() or pytest.fail("not taken"):
        link.hardlink_to(str(store.database.url.database))
        with pytest.raises(DatabaseTaken, match="hard link"):
            Database(f"sqlite:///{link}").take()
    link.unlink()
    with store.database.take() or pytest.fail("not taken"):
        assert look(store) == [1]


def test_where_nothing_can_be_written_beside_the_file_the_database_is_unable(store: Store) -> None:
    Path(f"{store.database.url.database}.lock").mkdir()
    with pytest.raises(StorageBusy, match=r"stafet\.db\.lock"):
        store.database.take()
