"""The Web API as slack_sdk's own client meets it."""

import asyncio
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import faults
from bot.playground.server import Playground
from tests.playground.parts import MANIFEST, field, modal, section

ACME, RANDOM, DEALS, OPS = "CACME00001", "CRANDOM001", "CDEALS0001", "COPS000001"


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_who_the_bot_is(client: AsyncWebClient, playground: Playground) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == playground.workspace.app.bot_user
    assert answer["team"] == "Nordlys Service"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_tokens_are_checked(playground: Playground) -> None:
    for token, error in (("xoxb-wrong", "invalid_auth"), (playground.app_token, "not_allowed_token_type")):
        assert await refusal(AsyncWebClient(token=token, base_url=playground.api_url).auth_test()) == error
    async with aiohttp.ClientSession() as session, session.post(f"{playground.api_url}auth.test") as answer:
        assert (await answer.json())["error"] == "not_authed"


async def test_a_json_call_with_an_empty_body_is_taken(playground: Playground) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {playground.bot_token}"}
    async with aiohttp.ClientSession() as session, session.post(f"{playground.api_url}auth.test", headers=headers) as a:
        assert (await a.json())["ok"] is True


async def test_unknown_methods_and_missing_scopes(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"
    with pytest.raises(SlackApiError) as refused:
        await client.team_info()
    assert refused.value.response["needed"] == "team:read"
    assert "chat:write" in refused.value.response["provided"]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "CNOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": RANDOM, "text": "x"}, "not_in_channel"),
        ({"channel": DEALS, "text": "x"}, "channel_not_found"),
        ({"channel": ACME}, "no_text"),
        ({"channel": ACME, "text": "  "}, "no_text"),
        ({"channel": ACME, "text": "x", "blocks": "{not json"}, "invalid_blocks_format"),
        ({"channel": ACME, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": ACME, "text": "x", "metadata": {"event": 1}}, "invalid_metadata_format"),
        ({"channel": ACME, "text": "x", "blocks": [section("")]}, "invalid_blocks"),
    ],
)
async def test_a_post_is_refused(client: AsyncWebClient, args: dict[str, Any], error: str) -> None:
    assert await refusal(client.api_call("chat.postMessage", json=args)) == error


async def test_an_archived_channel_is_refused(client: AsyncWebClient, playground: Playground) -> None:
    playground.workspace.channels[ACME].is_archived = True
    assert await refusal(client.chat_postMessage(channel=ACME, text="x")) == "is_archived"


async def test_a_post_is_changed_and_deleted(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ACME, text="one", blocks=[section("one")])
    changed = await client.chat_update(channel=ACME, ts=str(posted["ts"]), text="two", blocks=[section("two")])
    assert changed["message"]["blocks"][0]["text"]["text"] == "two"
    assert changed["message"]["edited"]["user"] == "BSTAFET001"
    await client.chat_delete(channel=ACME, ts=str(posted["ts"]))
    assert await refusal(client.chat_update(channel=ACME, ts=str(posted["ts"]), text="x")) == "message_not_found"


async def test_a_persons_message_is_not_the_bots_to_change(client: AsyncWebClient, playground: Playground) -> None:
    said = (await playground.people.types("ane", "#acme", "mine")).message
    assert said is not None
    assert await refusal(client.chat_update(channel=ACME, ts=said.ts, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel=ACME, ts=said.ts)) == "cant_delete_message"


