"""Messages: mentions, direct messages, prefixes, reactions, and what becomes of the messages behind tasks."""

import time
from collections.abc import Awaitable
from dataclasses import replace

from bot.domain.commands import AddTask
from bot.domain.errors import DomainError, NotFound
from bot.domain.members import Actor
from bot.domain.tasks import Origin, Source
from bot.slack.gateway import Refused, Unclear
from bot.slack.refusals import TRY_AGAIN
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Event, edited_by_author
from bot.slack.text import from_message
from bot.views import problems
from handlers.acquaintance import is_in_private, record_line
from handlers.context import Context, Desk, open_context, words_for
from handlers.handoffs import record_handoff_line
from handlers.parsing.mention_line import (
    Asked,
    MessageCommand,
    mentions_first,
    read_mention,
    read_named,
    read_prefix,
)
from handlers.parsing.task_command import OpenForm, read_task_command
from handlers.parsing.words import Words
from handlers.routes import EventRoute
from handlers.tasks import obey
from storage.errands import Errand

TASK_FROM_REACTION = "task_from_reaction"
_ORDINARY = frozenset({None, "file_share", "thread_broadcast", "me_message"})
_UNHURRIED = 20.0


async def on_message(event: Event, cx: Context) -> Reply:
    """Hear a message: record what asks for it, follow what became of recorded ones, leave the rest alone."""
    body = event.body
    if body.get("subtype") == "message_changed":
        return await _on_changed(event, cx)
    if body.get("subtype") == "message_deleted":
        return await _on_deleted(event, cx)
    if body.get("subtype") not in _ORDINARY or not body.get("user"):
        return NOTHING
    text = from_message(body.get("text") or "")
    command = read_prefix(text, _prefix_words(cx))
    is_direct = body.get("channel_type") == "im"
    if is_direct and not command and await _is_an_answer(event, text, cx):
        return NOTHING
    if is_direct or mentions_first(text, cx.workspace.bot_user):
        return await _answer_once(_on_asked(event, text, cx), event, cx)
    if command:
        return await _answer_once(_obey(command, event, Origin.PREFIX, cx), event, cx)
    await _is_an_answer(event, text, cx)
    return NOTHING


async def _is_an_answer(event: Event, text: str, cx: Context) -> bool:
    """Take the giver's words in the thread of a handoff's card, or of its question to them, as the answer to it."""
    channel, thread_ts, ts = event.body["channel"], event.body.get("thread_ts"), event.body["ts"]
    if not thread_ts or not text.strip():
        return False
    ref = await cx.use(cx.services.handoffs.asked_in_thread, cx.actor, channel, thread_ts)
    if ref:
        actor = replace(cx.actor, delivery=f"message:{channel}:{ts}")
        await cx.use(cx.services.handoffs.answer, actor, ref, text.strip())
    return ref is not None


async def on_mention(event: Event, cx: Context) -> Reply:
    """Hear a mention of the bot."""
    if not event.body.get("user"):
        return NOTHING
    return await _answer_once(_on_asked(event, from_message(event.body.get("text") or ""), cx), event, cx)


async def _answer_once(handling: Awaitable[Reply], event: Event, cx: Context) -> Reply:
    """Answer the same words once, though Slack tells of them as a message, as a mention, and again."""
    try:
        reply = await handling
    except DomainError as e:
        reply = Reply(message=problems.explain(e, cx.t))
    if reply.message:
        edited = (event.body.get("edited") or {}).get("ts", "")
        answer = replace(cx.actor, delivery=f"answer:{event.body['channel']}:{event.body['ts']}{edited}")
        await cx.use(cx.services.people.claim_answer, answer)
    return reply


async def _on_asked(event: Event, text: str, cx: Context) -> Reply:
    """Handle what was said to the bot itself."""
    command = _asked_of_us(text, cx)
    if command:
        return await _obey(command, event, Origin.MENTION, cx)
    if event.body.get("channel_type") == "im" or mentions_first(text, cx.workspace.bot_user):
        return Reply(message=problems.say("message.how_to", cx.t))
    return NOTHING


def _asked_of_us(text: str, cx: Context) -> MessageCommand | None:
    """Read what somebody asks of the bot by its name, or in a direct message."""
    words, bot = _prefix_words(cx), cx.workspace.bot_user
    asked = read_mention(text, words, bot_user=bot) or read_prefix(text, words)
    return asked or read_named(text, cx.words, bot_user=bot)


async def _obey(command: MessageCommand, event: Event, origin: Origin, cx: Context) -> Reply:
    """Do what a message asks for; the same words told twice are done once."""
    source = _source(event, from_message(event.body["text"]))
    actor = replace(cx.actor, delivery=f"message:{source.channel}:{source.ts}")
    cx = replace(cx, actor=actor, is_private=await is_in_private(cx))
    if command.asked is Asked.HANDOFF:
        return await record_handoff_line(command.text, cx, source, origin)

    async def record(text: str) -> Reply:
        await _record(text, source, origin, cx)
        return NOTHING

    wanted = read_task_command(command.text, cx.words)
    if isinstance(wanted, OpenForm):
        return Reply(message=problems.say("message.how_to", cx.t))
    return await obey(wanted, command.text, cx, record)


async def _record(text: str, source: Source, origin: Origin, cx: Context) -> None:
    def finish(read: AddTask) -> AddTask:
        return replace(read, origin=origin, source=source, asked_in=source.channel, is_private=cx.is_private)

    await record_line(text, cx, finish)


