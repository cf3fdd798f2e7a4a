"""What the bot hears when people act, and what comes of its answers."""

from typing import Any

import aiohttp
import pytest

from bot.playground.core import Answer
from bot.playground.errors import CannotDoError
from bot.playground.posting import content_of, post_as_bot
from bot.playground.server import Playground
from bot.playground.state import Json, Message
from bot.playground.traffic import LOST
from bot.playground.typed_text import as_sent
from bot.playground.views import build, put_on_top
from tests.playground.parts import button, field, modal, plain, section

ANE, MARI, BOT = "UANE000000", "UMARI00000", "USTAFET001"


class Ear:
    """Stand for the bot: keep what it is told, answer what a test set."""

    def __init__(self) -> None:
        self.asked: list[Json] = []
        self.told: list[Json] = []
        self.body: Any = None

    async def ask(self, kind: str, payload: Json) -> Answer:
        self.asked.append({"kind": kind, **payload})
        return Answer(self.body)

    def tell(self, payload: Json) -> None:
        self.told.append(payload)

    @property
    def events(self) -> list[Json]:
        return [payload["event"] for payload in self.told]


@pytest.fixture
def ear(playground: Playground) -> Ear:
    ear = Ear()
    playground.core.reach = ear
    return ear


def card(playground: Playground, *, visible_to: str | None = None, **more: Any) -> Message:
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("task.done", value="T-1", **more)]}]
    channel = playground.workspace.channels["CACME00001"]
    return post_as_bot(playground.core, channel, content_of({"text": "card", "blocks": blocks}), visible_to=visible_to)


def opened(playground: Playground, **more: Any) -> None:
    view = build(playground.core, ANE, modal(field("title"), callback_id="f", private_metadata="kept", **more), "modal")
    put_on_top(playground.core, view)


@pytest.mark.parametrize(
    ("typed", "in_command", "sent"),
    [
        ("a < b & c > d", False, "a &lt; b &amp; c &gt; d"),
        ("ask @mari, now", False, f"ask <@{MARI}>, now"),
        ("ask @Mari: now", True, f"ask <@{MARI}|mari>: now"),
        ("to @nobody", True, "to @nobody"),
        ("in #acme-shared.", True, "in <#CACMESHARE|acme-shared>."),
        ("see https://x.dk/a?b=1&c=2.", False, "see <https://x.dk/a?b=1&amp;c=2>."),
        ("mail bo@acme.com", False, "mail <mailto:bo@acme.com|bo@acme.com>"),
        ("at acme.com", False, "at <http://acme.com|acme.com>"),
        ("<!channel> @here", False, "&lt;!channel&gt; <!here>"),
        ("<!channel> @here", True, "&lt;!channel&gt; @here"),
    ],
)
def test_typed_text_is_sent_as_slack_sends_it(playground: Playground, typed: str, in_command: bool, sent: str) -> None:
    assert as_sent(playground.workspace, typed, in_command=in_command) == sent


async def test_a_message_and_a_mention_are_two_events(playground: Playground, ear: Ear) -> None:
    await playground.people.types("ane", "#acme", "@stafet task call Bo")
    assert [e["type"] for e in ear.events] == ["message", "app_mention"]
    outer, event = ear.told[0], ear.events[0]
    assert event["text"] == f"<@{BOT}> task call Bo"
    assert event["channel_type"] == "channel"
    assert event["client_msg_id"]
    assert outer["authorizations"][0]["user_id"] == BOT
    assert outer["event_id"].startswith("Ev")
    assert ear.told[0]["event_id"] != ear.told[1]["event_id"]
    assert outer["is_ext_shared_channel"] is False


async def test_only_where_the_bot_is_a_member_is_it_told(playground: Playground, ear: Ear) -> None:
    await playground.people.types("ane", "#random", "hello")
    await playground.people.types("ane", "#private-deals", "hello")
    assert ear.told == []
    playground.people.invites_bot("ane", "#private-deals")
    await playground.people.types("ane", "#private-deals", "hello")
    assert [(e["type"], e.get("channel_type")) for e in ear.events] == [
        ("member_joined_channel", "G"),
        ("message", "group"),
    ]


async def test_what_was_not_subscribed_is_not_told(playground: Playground, ear: Ear) -> None:
    manifest = playground.core.manifest
    object.__setattr__(manifest, "bot_events", manifest.bot_events - {"message.channels"})
    await playground.people.types("ane", "#acme", "hello")
    await playground.people.types("ane", "", "hello")
    assert [e["channel_type"] for e in ear.events] == ["im"]