async def test_a_long_text_is_cut_with_a_warning(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ACME, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["warning"] == "message_truncated"
    assert await refusal(client.chat_update(channel=ACME, ts=str(posted["ts"]), text="x" * 4001)) == "msg_too_long"


async def test_metadata_is_kept_and_shown_only_when_asked_for(client: AsyncWebClient) -> None:
    kept = {"event_type": "stafet", "event_payload": {"id": "42"}}
    await client.chat_postMessage(channel=ACME, text="x", metadata=kept)
    shown = await client.conversations_history(channel=ACME, include_all_metadata=True)
    assert shown["messages"][0]["metadata"] == kept
    assert "metadata" not in (await client.conversations_history(channel=ACME))["messages"][0]


async def test_history_is_newest_first_in_pages_and_between_times(client: AsyncWebClient) -> None:
    stamps = [str((await client.chat_postMessage(channel=ACME, text=f"m{i}"))["ts"]) for i in range(4)]
    page = await client.conversations_history(channel=ACME, limit=3)
    assert [m["text"] for m in page["messages"]] == ["m3", "m2", "m1"]
    assert page["has_more"]
    rest = await client.conversations_history(channel=ACME, limit=3, cursor=page["response_metadata"]["next_cursor"])
    assert [m["text"] for m in rest["messages"]] == ["m0"]
    between = await client.conversations_history(channel=ACME, oldest=stamps[0], latest=stamps[2])
    assert [m["text"] for m in between["messages"]] == ["m1"]
    inclusive = await client.conversations_history(channel=ACME, oldest=stamps[0], latest=stamps[2], inclusive=True)
    assert len(inclusive["messages"]) == 3


async def test_a_thread_is_a_place_of_its_own(client: AsyncWebClient) -> None:
    parent = str((await client.chat_postMessage(channel=ACME, text="parent"))["ts"])
    await client.chat_postMessage(channel=ACME, text="reply", thread_ts=parent)
    assert [m["text"] for m in (await client.conversations_history(channel=ACME))["messages"]] == ["parent"]
    thread = (await client.conversations_replies(channel=ACME, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["parent", "reply"]
    assert thread[0]["reply_count"] == 1
    assert await refusal(client.conversations_replies(channel=ACME, ts="1.1")) == "thread_not_found"


async def test_direct_messages_open_once(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="UMARI00000")
    again = await client.conversations_open(users=["UMARI00000"])
    posted = await client.chat_postMessage(channel="UMARI00000", text="hello")
    assert opened["channel"]["id"] == again["channel"]["id"] == posted["channel"]
    assert again["already_open"]
    assert await refusal(client.conversations_open(users="UNOBODY")) == "user_not_found"


async def test_an_ephemeral_is_seen_by_one_and_kept_nowhere(client: AsyncWebClient, playground: Playground) -> None:
    shown = await client.chat_postEphemeral(channel=ACME, user="UANE000000", text="psst")
    assert (await client.conversations_history(channel=ACME))["messages"] == []
    assert playground.workspace.channels[ACME].ephemerals[str(shown["message_ts"])].visible_to == "UANE000000"
    assert await refusal(client.chat_postEphemeral(channel=ACME, user="USAM000000", text="x")) == "user_not_in_channel"


async def test_people_are_shown_with_language_and_zone(client: AsyncWebClient) -> None:
    mari = (await client.users_info(user="UMARI00000", include_locale=True))["user"]
    assert (mari["locale"], mari["tz"], mari["profile"]["real_name"]) == ("et-EE", "Europe/Tallinn", "Mari Tamm")
    assert "email" not in mari["profile"]
    assert (await client.users_info(user="USAM000000"))["user"]["is_stranger"] is True
    first = await client.users_list(limit=2, include_locale=True)
    assert len(first["members"]) == 2
    assert first["response_metadata"]["next_cursor"]
    assert "USAM000000" not in [m["id"] for m in (await client.users_list())["members"]]
    assert await refusal(client.users_info(user="U0")) == "user_not_found"


async def test_channels_are_listed_as_the_bot_may_know_them(client: AsyncWebClient) -> None:
    found = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert {"acme", "random"} <= {c["name"] for c in found}
    assert "private-deals" not in {c["name"] for c in found}
    shared = (await client.conversations_info(channel="CACMESHARE"))["channel"]
    assert shared["is_ext_shared"]
    assert not shared["is_private"]
    own = (await client.users_conversations())["channels"]
    assert "random" not in {c["name"] for c in own}
    assert "USAM000000" in (await client.conversations_members(channel="CACMESHARE"))["members"]


async def test_the_bot_joins_public_channels_alone(client: AsyncWebClient) -> None:
    await client.conversations_join(channel=RANDOM)
    await client.chat_postMessage(channel=RANDOM, text="hello")
    assert await refusal(client.conversations_join(channel=DEALS)) == "channel_not_found"


async def test_reactions_and_permalinks(client: AsyncWebClient) -> None:
    ts = str((await client.chat_postMessage(channel=ACME, text="x"))["ts"])
    await client.reactions_add(channel=ACME, timestamp=ts, name="eyes")
    assert await refusal(client.reactions_add(channel=ACME, timestamp=ts, name="eyes")) == "already_reacted"
    assert (await client.reactions_get(channel=ACME, timestamp=ts))["message"]["reactions"][0]["name"] == "eyes"
    link = (await client.chat_getPermalink(channel=ACME, message_ts=ts))["permalink"]
    assert link == f"https://nordlys.slack.com/archives/{ACME}/p{ts.replace('.', '')}"
    assert await refusal(client.chat_getPermalink(channel=ACME, message_ts="1.1")) == "message_not_found"


async def test_posts_are_paced_to_one_a_second(
    client: AsyncWebClient, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "time", SimpleNamespace(monotonic=lambda: 1000.0))  # no second goes by meanwhile
    for number in range(5):
        await client.chat_postMessage(channel=ACME, text=str(number))
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=ACME, text="too much")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=OPS, text="another channel")
    playground.limits = False
    await client.chat_postMessage(channel=ACME, text="unpaced")


async def test_faults_on_purpose(client: AsyncWebClient, playground: Playground) -> None:
    playground.rate_limit("#acme", 30)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=ACME, text="x")
    assert refused.value.response.headers["Retry-After"] == "30"
    playground.fail("chat.postMessage", "fatal_error")
    assert await refusal(client.chat_postMessage(channel=OPS, text="x")) == "fatal_error"
    playground.drop_answer_of("chat.postMessage")
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=OPS, text="lost answer")
    assert [m.text for m in playground.workspace.channels[OPS].messages.values()] == ["lost answer"]
    assert [c.status for c in playground.core.traffic.calls_of("chat.postMessage")] == [429, 200, 0]


