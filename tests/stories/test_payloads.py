"""Whatever Slack may send is answered with 200: anything else comes again, and again."""

from typing import Any

import pytest

from bot.app import App
from bot.playground.server import Playground
from tests.support.backstage import StoryLoop
from tests.support.stories import Slack

MESSAGE = {"type": "message", "channel": "CACME00001", "channel_type": "channel", "ts": "1800000000.000100"}
MINE = {**MESSAGE, "user": "UKIM000000", "team": "TNORDLYS01"}
HIDDEN = {**MESSAGE, "hidden": True, "event_ts": "1800000000.000200"}

EVENTS: list[dict[str, Any]] = [
    {**MINE, "text": "hello", "subtype": "channel_join"},
    {**MINE, "text": "task: with a file", "subtype": "file_share", "files": [{"id": "F1"}], "upload": False},
    {**MINE, "subtype": "file_share", "files": [{"id": "F1"}]},
    {**MINE, "channel_type": "im", "channel": "DNOBODY001", "text": "", "files": [{"id": "F1"}]},
    {**MINE, "text": "task: said aloud", "subtype": "me_message"},
    {**MINE, "text": "task: for all", "subtype": "thread_broadcast", "thread_ts": "1700000000.000100", "root": {}},
    {**MINE, "text": None},
    {**MESSAGE, "text": "a bot", "subtype": "bot_message", "bot_id": "B1", "username": "hook"},
    {**MESSAGE, "text": "nobody", "user": None},
    {**MESSAGE, "subtype": "huddle_thread", "user": "USLACKBOT", "room": {"id": "R1"}},
    {**MESSAGE, "subtype": "message_replied", "message": {"thread_ts": "1700000000.000100", "reply_count": 1}},
    {**HIDDEN, "subtype": "message_changed", "message": {"ts": "1.1", "text": "x"}},
    {**HIDDEN, "subtype": "message_changed"},
    {**HIDDEN, "subtype": "message_changed", "message": {"subtype": "tombstone", "ts": "1.1"}, "previous_message": {}},
    {**HIDDEN, "subtype": "message_deleted", "deleted_ts": "1700000000.000100"},
    {**HIDDEN, "subtype": "message_deleted"},
    {
        "type": "app_mention",
        "user": "UKIM000000",
        "text": "hi <@USTAFET001> there",
        "ts": "1.2",
        "channel": "CNEW000001",
    },
    {"type": "app_mention", "text": "<@USTAFET001> task x", "ts": "1.3", "channel": "CACME00001", "bot_id": "B1"},
    {"type": "reaction_added", "user": "UKIM000000", "reaction": "pushpin", "item": {"type": "file", "file": "F1"}},
    {"type": "reaction_added", "user": "UKIM000000", "reaction": "white_check_mark", "item": {"type": "file_comment"}},
    {"type": "app_home_opened", "user": "UKIM000000", "channel": "DKIM", "tab": "messages", "event_ts": "1.4"},
    {"type": "user_change", "user": {"id": "UNEW000001"}, "cache_ts": 1, "event_ts": "1.5"},
    {"type": "user_change", "user": {"id": "UNEW000002", "tz": None, "locale": None, "profile": None, "deleted": True}},
    {"type": "channel_shared", "channel": "CACME00001", "connected_team_id": "T2"},
    {"type": "channel_rename", "channel": {"id": "CACME00001", "name": "acme2", "created": 1}},
    {"type": "member_joined_channel", "user": "UNEW000003", "channel": "CNEW000001", "channel_type": "C", "team": "T1"},
    {"type": "member_left_channel", "user": "USTAFET001", "channel": "CACME00001", "channel_type": "C"},
    {"type": "something_new", "payload": ["x"]},
]


@pytest.mark.parametrize("number", range(len(EVENTS)))
def test_every_event_is_taken(bot: App, playground: Playground, story_loop: StoryLoop, number: int) -> None:
    body = {
        "type": "event_callback",
        "team_id": playground.workspace.id,
        "event_id": f"Ev{number:08d}",
        "event": EVENTS[number],
        "authorizations": None,
    }
    for told in (body, {**body, "team_id": "TSOMEBODY1"}):
        answer = story_loop.run(bot.edge.receive(told))
        assert answer.status == 200


def test_a_file_with_words_is_recorded(slack: Slack, bot: App, playground: Playground, story_loop: StoryLoop) -> None:
    event = {**MINE, "text": "task: with a file", "subtype": "file_share", "files": [{"id": "F1"}]}
    body = {"type": "event_callback", "team_id": playground.workspace.id, "event_id": "Ev1", "event": event}
    assert story_loop.run(bot.edge.receive(body)).status == 200
    slack.channel("#acme").waits_for("*with a file*")


INTERACTIONS: list[dict[str, Any]] = [
    {"type": "block_actions", "actions": [{"action_id": "task.done", "block_id": "b", "value": "T-9"}]},
    {"type": "block_actions", "actions": [{"action_id": "of.long.ago", "type": "button"}], "channel": None},
    {"type": "block_actions", "actions": [{"action_id": "task.due", "selected_option": None}], "team": None},
    {
        "type": "view_submission",
        "view": {"id": "V1", "type": "modal", "callback_id": "task.form", "state": {"values": {}}},
    },
    {"type": "view_submission", "view": {"id": "V2", "type": "modal", "callback_id": "of.long.ago", "state": {}}},
    {"type": "message_action", "callback_id": "task.from_message", "message": {"ts": "1.1"}, "channel": {"id": "C1"}},
    {"type": "shortcut", "callback_id": "of.long.ago"},
    {"type": "block_suggestion", "block_id": "of_long_ago", "action_id": "value", "value": "A"},
    {"type": "block_suggestion", "block_id": "customer", "action_id": "value", "value": None, "team": None},
]


@pytest.mark.parametrize("number", range(len(INTERACTIONS)))
def test_every_interaction_is_taken(bot: App, playground: Playground, story_loop: StoryLoop, number: int) -> None:
    common = {
        "team": {"id": playground.workspace.id, "domain": "nordlys"},
        "user": {"id": "UKIM000000", "name": "kim", "team_id": playground.workspace.id},
        "trigger_id": f"1.2.{number}",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "CACME00001", "is_ephemeral": False},
    }
    answer = story_loop.run(bot.edge.receive({**common, **INTERACTIONS[number]}))
    assert answer.status == 200
