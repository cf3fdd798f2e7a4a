"""What the page asks for: one page of messages, those before it, a thread, or only what changed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiohttp import ClientSession

from bot.playground import posting
from bot.playground.server import Playground

ACME = "CACME00001"
ANE, MARI, SAM = "UANE000000", "UMARI00000", "USAM000000"


@pytest_asyncio.fixture
async def http(playground: Playground) -> AsyncIterator[ClientSession]:
    async with ClientSession(playground.url) as session:
        yield session


def says(playground: Playground, text: str, user: str = MARI, **more: Any) -> str:
    """Post a message to #acme and give its ts."""
    content = {"text": text, "thread_ts": more.pop("thread_ts", None)}
    return posting.post(playground.core, playground.workspace.channels[ACME], user, content, **more).ts


async def asked(http: ClientSession, user: str = ANE, **query: str) -> dict[str, Any]:
    """Ask for messages as the page does; each is shown as its text."""
    async with http.get("/playground/messages", params={"user": user, "channel": ACME, **query}) as answer:
        given: dict[str, Any] = await answer.json()
    return {**given, "messages": [m["text"] for m in given["messages"]]}


async def test_messages_come_a_page_at_a_time(playground: Playground, http: ClientSession) -> None:
    times = [says(playground, f"{i}") for i in range(5)]
    assert await asked(http, limit="2") == {"messages": ["3", "4"], "more": True, "gone": []}
    assert await asked(http, limit="2", before=times[3]) == {"messages": ["1", "2"], "more": True, "gone": []}
    assert await asked(http, limit="2", before=times[1]) == {"messages": ["0"], "more": False, "gone": []}


async def test_answers_stand_in_their_thread_alone_unless_they_were_sent_to_the_channel_too(
    playground: Playground, http: ClientSession
) -> None:
    first = says(playground, "question")
    answer = says(playground, "answer", thread_ts=first)
    says(playground, "also there", thread_ts=first, broadcast=True)
    assert (await asked(http))["messages"] == ["question", "also there"]
    assert (await asked(http, thread=first))["messages"] == ["question", "answer", "also there"]
    assert (await asked(http, ts=answer))["messages"] == ["question", "answer"]


async def test_what_was_answered_and_deleted_leaves_its_thread(playground: Playground, http: ClientSession) -> None:
    first = says(playground, "question")
    says(playground, "answer", thread_ts=first)
    posting.remove(playground.core, playground.workspace.channels[ACME].messages[first])
    assert (await asked(http))["messages"] == ["_This message was deleted._"]
    assert (await asked(http, thread=first))["messages"] == ["_This message was deleted._", "answer"]


async def test_what_one_person_sees_nobody_else_is_shown_or_told_of(
    playground: Playground, http: ClientSession
) -> None:
    whisper = says(playground, "for Ane alone", visible_to=ANE)
    deleted = says(playground, "soon gone")
    posting.remove(playground.core, playground.workspace.channels[ACME].messages[deleted])
    both = f"{whisper},{deleted}"
    assert await asked(http, ts=both) == {"messages": ["for Ane alone"], "more": False, "gone": [deleted]}
    assert await asked(http, MARI, ts=both) == {"messages": [], "more": False, "gone": [deleted]}
    assert (await asked(http, MARI))["messages"] == []


async def test_a_channel_is_closed_to_whoever_isnt_in_it(http: ClientSession) -> None:
    async with http.get("/playground/messages", params={"user": SAM, "channel": ACME}) as answer:
        assert answer.status == 404
        assert await answer.text() == "sam isn't in #acme"


async def test_a_shared_channel_names_whom_it_is_shared_with(http: ClientSession) -> None:
    for user, others in (("ane", ["Acme"]), ("sam", ["Nordlys Service"])):
        async with http.get("/playground/state", params={"user": user}) as answer:
            state = await answer.json()
        shared = {c["name"]: c["shared_with"] for c in state["channels"] if c["shared_with"]}
        assert shared == {"acme-shared": others}
    assert {p["name"]: p["team_name"] for p in state["people"] if p["is_stranger"]} == {"sam": "Acme"}


async def test_unread_messages_are_counted_with_those_that_name_one(
    playground: Playground, http: ClientSession
) -> None:
    says(playground, "hello")
    newest = says(playground, f"<@{ANE}> are you there?")
    says(playground, "my own", ANE)
    says(playground, "for Mari alone", visible_to=MARI)
    playground.workspace.read_until.clear()

    async def room() -> tuple[int, int, str]:
        async with http.get("/playground/state", params={"user": "ane"}) as answer:
            found = next(c for c in (await answer.json())["channels"] if c["id"] == ACME)
        return found["unread"], found["mentions"], found["newest"]

    assert await room() == (2, 1, newest)
    reads = {"user": ANE, "do": "reads", "channel": ACME, "ts": newest}
    async with http.post("/playground/act", json=reads) as answer:
        assert (await answer.json())["ok"]
    assert (await room())[:2] == (0, 0)