async def test_a_slack_that_is_down_answers_503_or_cuts_the_line_and_counts_it(
    client: AsyncWebClient, playground: Playground
) -> None:
    client.retry_handlers.clear()
    playground.down()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=OPS, text="x")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=OPS, text="x")
    assert refused.value.response.status_code == 503
    playground.down(False)
    await client.chat_postMessage(channel=OPS, text="back")
    assert [m.text for m in playground.workspace.channels[OPS].messages.values()] == ["back"]
    assert playground.core.faults.happened["down"] == 2


async def test_what_hung_until_the_caller_left_comes_to_nothing(client: AsyncWebClient, playground: Playground) -> None:
    client.retry_handlers.clear()
    client.timeout = 0.3
    playground.hang(1.5)
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=OPS, text="x")
    playground.hang(0)
    await asyncio.sleep(1.5)
    assert not playground.workspace.channels[OPS].messages
    assert playground.core.faults.happened["hang"] == 1


async def test_a_trigger_opens_one_form_within_three_seconds(client: AsyncWebClient, playground: Playground) -> None:
    triggers = playground.core.triggers
    trigger = triggers.give("UANE000000")
    view = (await client.views_open(trigger_id=trigger, view=modal(field("a"))))["view"]
    assert view["hash"]
    assert view["app_id"]
    assert view["root_view_id"] == view["id"]
    assert await refusal(client.views_open(trigger_id=trigger, view=modal(field("a")))) == "exchanged_trigger_id"
    assert await refusal(client.views_open(trigger_id="1.2.3", view=modal(field("a")))) == "invalid_trigger_id"
    triggers.life = 0.0
    late = triggers.give("UANE000000")
    assert await refusal(client.views_open(trigger_id=late, view=modal(field("a")))) == "expired_trigger_id"


