"""Messages: mentions, direct messages, prefixes, reactions, and what becomes of the messages behind tasks."""

import time
from collections.abc import Awaitable
from dataclasses import replace

from bot.domain.commands import AddTask
from bot.domain.errors import DomainError
from bot.domain.members import Actor
from bot.domain.tasks import Origin, Source
from bot.slack.gateway import Refused, Unclear
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Event, Typed
from bot.slack.text import from_message
from bot.views import problems
from handlers.acquaintance import is_in_private, record_line
from handlers.context import Context, Desk, open_context, words_for
from handlers.handoffs import record_handoff_line
from handlers.parsing.mention_line import Asked, MessageCommand, mentions_first, read_mention, read_prefix
from handlers.parsing.task_command import OpenForm, RecordTask, read_task_command
from handlers.parsing.words import Words
from handlers.routes import EventRoute
from handlers.tasks import on_task
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
        answer = replace(cx.actor, delivery=f"answer:{event.body['channel']}:{event.body['ts']}")
        await cx.use(cx.services.people.claim_answer, answer)
    return reply


async def _on_asked(event: Event, text: str, cx: Context) -> Reply:
    """Handle what was said to the bot itself."""
    words = _prefix_words(cx)
    command = read_mention(text, words, bot_user=cx.workspace.bot_user) or read_prefix(text, words)
    if command:
        return await _obey(command, event, Origin.MENTION, cx)
    if event.body.get("channel_type") == "im" or mentions_first(text, cx.workspace.bot_user):
        return Reply(message=problems.say("message.how_to", cx.t))
    return NOTHING


async def _obey(command: MessageCommand, event: Event, origin: Origin, cx: Context) -> Reply:
    """Do what a message asks for; the same words told twice are done once."""
    source = _source(event, from_message(event.body["text"]))
    actor = replace(cx.actor, delivery=f"message:{source.channel}:{source.ts}")
    cx = replace(cx, actor=actor, is_private=await is_in_private(cx))
    if command.asked is Asked.HANDOFF:
        return await record_handoff_line(command.text, cx, source, origin)
    match read_task_command(command.text, cx.words):
        case OpenForm():
            return Reply(message=problems.say("message.how_to", cx.t))
        case RecordTask(text):
            await _record(text, source, origin, cx)
            return NOTHING
        case _:
            typed = Typed(actor=cx.actor, deadline=cx.deadline, command="/task", text=command.text)
            return await on_task(typed, cx)


async def _record(text: str, source: Source, origin: Origin, cx: Context) -> None:
    def finish(read: AddTask) -> AddTask:
        return replace(read, origin=origin, source=source, asked_in=source.channel, is_private=cx.is_private)

    await record_line(text, cx, finish)


async def _on_changed(event: Event, cx: Context) -> Reply:
    """Show on a card that the message behind it was edited."""
    now = event.body.get("message") or {}
    was = event.body.get("previous_message") or {}
    if now.get("text") == was.get("text") or not event.body.get("channel"):
        return NOTHING
    if now.get("subtype") == "tombstone":  # how Slack tells of a deleted message that has answers
        gone = {**event.body, "deleted_ts": now.get("ts")}
        return await _on_deleted(replace(event, body=gone), cx)
    actor = replace(cx.actor, member=now.get("user") or "")
    text = from_message(now.get("text") or "")
    await cx.use(cx.services.tasks.source_edited, actor, event.body["channel"], now.get("ts") or "", text)
    return NOTHING


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
    except Refused:
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