async def _on_changed(event: Event, cx: Context) -> Reply:
    """Record what a message asks for since it was edited; show on a recorded one's card that it was."""
    now = event.body.get("message") or {}
    was = event.body.get("previous_message") or {}
    if now.get("text") == was.get("text") or not event.body.get("channel"):
        return NOTHING
    if now.get("subtype") == "tombstone":  # how Slack tells of a deleted message that has answers
        gone = {**event.body, "deleted_ts": now.get("ts")}
        return await _on_deleted(replace(event, body=gone), cx)
    text = from_message(now.get("text") or "")
    said = edited_by_author(event)
    command = _command_in(said, text, cx) if said else None
    if said and command and not await _is_recorded(said, cx):
        return await _obey_edited(command, said, cx)
    actor = replace(cx.actor, member=now.get("user") or "")
    await cx.use(cx.services.tasks.source_edited, actor, event.body["channel"], now.get("ts") or "", text)
    return NOTHING


def _command_in(event: Event, text: str, cx: Context) -> MessageCommand | None:
    """Read what a message asks for, by a word with a colon or of the bot itself."""
    if event.body["channel_type"] == "im" or mentions_first(text, cx.workspace.bot_user):
        return _asked_of_us(text, cx)
    return read_prefix(text, _prefix_words(cx))


async def _is_recorded(event: Event, cx: Context) -> bool:
    """Tell whether something was made of a message before, whoever may see it."""
    where = event.body["channel"], event.body["ts"]
    try:
        task = await cx.use(cx.services.tasks.captured, event.actor, *where)
        return bool(task or await cx.use(cx.services.handoffs.captured, event.actor, *where))
    except NotFound:
        return True


async def _obey_edited(command: MessageCommand, event: Event, cx: Context) -> Reply:
    """Do what a message asks for since it was edited, as if its author said it now: once, and not for outsiders."""
    cx = await open_context(cx.desk, event)
    if cx.is_anybody:
        raise Unclear(f"nobody says who {event.actor.member} is")
    if cx.is_outsider:
        return NOTHING
    is_asked = mentions_first(event.body["text"], cx.workspace.bot_user) or event.body["channel_type"] == "im"
    origin = Origin.MENTION if is_asked else Origin.PREFIX
    return replace(await _answer_once(_obey(command, event, origin, cx), event, cx), whom=cx.actor.member)


async def _on_deleted(event: Event, cx: Context) -> Reply:
    """Keep on a card the text of a message that was deleted."""
    was = event.body.get("previous_message") or {}
    if not event.body.get("deleted_ts"):
        return NOTHING
    actor = replace(cx.actor, member=was.get("user") or "")
    await cx.use(cx.services.tasks.source_deleted, actor, event.body["channel"], event.body["deleted_ts"])
    return NOTHING


async def on_reaction(event: Event, cx: Context) -> Reply:
    """Make a task of a message, or finish the task that a message shows."""
    item, emoji = event.body.get("item") or {}, str(event.body.get("reaction") or "").split("::")[0]
    if item.get("type") != "message" or cx.actor.member == cx.workspace.bot_user:
        return NOTHING
    if emoji == cx.workspace.task_emoji:
        params = {"channel": item["channel"], "ts": item["ts"], "member": cx.actor.member}
        await cx.use(cx.services.people.keep_errand, cx.actor, TASK_FROM_REACTION, params)
    elif emoji == cx.workspace.done_emoji:
        await cx.use(cx.services.tasks.finish_shown, cx.actor, item["channel"], item["ts"])
    return NOTHING


async def record_from_reaction(errand: Errand, desk: Desk) -> None:
    """Fetch the message that got the reaction, and make a task of it."""
    channel, ts = errand.params["channel"], errand.params["ts"]
    try:
        message = await desk.gateway.message(channel, ts)
    except Refused as e:
        if e.code in TRY_AGAIN:
            raise Unclear(e.code) from e
        message = None
    actor = Actor(
        workspace=errand.workspace, member=errand.params["member"], delivery=f"errand:{errand.id}", channel=channel
    )
    request = Event(actor=actor, deadline=time.monotonic() + _UNHURRIED, kind="reaction_added", body={})
    cx = await open_context(desk, request)
    if cx.is_anybody:
        raise Unclear(f"nobody says who {actor.member} is")
    if cx.is_outsider:
        return
    cx = replace(cx, is_private=await is_in_private(cx))
    text = from_message((message or {}).get("text") or "") or cx.t("message.without_text")
    source = Source(
        channel=channel,
        ts=ts,
        thread_ts=(message or {}).get("thread_ts"),
        author=(message or {}).get("user"),
        text=text,
    )
    await _record(text, source, Origin.REACTION, cx)


def _source(event: Event, text: str) -> Source:
    body = event.body
    return Source(
        channel=body["channel"], ts=body["ts"], thread_ts=body.get("thread_ts"), author=body["user"], text=text
    )


def _prefix_words(cx: Context) -> Words:
    """Gather the words for the commands in every language: a channel has many readers."""
    translators = cx.desk.translators
    return words_for(tuple(Asked), translators.languages, translators)


ROUTES = (
    EventRoute("message", on_message),
    EventRoute("app_mention", on_mention),
    EventRoute("reaction_added", on_reaction),
)
ERRANDS = {TASK_FROM_REACTION: record_from_reaction}
