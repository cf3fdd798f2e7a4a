"""What a transport costs by itself: Socket Mode to a bare websocket, and dispatch with many handlers to one."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Event
from handlers.context import Context, Desk
from handlers.dispatch import Dispatcher
from handlers.routes import EventRoute
from tests.benchmarks import crowd, servers
from tests.benchmarks.findings import Finding, Size, side_by_side
from tests.benchmarks.load import Body, envelope, message_deleted
from tests.benchmarks.reading import interleaved
from tests.benchmarks.servers import Server
from tests.benchmarks.standin import StandIn

_numbers = itertools.count(1)


async def sockets(size: Size, folder: Path) -> Sequence[Finding]:
    """Acknowledge envelopes of an event that no handler wants: what Socket Mode itself costs."""
    count, rounds = size.of(1500, 20), size.of(7, 1)
    async with StandIn() as slack, StandIn() as other, servers.bot(slack, folder, http=False) as bot:
        with subprocess.Popen([sys.executable, servers.YARDSTICKS / "bare_socket.py", other.socket_url]) as process:
            bare = Server("bare websocket", process, 0, 0)
            await asyncio.gather(slack.connected.wait(), other.connected.wait(), slack.was_asked_for_people())
            slacks = {bot.name: slack, bare.name: other}

            def cpu(body: Body):  # type: ignore[no-untyped-def]
                async def measure(server: Server) -> float:
                    before = server.cpu()
                    await _send(slacks[server.name], count, body)
                    return (server.cpu() - before) / count

                return measure

            await side_by_side([bot, bare], cpu(unwanted), rounds=1)
            seen = await side_by_side([bot, bare], cpu(unwanted), rounds=rounds)
            kept = await side_by_side([bot], cpu(message_deleted), rounds=max(1, rounds // 2))
            bare.end()
    ours, echo, durable = (1e6 * max(one, 1e-6) for one in (seen[bot.name], seen[bare.name], kept[bot.name]))
    figures = f"{ours:.0f} µs and {echo:.0f} µs; with a commit {durable:.0f} µs"
    return [Finding(what="Socket Mode CPU, to a bare websocket", ratio=ours / echo, target=3, figures=figures)]


def unwanted(n: int) -> bytes:
    """Write an event that no handler wants."""
    return envelope({"type": "emoji_changed", "subtype": "add", "name": "x", "event_ts": f"1760000001.{n:06}"}, n)


async def _send(slack: StandIn, count: int, body: Body) -> None:
    """Send envelopes, 32 on their way at once, and wait for every acknowledgement."""
    on_the_way = 0
    for n in range(count):
        payload = json.loads(body(next(_numbers)))
        told = {"envelope_id": f"e{n}", "type": "events_api", "accepts_response_payload": False, "payload": payload}
        await slack.sockets[-1].send_str(json.dumps(told))
        on_the_way += 1
        while on_the_way >= 32 or (n == count - 1 and on_the_way):
            await asyncio.wait_for(slack.answered.get(), 10)
            on_the_way -= 1


async def many_handlers(size: Size, folder: Path) -> Sequence[Finding]:
    """Dispatch an event with a hundred handlers, and with one."""
    app = crowd.stafet(f"sqlite:///{folder / 'handlers.db'}")
    desk = Desk(app.services, app.workers, app.translators, app.gateway, app.clock)
    one, hundred = (
        Dispatcher([EventRoute(f"kind_{n}", _nothing) for n in range(100 - count, 100)], desk) for count in (1, 100)
    )
    loop = asyncio.new_event_loop()

    def with_(dispatcher: Dispatcher) -> None:
        for _ in range(20):
            request = Event(actor=crowd.actor(), deadline=time.monotonic() + 5, kind="kind_99", body={})
            loop.run_until_complete(dispatcher(request))

    await asyncio.to_thread(with_, one)  # who asks is known from here on
    many, few = await asyncio.to_thread(interleaved, lambda: with_(hundred), lambda: with_(one), rounds=size.of(100, 1))
    loop.close()
    app.workers.close()
    app.database.close()
    figures = f"{many / 20 * 1e6:.0f} µs and {few / 20 * 1e6:.0f} µs"
    return [Finding(what="100 handlers, to one", ratio=many / few, target=1.2, figures=figures)]


async def _nothing(_: Event, __: Context) -> Reply:
    return NOTHING
