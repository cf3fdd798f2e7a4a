"""Whatever addresses a payload holds, none of them is fetched."""

import json
from typing import Any

import pytest

from bot.app import App
from bot.playground.server import Playground
from handlers import ROUTES
from tests.support.backstage import StoryLoop
from tests.support.deliveries import Somebody
from tests.support.traps import Trap, serve

BAITS = ("response_url", "url", "url_private", "permalink", "image_72", "thumb_64", "callback_url", "webhook", "href")
LEFT_ALONE = (
    *("type", "team_id", "event_id", "command", "callback_id", "action_id", "user_id", "user", "team", "value"),
    *("channel", "channel_id", "channel_name", "channel_type", "trigger_id", "hash", "id", "ts", "event_ts"),
    *("reaction", "tab", "item", "user_team", "source_team", "state"),
)


def baited(body: Any, url: str) -> Any:
    """Put an address beside everything in a body, and into the words that people write."""
    if isinstance(body, dict):
        filled = {key: value if key in LEFT_ALONE else baited(value, url) for key, value in body.items()}
        return {**dict.fromkeys(BAITS, f"{url}/beside"), **filled}
    if isinstance(body, list):
        return [baited(each, url) for each in body]
    if not isinstance(body, str):
        return body
    memory = json.loads(body) if body.startswith("{") else None
    return json.dumps({**memory, "url": f"{url}/remembered"}) if memory else f"{body} <{url}/told|told>"


def test_no_payload_makes_the_bot_call_another_address(
    bot: App, playground: Playground, story_loop: StoryLoop, caplog: pytest.LogCaptureFixture
) -> None:
    trap = Trap()
    runner, trap.url = story_loop.run(serve(trap.catch))
    workspace = playground.workspace.id
    ane = Somebody(id="UANE000000", home=workspace, team=workspace, channel="CACME00001")
    for route in ROUTES:
        body = ane.uses(route, words=f"task: look at {trap.url}/words")
        if "event" in body:
            body["event"]["files"] = [{}]
        assert story_loop.run(bot.edge.receive(baited(body, trap.url))).status == 200
    story_loop.run(bot.edge.settled())
    story_loop.run(runner.cleanup())
    assert trap.called == []
    assert "unreadable" not in caplog.text
