"""Values that no menu, picker or button of ours gives: refused in words where they stand, and no error of ours."""

import itertools
import json
import logging
from typing import Any

import pytest

from bot.app import App
from handlers.memory import FormMemory
from tests.support.backstage import StoryLoop
from tests.support.stories import Slack

_numbers = itertools.count(1)
HOME, KIM = "TNORDLYS01", "UKIM000000"
YEAR_9999, SOON = 253402300799, 1803900000
AGAIN, SOONER, NOBODY = "Please choose again", "more than ten years away", "Please choose a member"
GONE = "I don't know this customer"


def time(seconds: object) -> dict[str, Any]:
    """Give what a datetimepicker sends."""
    return {"type": "datetimepicker", "selected_date_time": seconds}


def day(written: str) -> dict[str, Any]:
    """Give what a datepicker sends."""
    return {"type": "datepicker", "selected_date": written}


def person(id: str) -> dict[str, Any]:
    """Give what a menu of people sends."""
    return {"type": "users_select", "selected_user": id}


def option(value: str) -> dict[str, Any]:
    """Give what a menu sends."""
    return {"type": "static_select", "selected_option": {"value": value}}


def words(typed: str) -> dict[str, Any]:
    """Give what a field for words sends."""
    return {"type": "plain_text_input", "value": typed}


TASK = {"title": words("Call Bo"), "assignee": person(KIM), "due": time(SOON), "priority": option("high")}
HANDOFF = {name: words("a") for name in ("promised", "state", "next_step")} | {"receiver": person("UMARI00000")}
SETTINGS = {name: words("a") for name in ("hours", "zone", "holidays", "task_emoji", "done_emoji", "daily_cap")}

FORGED: list[tuple[str, dict[str, Any], str, dict[str, Any], str]] = [
    ("task.form", TASK, "customer", option("999999"), GONE),
    ("task.form", TASK, "customer", option("99999999999999999999"), GONE),
    ("task.form", TASK, "customer", option("abc"), GONE),
    ("task.form", TASK, "priority", option("urgentest"), AGAIN),
    ("task.form", TASK, "assignee", person("UNOBODY000"), NOBODY),
    ("task.form", TASK, "due", time(YEAR_9999), SOONER),
    ("task.form", TASK, "due", time("abc"), AGAIN),
    ("task.form", TASK, "title", words(" "), "Please fill this in"),
    ("task.move.form", {}, "due", time(YEAR_9999), SOONER),
    ("task.give.form", {}, "assignee", person("UNOBODY000"), NOBODY),
    ("delay.late.form", {}, "due", time(YEAR_9999), SOONER),
    ("handoff.form", HANDOFF, "customer", option("0"), GONE),
    ("handoff.form", HANDOFF, "receiver", person("UNOBODY000"), NOBODY),
    ("handoff.form", HANDOFF, "receiver", person("UGUS000000"), "gus isn't a full member"),
    ("handoff.accept.form", {"next_step": words("a")}, "due", time(YEAR_9999), SOONER),
    ("customer.form", {"name": words("Fjord")}, "language", option("999999"), AGAIN),
    ("customer.form", {"name": words("Fjord")}, "owner", person("UNOBODY000"), NOBODY),
    ("settings.form", SETTINGS, "answering", option("loudly"), AGAIN),
    ("settings.form", SETTINGS, "language", option("xx"), AGAIN),
    ("settings.form", SETTINGS, "lead", person("UNOBODY000"), NOBODY),
    ("me.form", {}, "language", option("xx"), AGAIN),
    ("me.form", {}, "away_until", day("2026-99-99"), AGAIN),
    ("me.form", {}, "away_until", day("9999-12-31"), SOONER),
    ("me.form", {}, "substitute", person("UNOBODY000"), NOBODY),
]
ABOUT = {**dict.fromkeys(("task.move.form", "task.give.form", "delay.late.form"), "T-1"), "handoff.accept.form": "H-1"}
PAGES = ["", "mine", "mine::abc", "nope::0", "mine::99999999999999999999", "all:1:2:x", "handoffs:nope:0", "handoffs"]


def common(kind: str) -> dict[str, Any]:
    """Give what every body has that Kim sends."""
    user = {"id": KIM, "team_id": HOME}
    return {"type": kind, "team": {"id": HOME}, "user": user, "trigger_id": f"9.{next(_numbers)}"}


def form(callback_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Give the body of a form, about the first task or handoff where it is about one."""
    view = {
        "id": f"V{next(_numbers)}",
        "hash": "1.1",
        "callback_id": callback_id,
        "private_metadata": FormMemory(ref=ABOUT.get(callback_id, ""), channel="CACME00001").write(),
        "state": {"values": {name: {"value": field} for name, field in fields.items()}},
    }
    return {**common("view_submission"), "view": view}


def click(action_id: str, **element: Any) -> dict[str, Any]:
    """Give the body of a click in #acme."""
    place = {"type": "message", "message_ts": "1.1", "channel_id": "CACME00001"}
    pressed = {"action_id": action_id, "block_id": "due:T-1", **element}
    return {**common("block_actions"), "container": place, "channel": {"id": "CACME00001"}, "actions": [pressed]}


@pytest.fixture(autouse=True)
def _first_task(slack: Slack) -> None:
    slack.user("kim").types("/task First friday 15:00", channel="#acme")


def no_error_of_ours(caplog: pytest.LogCaptureFixture) -> bool:
    """Tell whether nothing went wrong but what was sent."""
    return [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_what_a_form_never_offered_is_refused_at_its_field(
    slack: Slack, bot: App, story_loop: StoryLoop, caplog: pytest.LogCaptureFixture
) -> None:
    for callback_id, others, field, forged, said in FORGED:
        answer = story_loop.run(bot.edge.receive(form(callback_id, {**others, field: forged})))
        errors = json.loads(answer.body or "{}").get("errors", {})
        assert list(errors) == [field], (callback_id, field, forged, answer.body)
        assert said in errors[field]
    assert no_error_of_ours(caplog)
    slack.channel("#acme").stays_without("T-2", for_seconds=0.2)


def test_what_a_picker_or_a_button_never_held_gets_a_clear_sentence(
    slack: Slack, bot: App, story_loop: StoryLoop, caplog: pytest.LogCaptureFixture
) -> None:
    story_loop.run(bot.edge.receive(click("task.due", selected_date_time=YEAR_9999)))
    slack.user("kim").sees(SOONER)
    story_loop.run(bot.edge.receive(click("task.due", selected_date_time="abc")))
    slack.user("kim").sees(AGAIN)
    for value in PAGES:
        story_loop.run(bot.edge.receive(click("list.next", value=value)))
    story_loop.run(bot.edge.settled())
    seen = slack.channel("#acme", seen_by="kim").messages
    assert sum("I can't go on with this list" in message for message in seen) == len(PAGES)
    assert no_error_of_ours(caplog)