async def test_people_of_other_workspaces_are_named_as_such(playground: Playground, ear: Ear) -> None:
    await playground.people.types("sam", "#acme-shared", "hello from Acme")
    assert ear.told[0]["is_ext_shared_channel"] is True
    assert ear.events[0]["user_team"] == "TACMECORP1"
    assert ear.told[0]["team_id"] == "TNORDLYS01"
    with pytest.raises(CannotDoError):
        await playground.people.shortcut("sam", "task.new")


async def test_edits_deletes_and_reactions_are_told(playground: Playground, ear: Ear) -> None:
    said = (await playground.people.types("ane", "#acme", "helo")).message
    assert said is not None
    playground.people.edits("ane", "#acme", said.ts, "hello")
    playground.people.reacts("mari", "#acme", said.ts, "pushpin")
    playground.people.reacts("mari", "#acme", said.ts, "pushpin")
    playground.people.deletes("ane", "#acme", said.ts)
    _, changed, added, removed, deleted = ear.events
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "hello"
    assert changed["previous_message"]["text"] == "helo"
    assert changed["message"]["edited"]["user"] == ANE
    assert (added["type"], added["item_user"], removed["type"]) == ("reaction_added", ANE, "reaction_removed")
    assert deleted["subtype"] == "message_deleted"
    assert deleted["deleted_ts"] == said.ts


async def test_nobody_changes_what_somebody_else_wrote(playground: Playground, ear: Ear) -> None:
    said = (await playground.people.types("ane", "#acme", "mine")).message
    assert said is not None
    with pytest.raises(CannotDoError):
        playground.people.edits("mari", "#acme", said.ts, "yours")
    with pytest.raises(CannotDoError):
        await playground.people.types("sam", "#acme", "let me in")


async def test_a_click_says_who_where_and_on_what(playground: Playground, ear: Ear) -> None:
    message = card(playground)
    await playground.people.presses("mari", message, ("", "task.done"))
    payload = ear.asked[0]
    assert payload["container"]["message_ts"] == message.ts
    assert payload["message"]["text"] == "card"
    assert payload["channel"] == {"id": "CACME00001", "name": "acme"}
    assert payload["response_url"]
    assert payload["actions"][0].items() >= {"action_id": "task.done", "block_id": "b", "type": "button"}.items()


async def test_a_click_on_what_only_one_sees_has_no_message(playground: Playground, ear: Ear) -> None:
    await playground.people.presses("ane", card(playground, visible_to=ANE), ("b", "task.done"))
    assert ear.asked[0]["container"]["is_ephemeral"] is True
    assert "message" not in ear.asked[0]


async def test_choices_are_reported_with_the_state(playground: Playground, ear: Ear) -> None:
    picker = {"type": "users_select", "action_id": "give"}
    channel = playground.workspace.channels["CACME00001"]
    content = content_of({"text": "x", "blocks": [section("who", block_id="s", accessory=picker)]})
    await playground.people.presses("ane", post_as_bot(playground.core, channel, content), ("s", "give"), MARI)
    assert ear.asked[0]["actions"][0]["selected_user"] == MARI
    assert ear.asked[0]["state"]["values"]["s"]["give"] == {"type": "users_select", "selected_user": MARI}


async def test_a_form_is_sent_with_all_that_slack_documents(playground: Playground, ear: Ear) -> None:
    opened(playground)
    playground.forms.fills("ane", {"title": {"value": "call Bo"}})
    await playground.forms.submits("ane")
    view = ear.asked[0]["view"]
    assert view["state"]["values"] == {"title": {"value": {"type": "plain_text_input", "value": "call Bo"}}}
    wanted = {"id", "hash", "app_id", "bot_id", "root_view_id", "private_metadata", "callback_id", "team_id"}
    assert all(view[key] for key in wanted)
    assert ear.asked[0]["user"]["name"] == "ane"
    assert playground.workspace.top_form(ANE) is None


async def test_the_answers_to_a_form(playground: Playground, ear: Ear) -> None:
    opened(playground)
    playground.forms.fills("ane", {"title": {"value": "x"}})
    ear.body = {"response_action": "errors", "errors": {"title": "No"}}
    assert (await playground.forms.submits("ane")).errors == {"title": "No"}
    ear.body = {"response_action": "update", "view": modal(section("new"), title=plain("Second"))}
    await playground.forms.submits("ane")
    top = playground.workspace.top_form(ANE)
    assert top is not None
    assert top.body["title"]["text"] == "Second"
    ear.body = {"response_action": "push", "view": modal(section("on top"))}
    await playground.forms.submits("ane")
    assert len(playground.workspace.modals[ANE]) == 2
    ear.body = {"response_action": "clear"}
    await playground.forms.submits("ane")
    assert playground.workspace.modals[ANE] == []


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"nowhere": "No"}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
async def test_an_answer_that_slack_would_not_take_leaves_the_form(playground: Playground, ear: Ear, body: Any) -> None:
    opened(playground)
    playground.forms.fills("ane", {"title": {"value": "x"}})
    ear.body = body
    assert "trouble" in (await playground.forms.submits("ane")).error
    assert playground.workspace.top_form(ANE) is not None


