"""How soon the bot answers after its start, and what it holds in memory."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import crowd, node, servers
from tests.benchmarks.acks import bolt
from tests.benchmarks.findings import Finding, Size
from tests.benchmarks.load import send
from tests.benchmarks.servers import Server
from tests.benchmarks.standin import StandIn


async def starting(size: Size, folder: Path) -> Sequence[Finding]:
    """Start, acknowledge, take some load; to bolt-js, and with a million open tasks to none."""
    modules = await node.packages()
    many = crowd.copied(folder, size.of(1_000_000, 2000), "crowded.db")
    load = size.of(2000, 40)
    seconds: dict[str, list[float]] = {"Stafet": [], "bolt-js": []}
    memory: dict[str, list[float]] = {"Stafet": [], "crowded": [], "bolt-js": []}
    for _ in range(size.of(5, 1)):
        async with StandIn() as standin:
            async with servers.bot(standin, folder) as bot:
                await _measure(bot, load, seconds["Stafet"], memory["Stafet"])
            async with servers.bot(standin, folder, address=f"sqlite:///{many}") as crowded:
                await _measure(crowded, load, [], memory["crowded"])
        if modules:
            async with bolt(folder, "sqlite", modules, is_warm=False) as other:
                await _measure(other, load, seconds["bolt-js"], memory["bolt-js"])
    held = {name: statistics.median(values) for name, values in memory.items() if values}
    took = {name: statistics.median(values) for name, values in seconds.items() if values}
    told = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in held.items())
    findings = [
        Finding(what="memory with 1,000,000 open tasks, to none", ratio=held["crowded"] / held["Stafet"], target=1.05,
                figures=told)
    ]  # fmt: skip
    if modules:
        start = ", ".join(f"{name} {second:.2f} s" for name, second in took.items())
        findings += [
            Finding(what="start to first acknowledgement, to bolt-js", ratio=took["Stafet"] / took["bolt-js"],
                    target=1.5, figures=start),
            Finding(what="memory under load, to bolt-js", ratio=held["Stafet"] / held["bolt-js"], target=0.65,
                    figures=told),
        ]  # fmt: skip
    return findings


async def _measure(server: Server, load: int, seconds: list[float], memory: list[float]) -> None:
    await send(server.port, 1, at_once=1)
    seconds.append(time.perf_counter() - server.began)
    await asyncio.sleep(0.5)
    await send(server.port, load, at_once=16)
    memory.append(server.memory())
