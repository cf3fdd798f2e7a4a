"""What a bot says comes to the edge like everything else: our own posts first of all. It is answered, and no more."""

from typing import Any

import pytest

from bot.metrics import Metrics
from tests.slack.hearing import given

OURS = {"type": "message", "user": "USTAFET001", "bot_id": "B1", "ts": "1.1", "text": "T-1"}
THEIRS = {"type": "message", "user": "UKIM000000", "ts": "1.2", "text": "task: call"}
TOMBSTONE = {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.1"}


def changed(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "subtype": "message_changed", "message": now, "previous_message": before}


def deleted(message: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "subtype": "message_deleted", "deleted_ts": "1.1", "previous_message": message}


async def heard(event: dict[str, Any]) -> bool:
    """Tell whether an event comes to a handler; it is answered and counted either way."""
    metrics = Metrics()
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {**event, "channel": "C1"}}
    status, said, requests = await given(body, metrics)
    assert (status, said) == (200, "")
    assert b'stafet_ack_seconds_count{kind="event",status="200"} 1.0' in metrics.text()
    return bool(requests)


@pytest.mark.parametrize(
    "event",
    [OURS, changed(OURS, {**OURS, "text": "T-1 done"}), deleted(OURS), changed(OURS, TOMBSTONE)],
    ids=["said", "edited", "deleted", "deleted, with answers"],
)
async def test_what_becomes_of_a_message_of_a_bot_is_nothing_to_any_handler(event: dict[str, Any]) -> None:
    assert not await heard(event)


@pytest.mark.parametrize(
    "event",
    [THEIRS, changed(THEIRS, {**THEIRS, "text": "x"}), deleted(THEIRS), changed(THEIRS, TOMBSTONE)],
    ids=["said", "edited", "deleted", "deleted, with answers"],
)
async def test_what_becomes_of_a_message_of_a_person_comes_to_a_handler(event: dict[str, Any]) -> None:
    assert await heard(event)


async def test_an_answer_to_a_bot_and_a_reaction_to_it_come_to_a_handler() -> None:
    broadcast = {**THEIRS, "subtype": "thread_broadcast", "thread_ts": "1.1", "root": OURS}
    assert await heard(broadcast)
    assert await heard({"type": "reaction_added", "user": "UKIM000000", "item_user": "USTAFET001", "bot_id": "B1"})
