"""What reading costs: a person's open tasks among very many, and a due time in a line."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.app import App
from bot.domain.calendar import Calendar
from bot.domain.hours import WeeklyHours
from bot.domain.members import Actor
from handlers.parsing.due_times import read_due
from storage.tables import tasks
from storage.tasks import TaskFilter
from tests.benchmarks import crowd, postgres
from tests.benchmarks.findings import Finding, Size
from tests.benchmarks.load import TEAM

PHRASES = (
    ("en", "friday 15:00"),
    ("en", "in 3 hours"),
    ("en", "27 Nov at 9"),
    ("da", "i morgen kl. 15"),
    ("da", "fredag"),
    ("et", "homme kell 15"),
    ("et", "27.11. kell 9"),
    ("tr", "yarın 15:00"),
    ("tr", "cuma"),
)


async def mine(size: Size, folder: Path) -> Sequence[Finding]:
    """List my open tasks among a million, to a look at one by its primary key."""
    count = size.of(1_000_000, 2000)
    on_sqlite = crowd.crowd(folder, count)
    findings = [_mine(on_sqlite, size, "SQLite", 6)]
    on_sqlite.database.close()
    with postgres.running() as server:
        on_postgres = crowd.stafet(server.create("crowd"))
        crowd.fill(on_postgres, count)
        findings.append(_mine(on_postgres, size, "PostgreSQL", 2.5))
        on_postgres.database.close()
    return findings


def _mine(app: App, size: Size, database: str, target: float) -> Finding:
    me = Actor(workspace=TEAM, member=crowd.ME)
    wanted = TaskFilter(reader=crowd.ME, assignee=crowd.ME)
    numbers = iter(range(100, 1_000_000))

    def look() -> None:
        one = select(tasks).where(tasks.c.workspace == TEAM, tasks.c.number == next(numbers))
        with app.database.reading() as connection:
            connection.execute(one).one()

    def list() -> None:
        app.services.tasks.list(me, wanted, size=10)

    listing, looking = interleaved(list, look, rounds=size.of(300, 3))
    what = f"my open tasks at 1,000,000, to a primary-key look, {database}"
    figures = f"{listing * 1e6:.0f} µs and {looking * 1e6:.0f} µs"
    return Finding(what=what, ratio=listing / looking, target=target, figures=figures)


async def due_times(size: Size, _: Path) -> Sequence[Finding]:
    """Read due times in four languages, to strptime."""
    now, rounds = datetime(2026, 11, 18, 9, tzinfo=UTC), size.of(300, 3)
    calendar = Calendar(WeeklyHours.parse("mon-fri 09:00-17:00"), ZoneInfo("Europe/Copenhagen"), frozenset())

    def read() -> None:
        for language, phrase in PHRASES:
            read_due(phrase, now=now, calendar=calendar, languages=(language, "en"))

    def parse() -> None:
        for _ in PHRASES:
            datetime.strptime("2026-11-20 15:00", "%Y-%m-%d %H:%M")

    ours, theirs = (seconds / len(PHRASES) for seconds in interleaved(read, parse, rounds=rounds))
    figures = f"{ours * 1e6:.0f} µs and {theirs * 1e6:.1f} µs; the middle of {len(PHRASES)} phrases"
    return [
        Finding(what="a due time read, to 50 µs", ratio=ours * 1e6 / 50, target=1, figures=figures),
        Finding(what="a due time read, to strptime", ratio=ours / theirs, figures="as above"),
    ]


def interleaved(ours: Callable[[], None], theirs: Callable[[], None], *, rounds: int) -> tuple[float, float]:
    """Time two works in turn; give the median of each in seconds."""
    seen: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, times in zip((ours, theirs), seen, strict=True):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    return statistics.median(seen[0]), statistics.median(seen[1])
