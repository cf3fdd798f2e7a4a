"""A started playground, a client, and a tiny Bolt app that answers in it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.sync_api import Browser, Page
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from tests.playground.parts import MANIFEST
from tests.playground.tiny_app import answering
from tests.support.backstage import StoryLoop
from tests.support.chromium import opened
from tests.support.stories import Slack

Connect = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]


@pytest_asyncio.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    """Start a playground with the sample workspace."""
    playground = Playground(manifest=MANIFEST, clock_file=tmp_path / "offset")
    await playground.start()
    yield playground
    await playground.stop()


@pytest.fixture
def client(playground: Playground) -> AsyncWebClient:
    """Give slack_sdk's own client."""
    return AsyncWebClient(token=playground.bot_token, base_url=playground.api_url)


@pytest.fixture
def bolt(client: AsyncWebClient) -> AsyncApp:
    """Give a Bolt app without listeners."""
    return AsyncApp(client=client)


@pytest_asyncio.fixture
async def connect(playground: Playground) -> AsyncIterator[Connect]:
    """Connect Bolt apps over Socket Mode."""
    handlers: list[AsyncSocketModeHandler] = []

    async def connected(app: AsyncApp) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(app, playground.app_token)
        handlers.append(handler)
        await handler.connect_async()
        await playground.connected()
        return handler

    yield connected
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Slack]:
    """Start a playground and the tiny app in a loop of their own."""
    loop = StoryLoop()
    playground = Playground(manifest=MANIFEST, clock_file=tmp_path / "offset")
    loop.run(playground.start())

    async def joined() -> AsyncSocketModeHandler:
        client = AsyncWebClient(token=playground.bot_token, base_url=playground.api_url)
        handler = AsyncSocketModeHandler(answering(client), playground.app_token)
        await handler.connect_async()
        await playground.connected()
        return handler

    handler = loop.run(joined())
    yield Slack(playground, loop)
    loop.run(handler.close_async())
    loop.run(playground.stop())
    loop.stop()


@pytest.fixture
def page(browser: Browser, slack: Slack) -> Iterator[Page]:
    """Open the page as Ane, in #acme; nothing may go wrong in it, nothing may leave this computer."""
    with opened(browser, slack.playground.url, "#ane/acme") as page:
        yield page
