"""What the drawer is told: every call and delivery, bounded and without secrets; switches that take no nonsense."""

import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.drawer_api import MOST_ROWS
from bot.playground.errors import CannotDoError
from bot.playground.server import Playground
from tests.playground.conftest import Connect
from tests.playground.parts import section
from tests.playground.tiny_app import answering

ACME = "CACME00001"


async def told(playground: Playground, path: str) -> Any:
    """Ask as the page does."""
    async with aiohttp.ClientSession() as session, session.get(f"{playground.url}/playground/{path}") as answer:
        assert answer.status == 200
        return await answer.json()


async def switched(playground: Playground, **given: Any) -> tuple[int, Any]:
    """Turn a switch as the page does."""
    url = f"{playground.url}/playground/faults"
    async with aiohttp.ClientSession() as session, session.post(url, json=given) as answer:
        return answer.status, await answer.json()


async def test_a_call_tells_who_where_when_how_long_and_what_came_of_it(
    playground: Playground, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=ACME, text="fine")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=ACME, text="x", blocks=[section("y" * 3001)])
    refused, fine = [row for row in (await told(playground, "traffic"))["rows"] if row["way"] == "call"]
    assert {key: fine[key] for key in ("way", "name", "who", "where", "outcome", "status", "is_refused")} == {
        "way": "call",
        "name": "chat.postMessage",
        "who": "Stafet",
        "where": "#acme",
        "outcome": "ok",
        "status": 200,
        "is_refused": False,
    }
    assert 0 < fine["took"] < 5
    assert refused["at"] > fine["at"]
    assert (refused["outcome"], refused["is_refused"]) == ("invalid_blocks", True)
    assert refused["reasons"] == [{"says": "must be less than 3001 characters", "pointer": "/blocks/0/text/text"}]
    whole = await told(playground, f"traffic/{refused['number']}")
    assert whole["request"]["channel"] == ACME
    assert whole["answer"]["error"] == "invalid_blocks"


async def test_calls_that_were_never_answered_are_told_too(playground: Playground, client: AsyncWebClient) -> None:
    client.retry_handlers.clear()
    playground.down()
    for _ in range(2):
        with pytest.raises((aiohttp.ClientError, SlackApiError)):
            await client.chat_postMessage(channel=ACME, text="x")
    rows = (await told(playground, "traffic"))["rows"]
    assert [(row["status"], row["is_refused"]) for row in rows] == [(503, True), (0, True)]
    assert rows[1]["outcome"] == "no answer"


async def test_an_acknowledgement_that_slack_refuses_is_told_with_its_pointer(
    playground: Playground, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/task")
    async def on_task(ack: Any) -> None:
        await ack(text="x", blocks=[section("y" * 3001)])

    await connect(bolt)
    with pytest.raises(CannotDoError, match="invalid_blocks"):
        await playground.people.types("ane", "#acme", "/task x")
    row = next(row for row in (await told(playground, "traffic"))["rows"] if row["name"] == "/task")
    assert (row["outcome"], row["is_refused"]) == ("refused: invalid_blocks", True)
    assert row["reasons"][0]["pointer"] == "/blocks/0/text/text"
    assert (await told(playground, f"traffic/{row['number']}"))["refusal"]["error"] == "invalid_blocks"


async def test_only_what_changed_since_is_told_and_only_the_newest(
    playground: Playground, client: AsyncWebClient
) -> None:
    playground.limits = False
    for _ in range(MOST_ROWS + 5):
        await client.api_test()
    first = await told(playground, "traffic")
    assert len(first["rows"]) == MOST_ROWS
    await playground.people.types("ane", "#acme", "/task x")
    new = await told(playground, f"traffic?since={first['changes']}")
    assert [(row["name"], row["outcome"]) for row in new["rows"]] == [("/task", "not acknowledged: connection_failed")]
    assert (await told(playground, f"traffic?since={new['changes']}"))["rows"] == []


async def test_no_token_trigger_ticket_or_response_url_is_told(
    playground: Playground, client: AsyncWebClient, connect: Connect
) -> None:
    await connect(answering(client))
    await playground.people.types("ane", "#acme", "/task")
    await playground.people.types("ane", "#acme", "/task later")
    await client.chat_postMessage(channel=ACME, text=f"my token is {playground.bot_token}")
    rows = (await told(playground, "traffic"))["rows"]
    shown = json.dumps([await told(playground, f"traffic/{row['number']}") for row in rows], ensure_ascii=False)
    assert {"/task", "views.open", "chat.postMessage", "apps.connections.open"} <= {row["name"] for row in rows}
    sent = json.dumps([one.payload for one in playground.core.traffic.deliveries])
    secrets = [playground.bot_token, playground.app_token, playground.core.verification_token]
    secrets += [*playground.core.triggers._given, *playground.responses._ways]
    assert all(secret in sent for secret in secrets[2:])
    assert [secret for secret in secrets if secret in shown] == []
    assert "ticket=…" in shown
    assert "my token is xoxb…" in shown


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"switch": "nothing", "on": True},
        {"switch": "hang", "on": True},
        {"switch": "hang", "on": True, "seconds": -1},
        {"switch": "hang", "on": True, "seconds": "nan"},
        {"switch": "late_ack", "on": True, "seconds": 1e9},
        {"switch": "rate_limit", "on": True, "channel": "C0", "seconds": 5},
        {"switch": "drop", "on": True, "method": "chat.nothing", "times": 1},
        {"switch": ["hang"], "on": True},
    ],
)
async def test_a_switch_takes_no_nonsense(playground: Playground, given: dict[str, Any]) -> None:
    status, said = await switched(playground, **given)
    assert (status, said["ok"]) == (400, False)
    assert not any(state["on"] for state in (await told(playground, "faults"))["switches"].values())


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("rate_limit", {"channel": ACME, "seconds": 5}),
        ("drop", {"method": "chat.update", "times": 3}),
        ("hang", {"seconds": 2}),
        ("late_ack", {"seconds": 2}),
        ("twice", {}),
        ("down", {}),
    ],
)
async def test_a_switch_is_on_until_it_is_off(playground: Playground, name: str, more: dict[str, Any]) -> None:
    _, said = await switched(playground, switch=name, on=True, **more)
    assert {one for one, state in said["switches"].items() if state["on"]} == {name}
    _, said = await switched(playground, switch=name, on=False, **more)
    assert not any(state["on"] for state in said["switches"].values())
