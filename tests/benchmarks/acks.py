"""What an acknowledgement costs: the bot as a process, beside yardsticks and what people would pick instead."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.benchmarks import node, postgres, servers
from tests.benchmarks.findings import Finding, Measure, Size, side_by_side
from tests.benchmarks.load import Body, message_deleted, send, task_command
from tests.benchmarks.servers import Server
from tests.benchmarks.standin import StandIn

AT_ONCE = 32


async def one_at_a_time(size: Size, folder: Path) -> Sequence[Finding]:
    """Acknowledge durably, one at a time: how long the middle one takes."""
    count = size.of(150, 5)
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(_bot(folder))
        bare = await stack.enter_async_context(_bare(folder, "commit"))
        both = [bot, bare, *await _bolt(stack, folder, "sqlite")]
        seen = await side_by_side(both, _p50(count), rounds=size.of(9, 1))
        tasks = await side_by_side([bot], _p50(count, task_command), rounds=size.of(3, 1))
    figures = f"{_milliseconds(seen)}; `/task` {tasks[bot.name] * 1000:.2f} ms"
    ours = seen[bot.name]
    return [Finding(what="one at a time, to the bare handler", ratio=ours / seen[bare.name], target=2, figures=figures)]


async def at_once(size: Size, folder: Path) -> Sequence[Finding]:
    """Acknowledge durably, 32 at once: how much CPU each takes."""
    count = size.of(500, 40)
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(_bot(folder))
        bares = [await stack.enter_async_context(_bare(folder, how)) for how in ("none", "commit", "grouped")]
        bolts = await _bolt(stack, folder, "sqlite", "sqlite-default")
        seen = await side_by_side([bot, *bares, *bolts], _cpu(count), rounds=size.of(5, 1))
        tasks = await side_by_side([bot], _cpu(count // 4, task_command), rounds=size.of(3, 1))
    ours, bare = seen[bot.name], seen[bares[0].name]
    figures = f"{_microseconds(seen)}; `/task` {tasks[bot.name] * 1e6:.0f} µs"
    findings = [Finding(what="CPU, 32 at once, to the bare handler that keeps nothing", ratio=ours / bare, target=7,
                        figures=figures)]  # fmt: skip
    if bolts:
        versus = (("CPU, 32 at once, to bolt-js (WAL, FULL)", "sqlite", 0.5),
                  ("CPU, 32 at once, to bolt-js as SQLite comes", "sqlite-default", None))  # fmt: skip
        findings += [Finding(what=what, ratio=ours / seen[f"bolt-js {kind}"], target=target, figures="as above")
                     for what, kind, target in versus]  # fmt: skip
    return findings


async def slow_disk(size: Size, folder: Path) -> Sequence[Finding]:
    """Acknowledge on a disk whose fsync takes 2 ms, as a preloaded library has it: how many a second."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        print("slow_disk is left out: there is no C compiler here")
        return []
    library, source = folder / "slow_fsync.so", servers.YARDSTICKS / "slow_fsync.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
    slow = {"LD_PRELOAD": str(library)}
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(_bot(folder, slow))
        bare = await stack.enter_async_context(_bare(folder, "commit", slow))
        bolts = await _bolt(stack, folder, "sqlite", "sqlite-default", env=slow)
        seen = await side_by_side([bot, bare, *bolts], _rate(size.of(300, 40)), rounds=size.of(5, 1))
    figures = ", ".join(f"{name} {rate:.0f}/s" for name, rate in seen.items())
    ours = seen[bot.name]
    to_bare = Finding(what="fsync of 2 ms, to the bare handler with a commit each", ratio=ours / seen[bare.name],
                      at_least=True, figures=figures)  # fmt: skip
    if not bolts:
        return [to_bare]
    return [
        Finding(what="fsync of 2 ms, to bolt-js as SQLite comes", ratio=ours / seen["bolt-js sqlite-default"], target=8,
                at_least=True, figures=figures),
        Finding(what="fsync of 2 ms, to bolt-js (WAL, FULL)", ratio=ours / seen["bolt-js sqlite"], at_least=True,
                figures="as above"),
        to_bare,
    ]  # fmt: skip


