"""Killed at every fail point, and at any moment: nothing that was acknowledged is lost, and nothing is doubled."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.failpoints import POINTS
from storage.lanes import LEASE
from tests.chaos.kill_stage import Stage
from tests.chaos.kill_story import END, NOT_ON_POSTGRES, START, STORY, TIDY
from tests.chaos.kill_world import HURRY, World
from tests.support.databases import Postgres

RESUMED = 30.0
"""Seconds after the lease within which everything that kills cut short has come to its end."""
SETTLED = 120.0
ROUNDS = 20
ROUNDS_AT_ONCE = 4
EVERYWHERE = (*START, *(point for point, _ in STORY), *TIDY, *END)


@dataclass
class Books:
    """What became of a round: the kills, what is wrong, and how long it took until everything had ended (seconds)."""

    kills: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)


def test_the_story_passes_every_fail_point() -> None:
    assert Counter(EVERYWHERE) == dict.fromkeys(POINTS, 1)


@pytest.mark.timeout(14400)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_at_any_fail_point_loses_and_doubles_nothing(
    tmp_path: Path, postgres: Postgres, kind: str, full: bool, tell: Callable[[str], None]
) -> None:
    there = EVERYWHERE if kind == "sqlite" else [point for point in EVERYWHERE if point not in NOT_ON_POSTGRES]
    half = EVERYWHERE[0::2] if kind == "sqlite" else EVERYWHERE[1::2]
    points = there if full else [point for point in there if point in half or point in NOT_ON_POSTGRES]
    rounds = ROUNDS if full else 1

    def play(number: int) -> Books:
        with ExitStack() as opened:
            folder = tmp_path / f"round-{number}"
            folder.mkdir()
            address = f"sqlite:///{folder}/stafet.db"
            if kind == "postgresql":
                name = postgres.create(template=None)
                opened.callback(postgres.drop, name)
                address = postgres.address(name)
            world = opened.enter_context(closing(World(folder, address, stages=len(STORY), hurried=not full)))
            try:
                return kill_at_all(world, points)
            except (AssertionError, TimeoutError) as e:  # the other rounds are worth their figures all the same
                return Books(kills=world.kills & world.logged_kills, wrongs=[f"round {number}: {e!r}"])

    kills, wrongs, slowest = Counter[str](), [], 0.0
    with ThreadPoolExecutor(ROUNDS_AT_ONCE) as pool:
        for books in pool.map(play, range(rounds)):
            kills += books.kills
            wrongs += books.wrongs
            slowest = max([slowest, *books.resumed])
            tell(
                f"kills at fail points, {kind}: {kills.total()} at {len(kills)} points, {len(wrongs)} wrong; "
                f"everything had ended at most {slowest:.1f} s after the last kill"
            )
    assert not wrongs, "\n".join(wrongs)
    assert kills == dict.fromkeys(points, rounds)
    assert slowest <= (LEASE.total_seconds() if full else HURRY["storage.lanes.LEASE"]) + RESUMED


def kill_at_all(world: World, points: Sequence[str]) -> Books:
    """Kill a bot at each point, one after the other; finish, and say what became of it."""
    books, wanted = Books(), set(points)
    for point in START:
        if point in wanted:
            world.begin(point)
            world.dies()
    scenes = [(point, deed, Stage(world, number)) for number, (point, deed) in enumerate(STORY) if point in wanted]
    world.lives()
    for _, deed, stage in scenes:
        if not deed.wants_calm:
            deed.prepare(stage)
    for point, deed, stage in scenes:
        if deed.wants_calm:
            books.resumed.append(settles(world))
            deed.prepare(stage)
        world.begin(point)
        world.is_up()
        deed.act(stage)
        world.dies()
    for point in TIDY:
        if point in wanted:
            world.begin(point, **{"scheduler.timers.UPKEEP_AFTER": 0.2})
            world.dies()
    for point in END:
        if point in wanted:
            world.begin(point)
            world.dies(within=SETTLED)
    books.resumed.append(settles(world))
    books.wrongs = [
        f"{point}: {wrong}; {stage.evidence}" for point, deed, stage in scenes for wrong in deed.wrongs(stage)
    ]
    books.kills = world.kills & world.logged_kills
    return books


def settles(world: World) -> float:
    """Let a bot live until nothing is open any more; say how long that took, in seconds."""
    began = time.monotonic()
    world.lives()
    while unfinished := world.unfinished():
        assert time.monotonic() < began + SETTLED, f"{unfinished}\n{world.last_words}"
        time.sleep(0.2)
    return time.monotonic() - began
