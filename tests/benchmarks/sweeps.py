"""What a look costs, however many tasks are open, and how fast a burst is worked off."""

import asyncio
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy import func, select

from bot.app import App
from bot.domain.outgoing import Saying
from scheduler.sweeps import Sweep, decisions_of
from storage.tables import outbox, tasks
from tests.benchmarks import crowd, servers
from tests.benchmarks.findings import Finding, Size


async def million(size: Size, folder: Path) -> Sequence[Finding]:
    """Look at nothing due, and claim what is due, at 1,000,000 open tasks and at 10,000."""
    many, few = (crowd.crowd(folder, count) for count in (size.of(1_000_000, 2000), size.of(10_000, 200)))
    rounds, at_once = size.of(15, 1), size.of(50, 5)
    looks: tuple[list[float], list[float]] = ([], [])
    claims: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds):
        for app, look, claim in zip((many, few), looks, claims, strict=True):
            look.append(await _empty_ticks(app, size.of(10, 1)))
            crowd.make_due(app, n * at_once + 10, n * at_once + 9 + at_once)
            began = time.perf_counter()
            claimed = app.services.delays.sweep(at_once)
            claim.append((time.perf_counter() - began) / claimed)
            crowd.silence(app)
    for app in (many, few):
        app.workers.close()
        app.database.close()
    return [_finding("an empty tick", looks, 1.2), _finding("a claim", claims, 3)]


def _finding(what: str, seen: tuple[list[float], list[float]], target: float) -> Finding:
    million, thousands = (statistics.median(values) * 1e6 for values in seen)
    figures = f"{million:.0f} µs and {thousands:.0f} µs"
    what = f"{what} at 1,000,000 open tasks, to 10,000"
    return Finding(what=what, ratio=million / thousands, target=target, figures=figures)


async def burst(size: Size, folder: Path) -> Sequence[Finding]:
    """Work off a burst that fell due in 5 s of downtime. A claim: decided, its warning put, the task saved."""
    count, rounds = size.of(2000, 20), size.of(5, 1)
    ours, theirs = [], []
    gc.collect()
    gc.freeze()  # for both, as `python -m bot` does once it has imported all
    for n in range(rounds):
        ours.append(await asyncio.to_thread(_our_claims, folder / f"burst-{n}.db", count))
        theirs.append(await asyncio.to_thread(_their_claims, folder / f"jobs-{n}.db", count))
    rate, other = statistics.median(ours), statistics.median(theirs)
    figures = f"{rate:.0f}/s and {other:.0f}/s; each of {count} run exactly once by both"
    what = "a burst of 2,000 after 5 s of downtime: claims a second, to APScheduler's SQLAlchemy job store"
    return [Finding(what=what, ratio=rate / other, target=15, at_least=True, figures=figures)]


async def _empty_ticks(app: App, count: int) -> float:
    """Run every round of the tick while nothing is due; give the seconds that a pass takes."""
    sweeps = [
        Sweep(noun, decide, app.store, app.workers, app.clock).run
        for noun, decide in decisions_of(app.services).items()
    ]
    looks: list[Callable[[], Awaitable[object]]] = [app.delivery.run, app.unknown.resolve, app.errands.sweep, *sweeps]
    began = time.perf_counter()
    for _ in range(count):
        for look in looks:
            await look()
    return (time.perf_counter() - began) / count


def _our_claims(path: Path, count: int) -> float:
    app = crowd.stafet(f"sqlite:///{path}")
    crowd.fill(app, count)
    crowd.make_due(app, 1, count)
    began = time.perf_counter()
    while app.services.delays.sweep():
        pass
    elapsed = time.perf_counter() - began
    with app.database.reading() as connection:
        late = outbox.c.saying == Saying.LATE.value
        told = connection.execute(select(func.count(), func.count(outbox.c.about.distinct())).where(late)).one()
        left = connection.execute(select(func.count()).where(tasks.c.next_check_at <= app.clock.now())).scalar_one()
    app.database.close()
    if tuple(told) != (count, count) or left:
        raise RuntimeError(f"{told} of {count} were told, {left} are left")
    return count / elapsed


def _their_claims(path: Path, count: int) -> float:
    script = servers.YARDSTICKS / "job_store.py"
    done = subprocess.run([sys.executable, script, str(path), str(count)], capture_output=True, text=True, check=True)
    return float(done.stdout)