async def on_postgres(size: Size, folder: Path) -> Sequence[Finding]:
    """Acknowledge on PostgreSQL, 32 at once: the CPU of the application and of the server together."""
    if await node.packages() is None:
        return []
    with postgres.running() as server:
        async with AsyncExitStack() as stack:
            ours, theirs = server.create("ours"), server.create("theirs")
            bot = await stack.enter_async_context(_bot(folder, address=ours))
            bolts = await _bolt(stack, folder, "pg", env={"PG_ADDRESS": theirs})
            seen = await side_by_side([bot, *bolts], _cpu(size.of(500, 40), server=server), rounds=size.of(5, 1))
            alone = await side_by_side([bot, *bolts], _cpu(size.of(500, 40)), rounds=size.of(3, 1))
    figures = f"{_microseconds(seen)}; the applications alone: {_microseconds(alone)}"
    ratio = seen[bot.name] / seen[bolts[0].name]
    return [Finding(what="PostgreSQL, all CPU, to bolt-js with pg", ratio=ratio, target=0.8, figures=figures)]


@asynccontextmanager
async def _bot(folder: Path, env: Mapping[str, str] | None = None, *, address: str = "") -> AsyncIterator[Server]:
    """Run the bot, once it knows everybody and has kept something."""
    async with StandIn() as standin, servers.bot(standin, folder, address=address, env=env) as server:
        await standin.was_asked_for_people()
        await send(server.port, 100, at_once=8)
        yield server


@asynccontextmanager
async def _bare(folder: Path, how: str, env: Mapping[str, str] | None = None) -> AsyncIterator[Server]:
    async with servers.yardstick("bare.py", str(folder / f"bare-{how}.db"), how, folder=folder, env=env) as server:
        server.name = f"bare {how}"
        await send(server.port, 100, at_once=8)
        yield server


async def _bolt(stack: AsyncExitStack, folder: Path, *kinds: str, env: Mapping[str, str] | None = None) -> list[Server]:
    """Run bolt-js, once for each kind of database, warm; nothing where there is no Node."""
    modules = await node.packages()
    if modules is None:
        return []
    return [await stack.enter_async_context(bolt(folder, kind, modules, env)) for kind in kinds]


@asynccontextmanager
async def bolt(
    folder: Path, kind: str, modules: Path, env: Mapping[str, str] | None = None, *, is_warm: bool = True
) -> AsyncIterator[Server]:
    """Run bolt-js."""
    async with StandIn() as standin:
        settings = {
            "NODE_PATH": str(modules),
            "SQLITE_FILE": str(folder / f"bolt-{kind}.db"),
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_API_URL": standin.url,
            **(env or {}),
        }
        async with servers.yardstick("bolt.js", kind, folder=folder, env=settings) as server:
            server.name = f"bolt-js {kind}"
            if is_warm:
                await send(server.port, 600, at_once=8)
            yield server


def _p50(count: int, body: Body = message_deleted) -> Measure:
    async def measure(server: Server) -> float:
        return (await send(server.port, count, at_once=1, body=body)).p50

    return measure


def _cpu(count: int, body: Body = message_deleted, *, server: postgres.Server | None = None) -> Measure:
    async def measure(measured: Server) -> float:
        before = measured.cpu() + (server.cpu() if server else 0)
        await send(measured.port, count, at_once=AT_ONCE, body=body)
        return max(measured.cpu() + (server.cpu() if server else 0) - before, 0.001) / count

    return measure


def _rate(count: int) -> Measure:
    async def measure(server: Server) -> float:
        return count / (await send(server.port, count, at_once=AT_ONCE)).elapsed

    return measure


def _milliseconds(seen: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {seconds * 1000:.2f} ms" for name, seconds in seen.items())


def _microseconds(seen: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {seconds * 1e6:.0f} µs" for name, seconds in seen.items())
