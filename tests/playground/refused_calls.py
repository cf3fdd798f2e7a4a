"""Calls that Slack refuses, method by method, where no block is to blame."""

from typing import Any

from tests.playground.parts import modal, plain, section
from tests.playground.refusals import ACME, ANE, EXTRA, LONGER, MISSING, SHORTER, Case, Json, table

RANDOM, DEALS, BOREALIS = "CRANDOM001", "CDEALS0001", "CBOREALIS1"
SAM, GONE, BOT = "USAM000000", "UDENIZ0000", "USTAFET001"
HEAVY = [section("x" * 3000)] * 5


def posts(name: str, error: str, says: str = "", at: str = "", **args: Any) -> Case:
    return Case(name, "chat.postMessage", {"channel": ACME, "text": "x", **args}, error, says, at)


def attached(name: str, attachments: Any, error: str, says: str = "", at: str = "") -> Case:
    return posts(name, error, says, at, attachments=attachments)


def missing(method: str, name: str, **args: Any) -> Case:
    return Case(f"{method} without {name}", method, args, "invalid_arguments", MISSING.format(name))


def view(**more: Any) -> Json:
    return modal(section("x"), **more)


POSTS = [
    missing("chat.postMessage", "channel", text="x"),
    posts("a channel that isn't there", "channel_not_found", channel="CNOWHERE00"),
    posts("a private channel without the bot", "channel_not_found", channel=DEALS),
    posts("a public channel without the bot", "not_in_channel", channel=RANDOM),
    posts("an archived channel", "is_archived", channel=BOREALIS),
    posts("no text", "no_text", text=""),
    posts("spaces", "no_text", text="  "),
    posts("a thread that isn't there", "thread_not_found", thread_ts="1.1"),
    posts("blocks that are no JSON", "invalid_blocks_format", blocks="{not json"),
    posts("blocks that are no list", "invalid_blocks_format", blocks='{"type": "divider"}'),
    posts("15,000 characters in blocks", "msg_blocks_too_long", blocks=HEAVY),
    posts("two tables", "invalid_blocks", "only_one_table_allowed", blocks=[table(1, 1), table(1, 1)]),
    posts("metadata that is a word", "invalid_metadata_format", metadata='"x"'),
    posts("metadata that is no JSON", "invalid_metadata_format", metadata="{"),
    posts("metadata without a payload", "invalid_metadata_format", metadata={"event_type": "x"}),
    posts("metadata without a type", "invalid_metadata_format", metadata={"event_payload": {}}),
    posts("metadata whose payload is a list", "invalid_metadata_format",
          metadata={"event_type": "x", "event_payload": []}),
    posts("markdown beside text", "markdown_text_conflict", markdown_text="**x**"),
    posts("markdown beside blocks", "markdown_text_conflict", text="", blocks=[section("x")], markdown_text="x"),
    posts("markdown text of 12,001", "msg_too_long", text="", markdown_text="x" * 12_001),
    attached("attachments that are no list", {"text": "x"}, "invalid_attachments"),
    attached("101 attachments", [{"text": "x"}] * 101, "too_many_attachments"),
    attached("an empty section in an attachment", [{"text": "x"}, {"blocks": [section("")]}], "invalid_attachments",
             SHORTER, "/attachments/1/blocks/0/text/text"),
]  # fmt: skip

CHANGES = [
    Case("a change of a message that isn't there", "chat.update", {"channel": ACME, "ts": "1.1", "text": "x"},
         "message_not_found"),
    Case("a change of somebody's message", "chat.update", lambda w: {"channel": ACME, "ts": w.persons, "text": "x"},
         "cant_update_message"),
    Case("a change where the bot isn't", "chat.update", {"channel": RANDOM, "ts": "1.1", "text": "x"},
         "not_in_channel"),
    Case("a change in an archived channel", "chat.update",
         lambda w: {"channel": BOREALIS, "ts": w.archived, "text": "x"}, "is_inactive"),
    Case("a change to 4001", "chat.update", lambda w: {"channel": ACME, "ts": w.bots, "text": "x" * 4001},
         "msg_too_long"),
    Case("a change to nothing", "chat.update", lambda w: {"channel": ACME, "ts": w.bots}, "no_text"),
    Case("a change to spaces", "chat.update", lambda w: {"channel": ACME, "ts": w.bots, "text": " "}, "no_text"),
    Case("a change to 15,000 characters", "chat.update", lambda w: {"channel": ACME, "ts": w.bots, "blocks": HEAVY},
         "msg_blocks_too_long"),
    Case("a change to a wrong block", "chat.update",
         lambda w: {"channel": ACME, "ts": w.bots, "blocks": [section("x", color="red")]}, "invalid_blocks",
         EXTRA.format("color"), "/blocks/0"),
    Case("deleting somebody's message", "chat.delete", lambda w: {"channel": ACME, "ts": w.persons},
         "cant_delete_message"),
    Case("deleting what isn't there", "chat.delete", {"channel": ACME, "ts": "1.1"}, "message_not_found"),
    Case("a whisper to somebody outside", "chat.postEphemeral", {"channel": ACME, "user": SAM, "text": "x"},
         "user_not_in_channel"),
    Case("a whisper to nobody", "chat.postEphemeral", {"channel": ACME, "user": "U0", "text": "x"}, "user_not_found"),
    Case("a whisper in an archived channel", "chat.postEphemeral", {"channel": BOREALIS, "user": ANE, "text": "x"},
         "is_archived"),
    Case("a whisper of nothing", "chat.postEphemeral", {"channel": ACME, "user": ANE}, "no_text"),
    Case("a link to what isn't there", "chat.getPermalink", {"channel": ACME, "message_ts": "1.1"},
         "message_not_found"),
]  # fmt: skip

