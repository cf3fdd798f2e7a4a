"""One act for every sample of what Slack sends: what a person, or the bot, does so that it is sent."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground.posting import content_of, post_as_bot
from bot.playground.server import Playground
from bot.playground.state import Message, View
from bot.playground.views import build, put_on_top
from tests.playground.parts import button, field, modal, plain, section

ACME, ANE, SAM, BOT = "CACME00001", "UANE000000", "USAM000000", "USTAFET001"
Act = Callable[[Playground], Awaitable[Any]]
SEARCH = {"type": "external_select", "action_id": "value"}
TALK = {"type": "conversations_select", "action_id": "value", "response_url_enabled": True}


def posted(
    playground: Playground, *elements: dict[str, Any], thread: str = "", visible_to: str | None = None
) -> Message:
    """Let the bot post a message, with these elements."""
    blocks = [section("a card"), *([{"type": "actions", "block_id": "b", "elements": [*elements]}] if elements else [])]
    content = content_of({"text": "card", "blocks": blocks, "thread_ts": thread})
    return post_as_bot(playground.core, playground.workspace.channels[ACME], content, visible_to=visible_to)


async def said(
    playground: Playground, words: str, *, thread: str = "", by: str = "ane", where: str = "#acme"
) -> Message:
    """Let a person post a message."""
    message = (await playground.people.types(by, where, words, thread)).message
    assert message is not None
    return message


def opened(playground: Playground, *blocks: dict[str, Any], **more: Any) -> View:
    """Open a form in front of Ane."""
    view = build(playground.core, ANE, modal(*blocks, **more), "modal")
    put_on_top(playground.core, view)
    return view


def home(playground: Playground) -> View:
    """Give Ane a home with a button."""
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("task.done")]}]
    view = build(playground.core, ANE, {"type": "home", "blocks": blocks}, "home")
    playground.workspace.homes[ANE] = view
    return view


async def _command(playground: Playground) -> None:
    await playground.people.types("ane", "#acme", "/task call Bo")


async def _click_in_message(playground: Playground) -> None:
    await playground.people.presses("ane", posted(playground, button("task.done", value="T-1")), ("b", "task.done"))


async def _click_in_ephemeral(playground: Playground) -> None:
    place = posted(playground, button("task.done"), visible_to=ANE)
    await playground.people.presses("ane", place, ("b", "task.done"))


async def _click_in_modal(playground: Playground) -> None:
    view = opened(playground, {"type": "actions", "block_id": "b", "elements": [button("task.done")]}, field("title"))
    await playground.people.presses("ane", view, ("b", "task.done"))


async def _click_in_home(playground: Playground) -> None:
    await playground.people.presses("ane", home(playground), ("b", "task.done"))


async def _submission(playground: Playground) -> None:
    opened(playground, field("where", TALK), field("title"), callback_id="f", close=plain("No"))
    playground.forms.fills("ane", {"where": {"value": ACME}, "title": {"value": "call Bo"}})
    await playground.forms.submits("ane")


async def _closed(playground: Playground) -> None:
    opened(playground, field("title"), notify_on_close=True)
    await playground.forms.closes("ane")


async def _shortcut(playground: Playground) -> None:
    await playground.people.shortcut("ane", "task.new")


async def _message_shortcut(playground: Playground) -> None:
    message = await said(playground, "call Bo")
    await playground.people.shortcut("ane", "task.from_message", "#acme", message.ts)


async def _suggestion_in_view(playground: Playground) -> None:
    await playground.people.suggestions("ane", opened(playground, field("crew", SEARCH)), ("crew", "value"), "bo")


async def _suggestion_in_message(playground: Playground) -> None:
    await playground.people.suggestions("ane", posted(playground, SEARCH), ("b", "value"), "bo")


async def _answer(playground: Playground) -> None:
    await said(playground, "an answer", thread=(await said(playground, "a question")).ts)


async def _answered(playground: Playground) -> None:
    question = await said(playground, "a question")
    await said(playground, "an answer", thread=question.ts)
    playground.people.redelivers(question)


async def _stranger(playground: Playground) -> None:
    await said(playground, "hello from Acme", by="sam", where="#acme-shared")


async def _app_message(playground: Playground) -> None:
    posted(playground, button("task.done"))


async def _app_answer(playground: Playground) -> None:
    posted(playground, thread=(await said(playground, "a question")).ts)


async def _app_answered(playground: Playground) -> None:
    question = posted(playground)
    await said(playground, "an answer", thread=question.ts)
    playground.people.redelivers(question)


async def _app_broadcast(playground: Playground) -> None:
    content = content_of({"text": "for all", "thread_ts": (await said(playground, "a question")).ts})
    post_as_bot(playground.core, playground.workspace.channels[ACME], {**content, "broadcast": True})


async def _edit(playground: Playground) -> None:
    playground.people.edits("ane", "#acme", (await said(playground, "helo")).ts, "hello")


async def _deletion(playground: Playground) -> None:
    playground.people.deletes("ane", "#acme", (await said(playground, "helo")).ts)


async def _mention(playground: Playground) -> None:
    await said(playground, "@stafet task call Bo")


async def _mention_in_thread(playground: Playground) -> None:
    await said(playground, "@stafet task call Bo", thread=(await said(playground, "a question")).ts)


async def _reaction(playground: Playground) -> None:
    playground.people.reacts("ane", "#acme", (await said(playground, "done")).ts, "eyes")


async def _reaction_taken_back(playground: Playground) -> None:
    message = await said(playground, "done")
    for _ in range(2):
        playground.people.reacts("ane", "#acme", message.ts, "eyes")


async def _invitation(playground: Playground) -> None:
    playground.people.invites_bot("ane", "#random")


async def _removal(playground: Playground) -> None:
    playground.people.removes("ane", "#acme", "stafet")


async def _sharing(playground: Playground) -> None:
    playground.people.shares_channel("ane", "#borealis", "sam")


async def _unsharing(playground: Playground) -> None:
    playground.people.unshares_channel("ane", "#acme-shared", "sam")


async def _home(playground: Playground) -> None:
    home(playground)
    playground.people.opens_home("ane")


async def _profile(playground: Playground) -> None:
    playground.people.changes_profile("ane", tz="Europe/London", locale="en-GB")


INTERACTIONS: dict[str, Act] = {
    "slash_command": _command,
    "click_in_message": _click_in_message,
    "click_in_ephemeral": _click_in_ephemeral,
    "click_in_modal": _click_in_modal,
    "click_in_home": _click_in_home,
    "view_submission": _submission,
    "view_closed": _closed,
    "shortcut": _shortcut,
    "message_action": _message_shortcut,
    "suggestion_in_view": _suggestion_in_view,
    "suggestion_in_message": _suggestion_in_message,
}
EVENTS: dict[str, Act] = {
    "message": _mention,
    "message_person_in_thread": _answer,
    "message_person_with_replies": _answered,
    "message_stranger": _stranger,
    "message_app": _app_message,
    "message_app_in_thread": _app_answer,
    "message_app_with_replies": _app_answered,
    "message_app_broadcast": _app_broadcast,
    "message_changed": _edit,
    "message_deleted": _deletion,
    "app_mention": _mention,
    "app_mention_in_thread": _mention_in_thread,
    "reaction_added": _reaction,
    "reaction_removed": _reaction_taken_back,
    "member_joined_channel": _invitation,
    "member_left_channel": _removal,
    "channel_shared": _sharing,
    "channel_unshared": _unsharing,
    "app_home_opened": _home,
    "user_change": _profile,
}
