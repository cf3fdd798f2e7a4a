"""What a fault run needs: a fleet on an empty database, and PostgreSQL servers that may be stopped."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.fleet import Fleet
from tests.chaos.postgres import OwnPostgres
from tests.support.databases import Postgres

MakeFleet = Callable[..., Fleet]


def best_of_three(measure: Callable[[], float], enough: float) -> float:
    """Measure until it is less than `enough`, three times at most: the machine may have other things to do."""
    best = math.inf
    for _ in range(3):
        best = min(best, measure())
        if best < enough:
            break
    return best


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """Name a SQLite file that isn't there yet."""
    return f"sqlite:///{tmp_path}/stafet.db"


@pytest.fixture
def postgres_address(postgres: Postgres) -> Iterator[str]:
    """Make an empty database on the test run's own server."""
    name = postgres.create(template=None)
    yield postgres.address(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """Give an empty database; the test runs on both kinds."""
    kind = "sqlite_address" if request.param == "sqlite" else "postgres_address"
    return str(request.getfixturevalue(kind))


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """Start a PostgreSQL that this test may stop."""
    server = OwnPostgres()
    server.start()
    yield server
    server.end()


@pytest.fixture
def make_fleet(tmp_path: Path) -> Iterator[MakeFleet]:
    """Make fleets; their processes end with the test."""
    fleets: list[Fleet] = []

    def make(database_url: str, **options: object) -> Fleet:
        folder = tmp_path / f"fleet-{len(fleets)}"
        folder.mkdir()
        fleets.append(Fleet(folder, database_url, **options))  # type: ignore[arg-type]
        return fleets[-1]

    yield make
    for fleet in fleets:
        fleet.close()


@pytest.fixture
def tell(capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line of figures that is seen though the test is green."""

    def show(line: str) -> None:
        with capfd.disabled():
            print(f"\n{line}", flush=True)

    return show
