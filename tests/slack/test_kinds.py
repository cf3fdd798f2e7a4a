"""Slack sends more kinds of payload than we have a use for: each is taken, for anything but 200 comes again."""

import logging
from typing import Any

import pytest

from tests.slack.hearing import given

COMMON = {"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T1"}, "api_app_id": "A1", "token": "t"}
VIEW = {"id": "V1", "type": "modal", "callback_id": "task.form", "private_metadata": "", "hash": "1.h"}
LEAVES_OUT = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1518467820, "api_app_id": "A1"}
OTHERS: list[dict[str, Any]] = [
    LEAVES_OUT,
    {**COMMON, "type": "view_closed", "view": VIEW, "is_cleared": False},
    {**COMMON, "type": "workflow_step_edit", "callback_id": "a", "workflow_step": {"step_id": "s"}},
    {**COMMON, "type": "interactive_message", "callback_id": "a", "actions": [{"name": "a", "value": "1"}]},
    {**COMMON, "type": "dialog_submission", "callback_id": "a", "submission": {"a": "b"}, "state": "s"},
    {**COMMON, "type": "dialog_cancellation", "callback_id": "a", "state": "s"},
    {**COMMON, "type": "dialog_suggestion", "callback_id": "a", "name": "n", "value": "v"},
    {"type": "something_new", "payload": ["x"]},
]


@pytest.mark.parametrize("body", OTHERS, ids=[body["type"] for body in OTHERS])
async def test_what_asks_for_nothing_is_taken_without_a_word(body: dict[str, Any]) -> None:
    assert await given(body) == (200, "", [])


async def test_a_body_that_says_not_what_it_is_is_none_of_slacks() -> None:
    status, _, requests = await given({"a": "b"})
    assert (status, requests) == (400, [])


async def test_that_slack_leaves_events_out_is_worth_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot.slack.edge")
    await given({**COMMON, "type": "view_closed", "view": VIEW})
    await given(LEAVES_OUT)
    told = [(record.levelname, record.getMessage()) for record in caplog.records if "left alone" in record.msg]
    assert told == [("DEBUG", "left alone: view_closed"), ("WARNING", "left alone: app_rate_limited")]