async def test_a_closed_form_is_told_to_who_asked_to_know(playground: Playground, ear: Ear) -> None:
    opened(playground)
    await playground.forms.closes("ane")
    assert ear.asked == []
    opened(playground, notify_on_close=True)
    await playground.forms.closes("ane", everything=True)
    assert (ear.asked[0]["type"], ear.asked[0]["is_cleared"]) == ("view_closed", True)


async def test_shortcuts_carry_the_message_or_nothing(playground: Playground, ear: Ear) -> None:
    said = (await playground.people.types("mari", "#acme", "call Bo")).message
    assert said is not None
    await playground.people.shortcut("ane", "task.from_message", "#acme", said.ts)
    await playground.people.shortcut("ane", "task.new")
    on_message, anywhere = ear.asked
    assert on_message["type"] == "message_action"
    assert on_message["message"]["text"] == "call Bo"
    assert on_message["message_ts"] == said.ts
    assert on_message["response_url"]
    assert on_message["trigger_id"]
    assert anywhere["type"] == "shortcut"
    assert "channel" not in anywhere
    with pytest.raises(CannotDoError):
        await playground.people.shortcut("ane", "unknown.thing")


async def test_the_home_and_a_profile_are_told(playground: Playground, ear: Ear) -> None:
    playground.people.opens_home("ane")
    playground.people.changes_profile("mari", tz="Europe/London", locale="en-GB")
    home, changed = ear.events
    assert (home["type"], home["tab"], "view" in home) == ("app_home_opened", "home", False)
    assert changed["type"] == "user_change"
    assert changed["user"]["tz"] == "Europe/London"


async def test_a_channel_may_be_shared_with_another_workspace(playground: Playground, ear: Ear) -> None:
    playground.people.shares_channel("ane", "#borealis", "sam")
    assert ear.events[0] == {**ear.events[0], "type": "channel_shared", "connected_team_id": "TACMECORP1"}
    assert ear.told[0]["is_ext_shared_channel"] is True
    await playground.people.types("sam", "#borealis", "hello")


async def test_the_page_is_told_with_whom_a_channel_is_shared_until_it_is_not(playground: Playground, ear: Ear) -> None:
    async def shared_with(name: str) -> list[str]:
        asked = aiohttp.ClientSession(playground.url)
        async with asked as session, session.get("/playground/state", params={"user": ANE}) as answer:
            channels = (await answer.json())["channels"]
        return next(list(c["shared_with"]) for c in channels if c["name"] == name)

    playground.workspace.teams["TACMECORP1"] = "Acme Ltd"
    assert (await shared_with("acme-shared"), await shared_with("acme")) == (["Acme Ltd"], [])
    playground.people.unshares_channel("ane", "#acme-shared", "sam")
    assert await shared_with("acme-shared") == []
    assert ear.events[0].items() >= {"type": "channel_unshared", "is_ext_shared": False}.items()
    with pytest.raises(CannotDoError):
        await playground.people.types("sam", "#acme-shared", "still here?")


async def test_who_is_taken_out_of_a_channel_is_told_of_once(playground: Playground, ear: Ear) -> None:
    playground.people.removes("ane", "#acme", "mari")
    playground.people.removes("ane", "#acme", "stafet")
    assert [(e["type"], e["user"]) for e in ear.events] == [("member_left_channel", id) for id in (MARI, BOT)]
    with pytest.raises(CannotDoError):
        playground.people.removes("ane", "#acme", "stafet")
    await playground.people.types("ane", "#acme", "now that it is gone")
    assert len(ear.events) == 2


async def test_a_message_keeps_its_id_however_often_it_is_told(playground: Playground, ear: Ear) -> None:
    said = (await playground.people.types("ane", "#acme", "hello")).message
    assert said is not None
    playground.people.redelivers(said)
    first, again = ear.events
    assert first["client_msg_id"] == again["client_msg_id"]
    assert ear.told[0]["event_id"] != ear.told[1]["event_id"]


async def test_a_form_before_a_stranger_is_in_their_own_workspace(playground: Playground, ear: Ear) -> None:
    put_on_top(playground.core, build(playground.core, "USAM000000", modal(field("words")), "modal"))
    playground.forms.fills("sam", {"words": {"value": "Quick & kind"}})
    await playground.forms.submits("sam")
    await playground.people.presses("sam", card(playground), ("b", "task.done"))
    form, click = ear.asked
    assert (form["team"]["id"], form["view"]["team_id"], form["user"]["team_id"]) == ("TACMECORP1",) * 3
    assert form["view"]["app_installed_team_id"] == "TNORDLYS01"
    assert (click["team"]["id"], click["user"]["team_id"]) == ("TNORDLYS01", "TACMECORP1")


