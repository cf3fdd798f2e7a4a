"""However many tasks are open: 200 and 20,000 of them in every run, 1,000 and 1,000,000 with `--full`."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.members import Actor
from bot.domain.workspaces import Workspace
from bot.services import Services, build_services
from storage.engine import Database
from storage.errands import next_run_at
from storage.lanes import claim, next_free_in
from storage.migrate import upgrade
from storage.outbox import first_unknown_at
from storage.tasks import TaskFilter
from storage.unit_of_work import DUE_TABLES, Store
from storage.workspaces import install
from tests.support.clocks import MIDWEEK, FixedClock
from tests.support.crowds import FIRST_DUE_AT, WORKSPACE, Crowd, gather
from tests.support.databases import Postgres

pytestmark = pytest.mark.timeout(1800)  # a million rows on a busy machine

ME = "U7"
ACTOR = Actor(workspace=WORKSPACE, member=ME, channel="C1")
LISTS = {
    "mine": TaskFilter(reader=ME, assignee=ME),
    "a person's": TaskFilter(reader=ME, assignee="U9"),
    "a customer's": TaskFilter(reader=ME, customer=17),
    "late": TaskFilter(reader=ME, late_at=MIDWEEK),
    "today": TaskFilter(reader=ME, due_before=MIDWEEK + timedelta(hours=14)),
    "week": TaskFilter(reader=ME, due_before=MIDWEEK + timedelta(days=5)),
    "all": TaskFilter(reader=ME),
}
TICK = 3.0
CLAIM = 3.0
LIST = 4.0
"""How many times what it costs with a few it may cost with many; a page of a few may have fewer rows."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database with a crowd in it."""

    store: Store
    services: Services

    @property
    def database(self) -> Database:
        """Its database."""
        return self.store.database


@dataclass(frozen=True, slots=True)
class Places:
    """The same with a few tasks and with many."""

    few: Place
    many: Place

    def times_dearer(self, work: Callable[[Place], object]) -> float:
        """Measure how many times what it costs with a few it costs with many: the best of twenty, turn by turn."""
        best = {"few": float("inf"), "many": float("inf")}
        for _ in range(20):
            for name, place in (("few", self.few), ("many", self.many)):
                began = time.perf_counter()
                work(place)
                best[name] = min(best[name], time.perf_counter() - began)
        return best["many"] / best["few"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def places(
    request: pytest.FixtureRequest, full: bool, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    few, many = (1_000, 1_000_000) if full else (200, 20_000)
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("crowds")
        addresses = [f"sqlite:///{shutil.copy(migrated_file, folder / f'{count}.db')}" for count in (few, many)]
        yield from _filled(addresses, (few, many))
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    names = [postgres.create(), postgres.create()]
    yield from _filled([postgres.address(name) for name in names], (few, many))
    for name in names:
        postgres.drop(name)


def _filled(addresses: list[str], counts: tuple[int, int]) -> Iterator[Places]:
    made = []
    for address, count in zip(addresses, counts, strict=True):
        database = Database(address)
        with database.writing() as connection:
            install(connection, Workspace(id=WORKSPACE, name="Fjord", bot_user="UBOT", bot_id="BBOT"))
        gather(database, Crowd(tasks=count, late=count // 10))
        store = Store(database, FixedClock())
        made.append(Place(store, build_services(store, FixedClock())))
    yield Places(*made)
    for place in made:
        place.database.close()


@contextmanager
def plans_of_reads(database: Database) -> Iterator[list[str]]:
    """Collect how the database goes about each SELECT from the tasks."""
    asked: list[tuple[str, Any]] = []
    found: list[str] = []

    def collect(_c: object, _k: object, statement: str, values: object, _x: object, _m: bool) -> None:
        if statement.startswith("SELECT") and "FROM tasks" in statement:
            asked.append((statement, values))

    with database.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", collect)
    yield found
    event.remove(engine, "before_cursor_execute", collect)
    with database.reading() as connection:
        for statement, values in asked:
            explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
            rows = connection.exec_driver_sql(explain + statement, values).all()
            found.append("\n".join(str(row[-1]) for row in rows))


def assert_reads_only_what_it_shows(plans: list[str]) -> None:
    assert plans
    for plan in plans:
        assert "ix_tasks_" in plan, plan
        for dear in ("TEMP B-TREE", "SCAN tasks", "Seq Scan on tasks", "Sort"):
            assert dear not in plan, plan


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_in_its_order_from_an_index(places: Places, name: str) -> None:
    with plans_of_reads(places.many.database) as plans:
        page = places.many.services.tasks.list(ACTOR, LISTS[name])
    assert len(page.tasks) == 10 or name == "today"
    assert_reads_only_what_it_shows(plans)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_however_many_are_open(places: Places, name: str) -> None:
    assert places.times_dearer(lambda place: place.services.tasks.list(ACTOR, LISTS[name], size=5)) <= LIST


@pytest.mark.parametrize("name", LISTS)
def test_no_list_keeps_anybody_waiting(places: Places, name: str) -> None:
    took = []
    for _ in range(3):  # the best counts: the machine may have other things to do
        began = time.perf_counter()
        places.many.services.tasks.list(ACTOR, LISTS[name], offset=10_000)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.3


def test_a_customers_card_and_what_goes_with_it_read_an_index(places: Places) -> None:
    with plans_of_reads(places.many.database) as plans, places.many.store.look(WORKSPACE) as uow:
        uow.tasks.of_handoff(3)
        uow.prompts.is_complaint_open(17)
        uow.tasks.made_from("C1", "1.2")
    assert len(plans) == 3
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert "autoindex_tasks_1 (workspace=?)" not in plan, plan


def test_a_tick_that_finds_nothing_costs_the_same(places: Places) -> None:
    def empty_tick(place: Place) -> None:
        for noun in DUE_TABLES:
            assert (place.store.next_check_at(noun) or FIRST_DUE_AT) >= FIRST_DUE_AT
        with place.database.writing() as connection:
            assert claim(connection, now=MIDWEEK, machine_now=MIDWEEK, limit=10) == []
            assert next_free_in(connection, now=MIDWEEK, machine_now=MIDWEEK) is None
            assert first_unknown_at(connection) is next_run_at(connection) is None

    assert places.times_dearer(empty_tick) <= TICK


def test_a_claim_costs_the_same(places: Places) -> None:
    def claim_tasks(place: Place) -> None:
        with place.store.due("tasks", MIDWEEK + timedelta(days=30), limit=25) as due:
            assert len(due) == 25

    assert places.times_dearer(claim_tasks) <= CLAIM


def test_a_start_looks_at_no_task(places: Places) -> None:
    assert places.times_dearer(lambda place: upgrade(place.database)) <= TICK


def test_names_are_found_in_one_look_at_the_people(places: Places) -> None:
    text = " ".join(f"@person{n}" for n in range(1, 21))
    context = places.many.services.people.line_context(ACTOR, f"Send the offer to Customer 17 {text}")
    assert set(context.people) == set(text.replace("@", "").split())
    assert list(context.customers) == ["customer 17"]
