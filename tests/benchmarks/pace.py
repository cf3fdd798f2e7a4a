"""Delivery at Slack's pace: one message a second in each channel."""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import crowd, servers
from tests.benchmarks.findings import Finding, Size
from tests.benchmarks.standin import StandIn


async def delivery(size: Size, folder: Path) -> Sequence[Finding]:
    """Deliver what waits in ten channels; the ideal is one message a second in each, all channels side by side."""
    channels, each = size.of(10, 2), size.of(31, 2)
    names = [f"C{n:06}" for n in range(channels)]
    path = folder / "pace.db"
    app = crowd.stafet(f"sqlite:///{path}")
    for name in names:
        crowd.keep_channel(app, name)
    for n in range(each):
        for name in names:
            crowd.add_task(app, f"Step {n:03}", due_in=None, channel=name)
    app.database.close()
    async with StandIn() as standin, servers.bot(standin, folder, address=f"sqlite:///{path}"):
        await _all_came(standin, channels * each, within=each * 3 + 20)
        await asyncio.sleep(1.5)  # a doubled one would come now
    faults = sum(_faults([message["text"] for _, message in standin.posts[name]], each) for name in names)
    first = min(standin.posts[name][0][0] for name in names)
    last = max(standin.posts[name][-1][0] for name in names)
    ideal = float(each - 1)
    shortest = min(_shortest_gap([at for at, _ in standin.posts[name]]) for name in names)
    if faults:
        raise RuntimeError(f"{faults} messages were lost, doubled or out of order")
    figures = (
        f"{channels * each} messages in {channels} channels in {last - first:.2f} s, "
        f"none lost, doubled or out of order; two in one channel never closer than {shortest:.2f} s"
    )
    return [Finding(what="delivery, to the ideal at Slack's pace", ratio=(last - first) / ideal, target=1.08,
                    figures=figures)]  # fmt: skip


async def _all_came(standin: StandIn, count: int, *, within: float) -> None:
    async with asyncio.timeout(within):
        while sum(map(len, standin.posts.values())) < count:
            await asyncio.sleep(0.05)


def _faults(texts: Sequence[str], each: int) -> int:
    """Count what isn't there once, in its place."""
    wrong = sum(f"Step {n:03}" not in text for n, text in enumerate(texts[:each]))
    return wrong + abs(len(texts) - each)


def _shortest_gap(times: Sequence[float]) -> float:
    return min(later - earlier for earlier, later in itertools.pairwise(times))