REACTIONS = [
    Case("a reaction to nothing", "reactions.add", {"channel": ACME, "name": "eyes"}, "no_item_specified"),
    Case("a reaction to a wrong time", "reactions.add", {"channel": ACME, "name": "eyes", "timestamp": "now"},
         "bad_timestamp"),
    Case("a reaction to what isn't there", "reactions.add", {"channel": ACME, "name": "eyes", "timestamp": "1.1"},
         "message_not_found"),
    Case("a reaction without a name", "reactions.add", lambda w: {"channel": ACME, "timestamp": w.bots},
         "invalid_name"),
    Case("a reaction of two words", "reactions.add",
         lambda w: {"channel": ACME, "timestamp": w.bots, "name": "two eyes"}, "invalid_name"),
    Case("the same reaction again", "reactions.add",
         lambda w: {"channel": ACME, "timestamp": w.bots, "name": "eyes"}, "already_reacted"),
    Case("a reaction in an archived channel", "reactions.add",
         lambda w: {"channel": BOREALIS, "timestamp": w.archived, "name": "eyes"}, "is_archived"),
    Case("taking back no reaction", "reactions.remove",
         lambda w: {"channel": ACME, "timestamp": w.bots, "name": "tada"}, "no_reaction"),
]  # fmt: skip

VIEWS = [
    missing("views.open", "view", trigger_id="1.2.3"),
    missing("views.open", "trigger_id", trigger_id="", view=view()),
    Case("a trigger that nobody gave", "views.open", {"trigger_id": "1.2.3", "view": view()}, "invalid_trigger_id"),
    Case("a view that is no JSON", "views.open", {"trigger_id": "1.2.3", "view": "{"}, "invalid_arguments"),
    Case("a form of 250 kB", "views.open", {"view": modal(*[section("x" * 3000)] * 99)}, "view_too_large"),
    Case("an external_id twice", "views.open", {"view": view(external_id="mine")}, "duplicate_external_id"),
    Case("a fourth form", "views.push", {"view": view()}, "push_limit_reached"),
    Case("a change of a form that isn't there", "views.update", {"view_id": "V0", "view": view()}, "not_found"),
    Case("a change of an unknown external_id", "views.update", {"external_id": "?", "view": view()}, "not_found"),
    missing("views.update", "view_id", view=view()),
    Case("a change with an old hash", "views.update", lambda w: {"view_id": w.view, "hash": "1.a", "view": view()},
         "hash_conflict"),
    Case("a change to a title of 25", "views.update",
         lambda w: {"view_id": w.view, "view": view(title=plain("x" * 25))}, "invalid_arguments",
         LONGER.format(25), "/view/title/text"),
    Case("a home for nobody", "views.publish", {"user_id": "U0", "view": {"type": "home", "blocks": []}},
         "user_not_found"),
    Case("a home with an old hash", "views.publish",
         {"user_id": ANE, "hash": "1.a", "view": {"type": "home", "blocks": []}}, "hash_conflict"),
]  # fmt: skip

READING = [
    Case("a person who isn't there", "users.info", {"user": "U0"}, "user_not_found"),
    Case("a page of 1001", "users.list", {"limit": 1001}, "invalid_limit"),
    Case("a page of a few", "users.list", {"limit": "a few"}, "invalid_limit"),
    Case("a cursor that nobody gave", "users.list", {"cursor": "x"}, "invalid_cursor"),
    missing("conversations.info", "channel"),
    Case("a channel that the bot may not know", "conversations.info", {"channel": DEALS}, "channel_not_found"),
    Case("a type of channels that isn't one", "conversations.list", {"types": "secret"}, "invalid_types"),
    Case("members of nowhere", "conversations.members", {"channel": "C0"}, "channel_not_found"),
    Case("history where the bot isn't", "conversations.history", {"channel": RANDOM}, "not_in_channel"),
    Case("history since a word", "conversations.history", {"channel": ACME, "oldest": "x"}, "invalid_ts_oldest"),
    Case("history until a word", "conversations.history", {"channel": ACME, "latest": "x"}, "invalid_ts_latest"),
    Case("answers to nothing", "conversations.replies", {"channel": ACME, "ts": "1.1"}, "thread_not_found"),
    Case("a talk with nobody", "conversations.open", {}, "users_list_not_supplied"),
    Case("a talk with U0", "conversations.open", {"users": "U0"}, "user_not_found"),
    Case("a talk with a bot", "conversations.open", {"users": BOT}, "cannot_dm_bot"),
    Case("a talk with somebody who left", "conversations.open", {"users": GONE}, "user_disabled"),
    Case("joining an archived channel", "conversations.join", {"channel": BOREALIS}, "is_archived"),
    Case("joining a private channel", "conversations.join", {"channel": DEALS}, "channel_not_found"),
    Case("a method that isn't one", "chat.shout", {}, "unknown_method"),
    Case("a test that shall fail", "api.test", {"error": "mine"}, "mine"),
]  # fmt: skip

CALLS: list[Case] = [*POSTS, *CHANGES, *REACTIONS, *VIEWS, *READING]
