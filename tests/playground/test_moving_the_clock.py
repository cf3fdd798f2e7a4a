"""The clock as the page moves it, and what the page is told of all that the app said."""

import time

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from bot.playground.state import Json


async def moved(playground: Playground, body: str) -> bool:
    """Ask for a move of the clock; tell whether it was made."""
    address = f"{playground.url}/playground/clock"
    async with aiohttp.ClientSession() as session, session.post(address, data=body) as answer:
        return bool((await answer.json())["ok"])


async def test_the_clock_moves_by_a_while_to_a_moment_and_back(playground: Playground) -> None:
    assert await moved(playground, '{"seconds": 900}')
    assert playground.clock.offset == 900

    next_week = time.time() + 7 * 86_400
    assert await moved(playground, f'{{"to": {next_week}}}')
    assert playground.clock.now() == pytest.approx(next_week, abs=5)

    assert await moved(playground, "{}")
    assert playground.clock.offset == 0


@pytest.mark.parametrize("body", ['{"seconds": 1e300}', '{"to": NaN}', '{"to": 1e12}', '{"to": "soon"}', "7"])
async def test_the_clock_does_not_go_where_calendars_end(playground: Playground, body: str) -> None:
    assert not await moved(playground, body)
    assert playground.clock.offset == 0


async def test_what_the_app_said_is_told_with_its_buttons_wherever_it_was(
    playground: Playground, client: AsyncWebClient
) -> None:
    button = {
        "type": "button",
        "action_id": "task.done",
        "value": "T-1",
        "text": {"type": "plain_text", "text": "Done"},
    }
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "For <@UMARI00000>"}},
        {"type": "actions", "elements": [button]},
    ]
    posted = await client.chat_postMessage(channel="CACME00001", text="A card", blocks=blocks)
    await client.chat_postEphemeral(channel="CACMESHARE", user="UANE000000", text="Only for Ane")

    address = f"{playground.url}/playground/said"
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        card, aside = (await answer.json())["said"]
    assert card == {
        "channel": "CACME00001",
        "ts": posted["ts"],
        "to": "",
        "is_shared": False,
        "buttons": {"task.done": {"words": "Done", "value": "T-1"}},
        "people": ["UMARI00000"],
    }
    assert (aside["to"], aside["is_shared"], aside["buttons"]) == ("UANE000000", True, {})
