"""Two links to Slack: whatever becomes of one, nothing is lost and nothing is acknowledged that wasn't kept."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.metrics import Metrics
from bot.playground.server import Playground
from bot.slack import link as link_module
from bot.slack import refusals as refusals_module
from bot.slack import socket as socket_module
from bot.slack.edge import Send
from bot.slack.socket import LINKS, SocketLinks, _Pauses

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


class SlowEdge:
    """Take what comes, after a while; remember it, and whether the answer went out."""

    def __init__(self) -> None:
        self.took: list[str] = []
        self.answered: list[bool] = []
        self.takes = 0.0
        self.status = 200
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def receive(self, body: dict[str, Any], *, send: Send) -> BoltResponse:
        """Keep a body, as the real edge does."""
        self.took.append(body.get("event_id") or body.get("text", ""))
        await asyncio.sleep(self.takes)
        await self.may_answer.wait()
        answer = BoltResponse(status=self.status, body="")
        self.answered.append(await send(answer))
        return answer


@pytest_asyncio.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    """Start a Slack on this computer."""
    playground = Playground(manifest=MANIFEST, clock_file=tmp_path / "clock")
    await playground.start()
    playground.delivery.retry_after = (0.3,) * 30
    yield playground
    await playground.stop()


@pytest.fixture
def edge() -> SlowEdge:
    return SlowEdge()


@pytest_asyncio.fixture
async def links(playground: Playground, edge: SlowEdge) -> AsyncIterator[SocketLinks]:
    """Keep links to the playground."""
    links = SocketLinks(edge, playground.app_token, playground.api_url, Metrics())  # type: ignore[arg-type]
    links.start()
    await until(lambda: links.up == LINKS)
    yield links
    await links.close(1)


async def until(condition: Callable[[], Any], within: float = 30.0) -> float:
    """Wait for something; say how long it took."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_there_are_two_links_and_both_bring_what_comes(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    assert playground.sockets.connections == LINKS
    for number in range(4):
        assert not (await playground.people.types("ane", "#acme", f"/task {number}")).error
    assert sorted(edge.took) == ["0", "1", "2", "3"]
    assert edge.answered == [True] * 4


async def test_a_link_that_is_cut_is_back_within_seconds(playground: Playground, links: SocketLinks) -> None:
    for _ in range(3):
        await playground.cut()
        await until(lambda: links.up == 0)
        assert await until(lambda: links.up == LINKS, within=10) < 10


async def test_no_link_is_up_while_slack_refuses_and_both_come_back(playground: Playground, links: SocketLinks) -> None:
    playground.fail("apps.connections.open", "internal_error", 4)
    began = time.monotonic()
    await playground.cut()
    await until(lambda: links.up == 0)
    await until(lambda: links.up == LINKS, within=10)
    assert time.monotonic() - began > 0.5