async def test_a_form_is_changed_only_by_who_saw_it_last(client: AsyncWebClient, playground: Playground) -> None:
    trigger = playground.core.triggers.give("UANE000000")
    view = (await client.views_open(trigger_id=trigger, view=modal(field("a"))))["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(field("b")))
    again = client.views_update(view_id=view["id"], hash=view["hash"], view=modal(field("c")))
    assert await refusal(again) == "hash_conflict"
    assert await refusal(client.views_update(view_id="V0", view=modal(field("c")))) == "not_found"


async def test_three_forms_may_stand_on_each_other(client: AsyncWebClient, playground: Playground) -> None:
    give = playground.core.triggers.give
    await client.views_open(trigger_id=give("UANE000000"), view=modal(field("a")))
    for _ in range(2):
        await client.views_push(trigger_id=give("UANE000000"), view=modal(field("a")))
    fourth = client.views_push(trigger_id=give("UANE000000"), view=modal(field("a")))
    assert await refusal(fourth) == "push_limit_reached"


async def test_a_home_is_published(client: AsyncWebClient, playground: Playground) -> None:
    await client.views_publish(user_id="UANE000000", view={"type": "home", "blocks": [section("Yours")]})
    assert playground.workspace.homes["UANE000000"].body["blocks"][0]["text"]["text"] == "Yours"
    wrong = client.views_publish(user_id="UANE000000", view=modal(section("x")))
    assert await refusal(wrong) == "invalid_arguments"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_other_hosts_and_origins_are_refused(playground: Playground, headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/api/auth.test", "/playground/state"):
            async with session.get(playground.url + path, headers=headers) as answer:
                assert answer.status == 403


async def test_a_body_over_the_cap_is_refused(playground: Playground) -> None:
    url = f"{playground.url}/playground/act"
    async with aiohttp.ClientSession() as session, session.post(url, data=io.BytesIO(b"x" * 1_100_000)) as answer:
        assert answer.status == 413


async def test_the_clock_is_written_whole_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "offset"
    first = Playground(manifest=MANIFEST, clock_file=file)
    first.clock.forward(90)
    assert file.read_text(encoding="utf-8") == "90\n"
    assert Playground(manifest=MANIFEST, clock_file=file).clock.offset == 90
    assert [path.name for path in file.parent.iterdir()] == ["offset"]


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({"Content-Type": "text/xml"}, "<x/>", "invalid_post_type"),
        ({"Content-Type": "application/json"}, "{", "invalid_json"),
        ({"Content-Type": "application/json"}, "[]", "json_not_object"),
        ({"Content-Type": "application/json"}, '{"channel": "CACME00001"}', "no_text"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "channel=CACME00001", "no_text"),
    ],
)
async def test_a_call_is_read_in_the_forms_that_slack_reads(
    playground: Playground, headers: dict[str, str], body: str, error: str
) -> None:
    headers = {**headers, "Authorization": f"Bearer {playground.bot_token}"}
    posting = aiohttp.ClientSession(headers=headers)
    async with posting as session, session.post(f"{playground.api_url}chat.postMessage", data=body) as answer:
        assert (await answer.json())["error"] == error


async def test_a_method_that_reads_sees_no_arguments_in_json(client: AsyncWebClient) -> None:
    assert (await client.conversations_info(channel=ACME))["ok"] is True
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("conversations.info", json={"channel": ACME})
    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_an_answers_address_lives_half_an_hour(playground: Playground) -> None:
    urls = [playground.responses.give("UANE000000", ACME) for _ in range(2)]
    async with aiohttp.ClientSession() as session:

        async def respond(url: str, body: object) -> tuple[int, str]:
            async with session.post(url, json=body) as answer:
                text = await answer.text()
                return answer.status, "" if text == "ok" else json.loads(text)["error"]

        assert await respond(urls[0], {"text": "x"}) == (200, "")
        assert await respond(urls[0], {"blocks": [section("")]}) == (400, "invalid_blocks")
        assert await respond(urls[0], {"text": ""}) == (400, "no_text")
        assert await respond(urls[0], ["x"]) == (400, "invalid_payload")
        assert playground.responses.life == 1800
        playground.responses.life = 0.0
        assert await respond(urls[1], {"text": "x"}) == (404, "expired_url")
