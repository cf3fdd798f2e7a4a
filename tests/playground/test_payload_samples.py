"""What the playground sends and answers, compared with what Slack documents, key by key."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
import pytest_asyncio
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.checkout import ROOT
from bot.playground.inputs import CHOICE
from bot.playground.server import Playground
from bot.playground.state import Json
from tests.playground.acts import ACME, ANE, EVENTS, INTERACTIONS, opened, posted, said
from tests.playground.parts import MANIFEST, field, plain
from tests.support.samples import mismatches, samples

LOW = {"text": plain("Low"), "value": "low"}
HIGH = {"text": plain("High"), "value": "high"}


class Link:
    """One connection of Socket Mode: keep every frame and acknowledge those that ask for it."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.frames: list[Json] = []
        self.acks = True
        self._ws = ws
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._ws:
            frame = json.loads(message.data)
            self.frames.append(frame)
            if self.acks and "envelope_id" in frame:
                await self._ws.send_json({"envelope_id": frame["envelope_id"]})

    async def hears(self, fits: Callable[[Json], bool]) -> Json:
        """Wait for a frame; the newest that fits."""
        async with asyncio.timeout(30):
            while not (found := [f for f in self.frames if fits(f)]):  # noqa: ASYNC110 - frames come in by themselves
                await asyncio.sleep(0.005)
        return found[-1]

    async def close(self) -> None:
        """End the connection."""
        await self._ws.close()
        await self._reading