async def test_a_line_that_died_without_a_word_is_noticed(
    playground: Playground, edge: SlowEdge, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = 20.0 if full else 0.5
    monkeypatch.setattr(socket_module, "_QUIET", quiet)
    links = SocketLinks(edge, playground.app_token, playground.api_url, Metrics())  # type: ignore[arg-type]
    began = time.monotonic()
    links.start()
    await until(lambda: links.up == LINKS)
    playground.sockets.hush()
    noticed = await until(lambda: links.up == 0, within=60)
    lasted = time.monotonic() - began
    back = await until(lambda: links.up == LINKS, within=10)
    await links.close(1)
    print(f"a silent line: noticed after {noticed:.1f} s, back after another {back:.1f} s")
    assert noticed + back < 60
    assert lasted > quiet


async def test_pings_of_slack_alone_keep_a_link(
    playground: Playground, edge: SlowEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "_QUIET", 1.0)
    metrics = Metrics()
    links = SocketLinks(edge, playground.app_token, playground.api_url, metrics)  # type: ignore[arg-type]
    links.start()
    await until(lambda: links.up == LINKS)
    sockets = list(playground.sockets._sockets)
    playground.sockets.hush()
    for _ in range(14):
        for socket in sockets:
            await socket.ws.ping()
        await asyncio.sleep(0.15)
    assert links.up == LINKS
    assert playground.sockets._sockets == sockets
    await links.close(1)


async def test_the_next_link_is_up_before_the_old_one_goes(
    playground: Playground, links: SocketLinks, edge: SlowEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reason in ("warning", "refresh_requested"):
        old = list(playground.sockets._sockets)
        await playground.sockets.warn(reason)
        await until(lambda: links.up == 2 * LINKS)
        assert playground.sockets.connections == 2 * LINKS
        assert not (await playground.people.types("ane", "#acme", f"/task {reason}")).error
        for socket in old:
            await socket.ws.close()
        await until(lambda: links.up == LINKS == playground.sockets.connections)
    assert edge.answered == [True, True]


async def test_a_link_that_slack_wants_gone_but_keeps_is_left_after_a_while(
    playground: Playground, links: SocketLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "_LEAVING", 0.8)
    old = set(playground.sockets._sockets)
    await playground.sockets.warn()
    await until(lambda: old.isdisjoint(playground.sockets._sockets))
    await until(lambda: links.up == LINKS == playground.sockets.connections)


async def test_what_is_answered_after_its_link_is_gone_is_not_acknowledged_and_comes_again(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    edge.may_answer.clear()
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: edge.took)
    await playground.cut()
    await until(lambda: links.up == 0)
    edge.may_answer.set()
    await until(lambda: links.up)
    await until(lambda: len(edge.answered) == 2)
    assert edge.answered == [False, True]
    assert edge.took[0] == edge.took[1]


async def test_what_was_not_kept_is_not_acknowledged(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    edge.status, playground.delivery.ack_within = 503, 0.2
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: len(edge.took) == 2)
    edge.status, playground.delivery.ack_within = 200, 30.0
    await until(lambda: len(edge.took) == 3)
    await asyncio.sleep(0.6)
    assert len(edge.took) == 3


async def test_what_is_being_handled_when_it_stops_is_answered_and_nothing_more_is_taken(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    edge.takes = 0.4
    typing = asyncio.create_task(playground.people.types("ane", "#acme", "/task first"))
    await until(lambda: edge.took)
    closing = asyncio.create_task(links.close(2))
    await asyncio.sleep(0.05)
    playground.delivery.ack_within = 0.5
    late = await playground.people.types("ane", "#acme", "/task second")
    await closing
    assert not (await typing).error
    assert late.error
    assert edge.took == ["first"]


async def test_stopping_waits_for_nobody_who_takes_too_long(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    edge.takes = 30
    playground.delivery.ack_within = 0.2
    await playground.people.types("ane", "#acme", "/task first")
    playground.sockets.hush()
    began = time.monotonic()
    await links.close(0.5)
    assert time.monotonic() - began < 5
    assert edge.answered == []


async def test_too_many_links_are_no_reason_to_hurry(playground: Playground, edge: SlowEdge) -> None:
    playground.sockets._sockets.extend([object()] * 9)  # type: ignore[list-item]
    metrics = Metrics()
    links = SocketLinks(edge, playground.app_token, playground.api_url, metrics)  # type: ignore[arg-type]
    began = time.monotonic()
    links.start()
    await until(lambda: len(playground.core.traffic.calls_of("apps.connections.open")) == 4)
    assert time.monotonic() - began > 0.75  # two pauses of the link that is refused, each at its shortest
    assert links.up == 1
    assert b"stafet_sockets_up 1.0" in metrics.text()
    await links.close(1)
    del playground.sockets._sockets[:9]


@pytest.mark.parametrize("body", ['{"ok": false, "error": "ratelimited"}', "{", "<p>"])
async def test_no_answer_of_slacks_ends_the_tries_to_connect(
    edge: SlowEdge, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals_module, "_USUAL_PAUSE", 0.1)
    asked = 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        status, headers = (429, {"Retry-After": "soon"}) if asked % 2 else (200, {})
        return web.Response(status=status, headers=headers, text=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/api/apps.connections.open", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    links = SocketLinks(edge, "xapp-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/", Metrics())  # type: ignore[arg-type]
    monkeypatch.setattr(socket_module.random, "uniform", lambda least, most: min(least, 0.1))
    links.start()
    await until(lambda: asked >= 3 * LINKS)
    await links.close(1)
    await runner.cleanup()


async def test_what_nobody_can_read_is_acknowledged_for_it_would_be_no_better_the_next_time(
    playground: Playground, links: SocketLinks, edge: SlowEdge
) -> None:
    edge.status, playground.delivery.ack_within = 400, 30.0
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: edge.answered)
    (told,) = playground.core.traffic.deliveries
    await until(lambda: told.outcome != "sent")
    assert told.outcome == "acknowledged"
    assert len(edge.took) == 1


def test_pauses_grow_and_begin_anew_after_a_link_that_lasted() -> None:
    pauses = _Pauses(lambda least, most: most)
    assert [pauses.after(OSError()) for _ in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert pauses.after_link(1) == 8
    assert pauses.after_link(60) == 0.5
    assert 0.25 <= _Pauses().after(OSError()) <= 0.5