async def test_a_form_that_asks_where_may_answer_there(playground: Playground, ear: Ear) -> None:
    menu = {"type": "channels_select", "action_id": "value", "response_url_enabled": True}
    view = build(playground.core, ANE, modal(field("where", menu), field("other", {**menu}, optional=True)), "modal")
    put_on_top(playground.core, view)
    playground.forms.fills("ane", {"where": {"value": "COPS000001"}})
    await playground.forms.submits("ane")
    (given,) = ear.asked[0]["response_urls"]
    assert (given["block_id"], given["channel_id"]) == ("where", "COPS000001")
    assert await respond(given["response_url"], {"text": "here", "response_type": "in_channel"}) == 200
    assert [m.text for m in playground.workspace.channels["COPS000001"].messages.values()] == ["here"]


async def respond(url: str, body: Json) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status


async def test_a_response_url_is_good_five_times(playground: Playground, ear: Ear) -> None:
    url = playground.responses.give(ANE, "CRANDOM001")
    assert [await respond(url, {"text": f"answer {i}"}) for i in range(6)] == [200] * 5 + [404]
    shown = playground.workspace.channels["CRANDOM001"].ephemerals.values()
    assert [m.visible_to for m in shown] == [ANE] * 5
    assert await respond(f"{playground.url}/response/made/up", {"text": "x"}) == 404


async def test_a_response_url_is_good_for_half_an_hour(playground: Playground, ear: Ear) -> None:
    url = playground.responses.give(ANE, "CACME00001")
    playground.responses.life = 0.0
    assert await respond(url, {"text": "late"}) == 404


async def test_a_slack_that_is_down_takes_no_response_and_uses_up_no_url(playground: Playground, ear: Ear) -> None:
    url = playground.responses.give(ANE, "CACME00001")
    playground.down()
    with pytest.raises(aiohttp.ClientError):
        await respond(url, {"text": "cut"})
    assert await respond(url, {"text": "out of order"}) == 503
    playground.down(False)
    assert [await respond(url, {"text": f"answer {i}"}) for i in range(6)] == [200] * 5 + [404]
    assert [call.status for call in playground.core.traffic.calls_of("response_url")[:2]] == [LOST, 503]
    assert playground.core.faults.happened["down"] == 2


async def test_a_response_replaces_and_deletes_what_was_pressed(playground: Playground, ear: Ear) -> None:
    message = card(playground, visible_to=ANE)
    shown = playground.workspace.channels["CACME00001"].ephemerals
    url = playground.responses.give(ANE, "CACME00001", message)
    assert await respond(url, {"replace_original": True, "text": "changed", "blocks": []}) == 200
    assert shown[message.ts].text == "changed"
    assert shown[message.ts].blocks == []
    assert await respond(url, {"delete_original": True}) == 200
    assert shown == {}
    assert await respond(url, {"response_type": "in_channel", "text": "for all"}) == 200
    assert [m.text for m in playground.workspace.channels["CACME00001"].messages.values()] == ["for all"]
    assert await respond(url, {"text": ""}) == 400


async def test_the_page_is_served_and_acts(playground: Playground, ear: Ear) -> None:
    async with aiohttp.ClientSession(playground.url) as session:
        for path in ("/", "/page/main.js", "/page/style.css"):
            async with session.get(path) as answer:
                assert answer.status == 200
                assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        said = {"user": ANE, "do": "types", "channel": "CACME00001", "text": "hello"}
        async with session.post("/playground/act", json=said) as answer:
            assert (await answer.json())["ok"] is True
        where = {"user": MARI, "channel": "CACME00001"}
        async with session.get("/playground/messages", params=where) as answer:
            assert [m["text"] for m in (await answer.json())["messages"]] == ["hello"]
        async with session.get("/playground/state", params={"user": MARI}) as answer:
            state = await answer.json()
        assert next(c["unread"] for c in state["channels"] if c["name"] == "acme") == 1
        async with session.post("/playground/clock", json={"seconds": 900}) as answer:
            assert (await answer.json())["offset"] == 900


async def test_the_page_hears_at_once_what_changes(playground: Playground, ear: Ear) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{playground.url}/playground/live") as stream:
        assert await stream.content.readline() == b": hello\n"
        await playground.people.types("ane", "#acme", "hello")
        await stream.content.readline()
        assert b'"what": "message"' in await stream.content.readline()
