"""Socket Mode with slack_sdk's own client and a tiny Bolt app."""

import asyncio
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from tests.playground.conftest import Connect

Requests = list[SocketModeRequest]


async def listening(playground: Playground, heard: Requests, *, acks: bool = True) -> SocketModeClient:
    """Connect slack_sdk's client and keep what it hears."""
    web = AsyncWebClient(token=playground.bot_token, base_url=playground.api_url)
    client = SocketModeClient(playground.app_token, web_client=web)

    async def hear(_client: Any, request: SocketModeRequest) -> None:
        heard.append(request)
        if acks:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    client.socket_mode_request_listeners.append(hear)
    await client.connect()
    await playground.connected()
    return client


async def until(condition: Any, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for is a list that grows
            await asyncio.sleep(0.01)


async def test_a_command_is_acknowledged_with_an_answer(
    playground: Playground, bolt: AsyncApp, connect: Connect
) -> None:
    seen: dict[str, Any] = {}

    @bolt.command("/task")
    async def on_task(ack: Any, command: Any) -> None:
        seen.update(command)
        await ack("Noted")

    await connect(bolt)
    outcome = await playground.people.types("ane", "#acme", "/task a < b & @mari in #ops")
    assert outcome.message is not None
    assert (outcome.message.text, outcome.message.visible_to) == ("Noted", "UANE000000")
    assert seen["text"] == "a &lt; b &amp; <@UMARI00000|mari> in <#COPS000001|ops>"
    wanted = "token team_id team_domain channel_id channel_name user_id user_name api_app_id trigger_id response_url"
    assert all(seen[key] for key in wanted.split())
    assert seen["is_enterprise_install"] == "false"


async def test_a_command_that_nobody_acknowledges_failed(playground: Playground) -> None:
    heard: Requests = []
    client = await listening(playground, heard, acks=False)
    playground.delivery.ack_within = 0.05
    outcome = await playground.people.types("ane", "#acme", "/task x")
    assert outcome.message is not None
    assert outcome.message.text == '/task failed with the error "dispatch_failed"'
    assert outcome.message.visible_to == "UANE000000"
    await client.close()


async def test_a_command_that_nobody_declared_is_refused(playground: Playground) -> None:
    outcome = await playground.people.types("ane", "#acme", "/nope")
    assert outcome.error == "/nope is not a valid command."
    assert (await playground.people.types("sam", "#acme-shared", "/task x")).error == "/task is not a valid command."


async def test_an_event_is_delivered_again_until_it_is_acknowledged(playground: Playground) -> None:
    heard: Requests = []
    client = await listening(playground, heard, acks=False)
    playground.delivery.ack_within = 0.03
    playground.delivery.retry_after = (0.0, 0.01, 0.02)
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: len(heard) == 4)
    assert [r.retry_attempt for r in heard] == [0, 1, 2, 3]
    assert heard[1].retry_reason == "timeout"
    assert len({r.payload["event_id"] for r in heard}) == 1
    assert len({r.envelope_id for r in heard}) == 4
    await client.close()


async def test_each_envelope_goes_to_one_of_several_connections(playground: Playground) -> None:
    heard: tuple[Requests, Requests] = ([], [])
    clients = [await listening(playground, one) for one in heard]
    await until(lambda: playground.sockets.connections == 2)
    for number in range(6):
        await playground.people.types("ane", "#acme", f"hello {number}")
    await until(lambda: len(heard[0]) + len(heard[1]) == 6)
    assert len(heard[0]) == len(heard[1]) == 3
    for client in clients:
        await client.close()


async def test_a_ticket_opens_one_connection(playground: Playground) -> None:
    web = AsyncWebClient(token=playground.app_token, base_url=playground.api_url)
    url = str((await web.apps_connections_open(app_token=playground.app_token))["url"])
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as ws:
            hello = await ws.receive_json()
            assert hello["type"] == "hello"
            assert hello["num_connections"] == 1
        async with session.get(url.replace("ws://", "http://")) as again:
            assert again.status == 401


async def test_the_app_comes_back_after_a_disconnect(playground: Playground, bolt: AsyncApp, connect: Connect) -> None:
    await connect(bolt)
    await playground.cut(politely=True)
    assert playground.sockets.connections == 0
    await playground.connected(within=30)


async def test_what_was_not_acknowledged_when_the_wire_broke_is_told_again(playground: Playground) -> None:
    lost: Requests = []
    first = await listening(playground, lost, acks=False)
    playground.delivery.retry_after = (0.3,) * 30
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: len(lost) == 1)
    await first.close()
    heard: Requests = []
    second = await listening(playground, heard)
    await until(lambda: len(heard) == 1)
    assert heard[0].payload["event"]["text"] == "hello"
    assert heard[0].retry_attempt
    await second.close()


async def test_an_event_may_be_told_several_times(playground: Playground) -> None:
    heard: Requests = []
    client = await listening(playground, heard)
    playground.deliver_times(3)
    await playground.people.types("ane", "#acme", "hello")
    await until(lambda: len(heard) == 3)
    assert len({r.payload["event_id"] for r in heard}) == 1
    await client.close()
