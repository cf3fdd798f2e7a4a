"""What is of another shape than Slack sends is refused at once: it would be no better when it came again."""

import pytest
from sqlalchemy import Column, String

from bot.slack.requests import edited_by_author, read_event, read_shortcut, read_submission
from bot.slack.shapes import has_shape
from bot.slack.text import channels_named
from storage.tables import channels, inbox, lanes, members, tasks, workspaces

KEPT = [
    ("team_id", workspaces.c.id),
    ("user_id", members.c.id),
    ("user", members.c.id),
    ("id", members.c.id),
    ("locale", members.c.language),
    ("tz", members.c.zone),
    ("channel", channels.c.id),
    ("channel_id", lanes.c.lane),
    ("ts", tasks.c.source_ts),
    ("thread_ts", tasks.c.source_thread_ts),
]


def room_in(column: Column[str]) -> int:
    """Count the characters that a column takes."""
    assert isinstance(column.type, String)
    assert column.type.length
    return column.type.length


@pytest.mark.parametrize(("name", "column"), KEPT, ids=[name for name, _ in KEPT])
def test_an_id_is_no_longer_than_where_it_is_kept(name: str, column: Column[str]) -> None:
    assert has_shape({name: "T" * 12})
    assert not has_shape({name: "T" * (room_in(column) + 1)})


@pytest.mark.parametrize("name", ["event_id", "trigger_id"])
def test_a_delivery_has_room_in_the_inbox(name: str) -> None:
    longest = max(length for length in range(room_in(inbox.c.key)) if has_shape({name: "E" * length}))
    assert len(f"answer:{name}:") + longest <= room_in(inbox.c.key)


def test_a_form_has_room_in_the_inbox() -> None:
    view = {"id": "V" * 64, "hash": "h" * 128}
    body = {"type": "view_submission", "user": {"id": "U1"}, "team": {"id": "T1"}, "view": view}
    assert has_shape(body)
    key = read_submission(body, 0.0).actor.delivery
    assert key
    assert len(f"answer:{key}") <= room_in(inbox.c.key)


@pytest.mark.parametrize("edited", [7, "1.1", [], {"user": 7}, {"ts": {}}])
def test_an_edit_says_who_and_when_or_is_none_of_slacks(edited: object) -> None:
    assert has_shape({"message": {"edited": {"user": "U1", "ts": "1.1"}}})
    assert not has_shape({"message": {"edited": edited}})


def test_an_edit_that_does_not_say_of_which_message_is_no_command() -> None:
    message = {"user": "U1", "text": "task: call", "ts": "1.1", "edited": {"user": "U1", "ts": "1.2"}}
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": message}
    assert edited_by_author(read_event({"team_id": "T1", "event": event}, 0.0))
    del message["ts"]
    assert edited_by_author(read_event({"team_id": "T1", "event": event}, 0.0)) is None


def test_a_shortcut_on_a_message_whose_author_is_no_id_is_none_of_slacks() -> None:
    body = {"type": "message_action", "callback_id": "task.from_message", "user": {"id": "U1"}, "team": {"id": "T1"}}
    body |= {"channel": {"id": "C1"}, "message": {"ts": "1.1", "text": "hi", "user": {"id": "U2"}}}
    with pytest.raises(TypeError):
        read_shortcut(body, 0.0)


def test_a_channel_that_a_command_names_has_an_id_that_can_be_kept() -> None:
    longest = "C" + "1" * (channels.c.id.type.length - 1)
    assert channels_named(f"/customer add Acme <#{longest}|acme>") == {"acme": longest}
    assert channels_named(f"/customer add Acme <#{longest}1|acme>") == {}