@pytest_asyncio.fixture
async def link(playground: Playground, client: AsyncWebClient) -> AsyncIterator[Link]:
    address = (await client.apps_connections_open(app_token=playground.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        link = Link(await session.ws_connect(str(address)))
        await playground.connected()
        yield link
        await link.close()


def test_a_comparison_finds_what_is_missing_unknown_and_of_another_kind() -> None:
    sample = {"type": "a", "id": "U1", "at": 1, "gone?": True, "none|null": "x", "each": ["@parts.team"]}
    good = {"type": "a", "id": "U2", "at": 2, "none": None, "each": [{"id": "T1", "domain": "x"}]}
    assert mismatches(sample, good) == []
    wrong = {"type": "b", "at": "2", "none": None, "each": [{"id": "T1", "name": "x", "domain": None}], "more": 1}
    assert sorted(mismatches(sample, wrong)) == [
        "/at is str, not int",
        "/each/0/domain is null, not str",
        "/each/0/name is unknown to Slack",
        "/id is missing",
        "/more is unknown to Slack",
        "/type is 'b', not 'a'",
    ]


@pytest.mark.parametrize("name", samples("interactions"))
async def test_an_interaction_is_like_its_sample(playground: Playground, link: Link, name: str) -> None:
    await INTERACTIONS[name](playground)
    frame = await link.hears(lambda frame: frame["type"] in ("slash_commands", "interactive"))
    assert mismatches(f"@wire.{frame['type']}", frame) == []
    assert mismatches(f"@interactions.{name}", frame["payload"]) == []
    kind = frame["payload"].get("type", "command")
    assert frame["accepts_response_payload"] == (kind in ("command", "view_submission", "block_suggestion"))


@pytest.mark.parametrize("name", samples("events"))
async def test_an_event_is_like_its_sample(playground: Playground, link: Link, name: str) -> None:
    await EVENTS[name](playground)
    await asyncio.sleep(0)  # deliveries are on their way from here on
    delivered = len(playground.core.traffic.deliveries)
    await link.hears(lambda _: sum(frame["type"] == "events_api" for frame in link.frames) == delivered)
    frames = [frame for frame in link.frames if frame["type"] == "events_api"]
    assert [mismatches("@wire.events_api", frame) for frame in frames] == [[]] * delivered
    told = [mismatches(f"@events.{name}", frame["payload"]["event"]) for frame in frames]
    assert min(told, key=len) == []


def test_there_is_an_act_for_every_sample_and_a_sample_for_every_event_of_the_manifest() -> None:
    assert (set(INTERACTIONS), set(EVENTS)) == (set(samples("interactions")), set(samples("events")))
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    wanted = {name.partition(".")[0] for name in manifest["settings"]["event_subscriptions"]["bot_events"]}
    assert wanted <= set(EVENTS)


CHOSEN: dict[str, Any] = {
    "value": "3",
    "rich_text_value": {"type": "rich_text", "elements": []},
    "selected_option": "low",
    "selected_options": ["low"],
    "selected_user": ANE,
    "selected_users": [ANE],
    "selected_conversation": ACME,
    "selected_conversations": [ACME],
    "selected_channel": ACME,
    "selected_channels": [ACME],
    "selected_date": "2027-03-05",
    "selected_time": "15:00",
    "selected_date_time": 1_800_000_000,
}
LISTED = ("overflow", "static_select", "multi_static_select", "checkboxes", "radio_buttons")


def element(kind: str, **more: Any) -> dict[str, Any]:
    """Build an element of a kind, with all that Slack says again when it is used."""
    options = {"options": [LOW, HIGH]} if kind in LISTED else {}
    number = {"is_decimal_allowed": False} if kind == "number_input" else {}
    text = {"text": plain("Press"), "value": "T-1", "style": "primary"} if kind == "button" else {}
    held = {"placeholder": {**plain("Choose"), "emoji": True}} if "placeholder?" in samples("actions")[kind] else {}
    return {"type": kind, "action_id": "value", **options, **number, **text, **held, **more}


def choice(kind: str) -> Any:
    """Give what is chosen in an element of a kind."""
    if "external" in kind:
        return [LOW] if kind.startswith("multi") else LOW
    return CHOSEN.get(CHOICE.get(kind, ""))


@pytest.mark.parametrize("kind", samples("actions"))
async def test_every_kind_of_element_reports_like_its_sample(playground: Playground, link: Link, kind: str) -> None:
    in_message = kind in ("button", "overflow")
    asked = field("title", element(kind), dispatch_action=True)
    place = posted(playground, element(kind)) if in_message else opened(playground, asked)
    await playground.people.presses("ane", place, ("", "value"), choice(kind))
    frame = await link.hears(lambda frame: frame["type"] == "interactive")
    payload = frame["payload"]
    assert mismatches("@wire.interactive", frame) == []
    assert mismatches(f"@actions.{kind}", payload["actions"][0]) == []
    assert payload["actions"][0].get("placeholder") == element(kind).get("placeholder")
    if kind in samples("inputs"):
        (values,) = payload["view"]["state"]["values"].values()
        assert mismatches(f"@inputs.{kind}", values["value"]) == []


def test_every_kind_of_element_has_its_samples() -> None:
    assert set(samples("actions")) == {"button", *CHOICE}
    assert set(samples("inputs")) == set(CHOICE) - {"overflow"}


async def test_a_link_greets_and_says_goodbye_like_the_samples(playground: Playground, link: Link) -> None:
    assert mismatches("@wire.hello", await link.hears(lambda frame: frame["type"] == "hello")) == []
    for reason in ("warning", "refresh_requested", "link_disabled"):
        await playground.sockets.warn(reason)
    await link.hears(lambda frame: frame.get("reason") == "link_disabled")
    assert [mismatches("@wire.disconnect", goodbye) for goodbye in link.frames[1:]] == [[]] * 3


async def test_an_event_comes_again_like_its_sample(playground: Playground, link: Link) -> None:
    playground.delivery.ack_within, link.acks = 0.02, False
    await said(playground, "hello")
    again = await link.hears(lambda frame: frame.get("retry_attempt") == 1)
    assert mismatches("@wire.events_api", again) == []
    assert again["retry_reason"] == "timeout"


@pytest_asyncio.fixture
async def posts() -> AsyncIterator[tuple[Playground, list[tuple[dict[str, str], str]]]]:
    """Start a playground that delivers over signed HTTP, and keep what it posts; events are refused."""
    heard: list[tuple[dict[str, str], str]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(({key.lower(): value for key, value in request.headers.items()}, await request.text()))
        return web.Response(status=500 if "event_callback" in heard[-1][1] else 200)

    app = web.Application()
    app.router.add_post("/slack/events", take)
    server = TestServer(app)
    await server.start_server()
    playground = Playground(manifest=MANIFEST, deliver_to=str(server.make_url("/slack/events")), signing_secret="s")
    await playground.start()
    yield playground, heard
    await playground.stop()
    await server.close()


async def test_signed_http_is_like_the_samples(posts: tuple[Playground, list[tuple[dict[str, str], str]]]) -> None:
    playground, heard = posts
    assert playground.http is not None
    await playground.http.verify()
    await INTERACTIONS["slash_command"](playground)
    await INTERACTIONS["view_submission"](playground)
    playground.people.opens_home("ane")
    async with asyncio.timeout(30):
        while len(heard) < 5:  # noqa: ASYNC110 - what is waited for is a list that grows
            await asyncio.sleep(0.005)
    kinds = ("url_verification", "slash_command", "view_submission", "event_callback", "event_callback")
    samples_of = [f"@{'interactions' if kind in INTERACTIONS else 'wire'}.{kind}" for kind in kinds]
    assert [mismatches(of, _body(*post)) for of, post in zip(samples_of, heard, strict=True)] == [[]] * 5
    headers = ["@wire.headers"] * 4 + ["@wire.headers_again"]
    assert [mismatches(of, post[0]) for of, post in zip(headers, heard, strict=True)] == [[]] * 5
    forms = [post[0]["content-type"] for post in heard]
    assert forms == ["application/json", *["application/x-www-form-urlencoded"] * 2, *["application/json"] * 2]


def _body(headers: dict[str, str], text: str) -> Any:
    if headers["content-type"] == "application/json":
        return json.loads(text)
    form = {key: value for key, (value,) in parse_qs(text, keep_blank_values=True).items()}
    return json.loads(form["payload"]) if "payload" in form else form
