"""What the playground's Web API answers, compared with what Slack documents, key by key."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from bot.playground.web_api import METHODS
from tests.playground.acts import ACME, ANE, opened, posted, said
from tests.playground.parts import field, modal, section
from tests.support.samples import mismatches, samples

Call = Callable[[AsyncWebClient, Playground], Awaitable[Any]]
MARI, RANDOM, SHARED = "UMARI00000", "CRANDOM001", "CACMESHARE"
FORM = modal(field("title"))
EVERYTHING = "public_channel,private_channel,im"


async def _talked(playground: Playground) -> str:
    """Let people and the bot talk: threads both ways, an edit, a reaction; give the first message's ts."""
    question, card = await said(playground, "a question"), posted(playground)
    for thread in (question.ts, card.ts):
        await said(playground, "an answer", thread=thread, by="mari")
        posted(playground, thread=thread)
    playground.people.edits("ane", "#acme", question.ts, "a better question")
    playground.people.reacts("mari", "#acme", question.ts, "eyes")
    playground.people.deletes("ane", "#acme", (await said(playground, "never mind")).ts)
    return question.ts


async def _history(client: AsyncWebClient, playground: Playground) -> Any:
    await _talked(playground)
    await client.chat_postMessage(channel=ACME, text="x", metadata={"event_type": "t", "event_payload": {"id": 1}})
    return await client.conversations_history(channel=ACME, include_all_metadata=True)


async def _replies(client: AsyncWebClient, playground: Playground) -> Any:
    return await client.conversations_replies(channel=ACME, ts=await _talked(playground))


async def _reaction(client: AsyncWebClient, playground: Playground, method: str) -> Any:
    about = {"channel": ACME, "timestamp": posted(playground).ts}
    if method != "reactions.add":
        await client.reactions_add(**about, name="eyes")
    name = {} if method == "reactions.get" else {"name": "eyes"}
    return await client.api_call(method, params={**about, **name})


async def _pushed(client: AsyncWebClient, playground: Playground) -> Any:
    opened(playground, field("title"))
    return await client.views_push(trigger_id=playground.core.triggers.give(ANE), view=FORM)


async def _updated(client: AsyncWebClient, playground: Playground) -> Any:
    return await client.views_update(view_id=opened(playground, field("title")).id, view=FORM)


CALLS: dict[str, Call] = {
    "api.test": lambda client, _: client.api_test(),
    "apps.connections.open": lambda client, playground: client.apps_connections_open(app_token=playground.app_token),
    "auth.test": lambda client, _: client.auth_test(),
    "team.info": lambda client, _: client.team_info(),
    "users.info": lambda client, _: client.users_info(user="USAM000000", include_locale=True),
    "users.list": lambda client, _: client.users_list(include_locale=True),
    "users.conversations": lambda client, _: client.users_conversations(types=EVERYTHING),
    "conversations.info": lambda client, _: client.conversations_info(channel=SHARED, include_num_members=True),
    "conversations.list": lambda client, _: client.conversations_list(types=EVERYTHING),
    "conversations.members": lambda client, _: client.conversations_members(channel=SHARED),
    "conversations.open": lambda client, _: client.conversations_open(users=MARI),
    "conversations.join": lambda client, _: client.conversations_join(channel=RANDOM),
    "conversations.history": _history,
    "conversations.replies": _replies,
    "chat.postMessage": lambda client, _: client.chat_postMessage(channel=ACME, text="x", blocks=[section("x")]),
    "chat.postEphemeral": lambda client, _: client.chat_postEphemeral(channel=ACME, user=ANE, text="x"),
    "chat.update": lambda client, playground: client.chat_update(channel=ACME, ts=posted(playground).ts, text="y"),
    "chat.delete": lambda client, playground: client.chat_delete(channel=ACME, ts=posted(playground).ts),
    "chat.getPermalink": lambda client, playground: client.chat_getPermalink(
        channel=ACME, message_ts=posted(playground).ts
    ),
    "reactions.add": lambda client, playground: _reaction(client, playground, "reactions.add"),
    "reactions.remove": lambda client, playground: _reaction(client, playground, "reactions.remove"),
    "reactions.get": lambda client, playground: _reaction(client, playground, "reactions.get"),
    "views.open": lambda client, playground: client.views_open(
        trigger_id=playground.core.triggers.give(ANE), view=FORM
    ),
    "views.push": _pushed,
    "views.update": _updated,
    "views.publish": lambda client, _: client.views_publish(user_id=ANE, view={"type": "home", "blocks": []}),
}


@pytest.mark.parametrize("method", samples("answers"))
async def test_an_answer_is_like_its_sample(client: AsyncWebClient, playground: Playground, method: str) -> None:
    manifest = playground.core.manifest
    object.__setattr__(manifest, "scopes", (*manifest.scopes, "team:read", "channels:join"))
    answer = await CALLS[method](client, playground)
    assert mismatches(f"@answers.{method}", answer.data) == []


def test_every_method_has_its_sample() -> None:
    assert set(samples("answers")) == set(CALLS) == {*METHODS, "apps.connections.open"}


async def test_a_refusal_is_like_its_sample(client: AsyncWebClient) -> None:
    refused = (
        client.chat_postMessage(channel=ACME, text="x", blocks=[section("")]),
        client.chat_postMessage(channel="C0NOWHERE", text="x"),
        client.team_info(),
        client.api_call("chat.shout"),
    )
    for call in refused:
        with pytest.raises(SlackApiError) as error:
            await call
        assert mismatches("@parts.refusal", error.value.response.data) == []
