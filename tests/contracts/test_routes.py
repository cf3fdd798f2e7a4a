"""What is heard is what the manifest asks Slack for, and what the ids name; nothing more, nothing less."""

import inspect
import re
from pathlib import Path

import pytest
import yaml

from bot.checkout import MANIFEST, ROOT
from bot.views import ids
from handlers import ROUTES
from handlers.context import Context
from handlers.routes import Action, Command, EventRoute, FormRoute, Route, ShortcutRoute

RAW = yaml.safe_load(MANIFEST.read_text())
EVENTS = set(RAW["settings"]["event_subscriptions"]["bot_events"])
SCOPES = set(RAW["oauth_config"]["scopes"]["bot"])
IDS = {
    name: value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str) and name != "FIELD"
}

PROMISED = [
    "task.done",
    "task.move",
    "task.give",
    "task.block",
    "task.reopen",
    "task.undo",
    "task.edit",
    "task.more",
    "task.due",
    "delay.on_track",
    "delay.late",
    "delay.blocked",
    "delay.done",
    "delay.take",
    "delay.move",
    "delay.tell_customer",
    "delay.snooze",
    "notice.send",
    "notice.edit",
    "notice.dismiss",
    "handoff.accept",
    "handoff.ask",
    "handoff.return",
    "handoff.open",
    "feedback.answer.",
    "feedback.comment",
    "feedback.ask_anyway",
    "customer.edit",
    "list.next",
]
PROMISED_FORMS = [
    "task.form",
    "task.move.form",
    "task.block.form",
    "task.give.form",
    "handoff.form",
    "handoff.accept.form",
    "handoff.return.form",
    "handoff.ask.form",
    "delay.late.form",
    "notice.form",
    "feedback.comment.form",
    "customer.form",
    "settings.form",
    "me.form",
]
PROMISED_SHORTCUTS = ["task.from_message", "handoff.from_message", "task.new", "handoff.new"]

SCOPES_OF_METHODS = {
    "auth.test": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "conversations.open": {"im:write"},
    "conversations.info": {"channels:read", "groups:read", "im:read"},
    "conversations.members": {"channels:read", "groups:read", "im:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "reactions.add": {"reactions:write"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.push": set(),
    "views.publish": set(),
}
SCOPES_OF_EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "user_change": {"users:read"},
}


def names(kind: type[Route]) -> set[str]:
    """Name what the routes of a kind hear."""
    return {
        getattr(route, {Command: "name", EventRoute: "kind"}.get(kind, "id")) for route in ROUTES if type(route) is kind
    }


def methods() -> set[str]:
    """Name the methods of the Web API that the bot calls."""
    text = Path(ROOT, "bot/slack/gateway.py").read_text()
    return set(re.findall(r'"((?:api|auth|bots|chat|conversations|files|pins|reactions|team|users|views)\.\w+)"', text))


def test_every_command_has_a_route_and_every_route_a_command() -> None:
    assert {command["command"] for command in RAW["features"]["slash_commands"]} == names(Command)


def test_every_shortcut_has_a_route_and_every_route_a_shortcut() -> None:
    assert {shortcut["callback_id"] for shortcut in RAW["features"]["shortcuts"]} == names(ShortcutRoute)


def test_every_event_has_a_route_and_every_route_an_event() -> None:
    assert {event.split(".")[0] for event in EVENTS} == names(EventRoute)


def test_commands_and_shortcuts_fit_into_slack() -> None:
    for command in RAW["features"]["slash_commands"]:
        assert command["should_escape"] is True, "mentions come as ids"
        assert len(command["description"]) <= 2000
    for shortcut in RAW["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert shortcut["type"] == ("message" if shortcut["callback_id"].endswith("from_message") else "global")
    assert 175 <= len(RAW["display_information"]["long_description"]) <= 4000
    assert len(RAW["display_information"]["description"]) <= 140


def test_every_method_and_event_has_its_scopes_written_down() -> None:
    assert methods() == SCOPES_OF_METHODS.keys()
    assert EVENTS.issubset(SCOPES_OF_EVENTS)


def test_the_scopes_are_exactly_those_that_are_needed() -> None:
    needed = {"commands"}.union(*(SCOPES_OF_METHODS[method] for method in methods()))

    assert needed.union(*(SCOPES_OF_EVENTS[event] for event in EVENTS)) == SCOPES


@pytest.mark.parametrize(
    ("kind", "promised"),
    [(Action, PROMISED), (FormRoute, PROMISED_FORMS), (ShortcutRoute, PROMISED_SHORTCUTS)],
)
def test_every_id_that_outsiders_rely_on_is_heard(kind: type[Route], promised: list[str]) -> None:
    assert set(promised) <= names(kind)
    assert set(promised) <= set(IDS.values())


def test_every_id_is_heard_and_every_route_is_an_id() -> None:
    assert names(Action) | names(FormRoute) | names(ShortcutRoute) == set(IDS.values())
    assert names(FormRoute) == {value for name, value in IDS.items() if name.endswith("_FORM")}


def test_no_id_stands_for_two_things() -> None:
    assert len(set(IDS.values())) == len(IDS)


def test_an_id_is_a_noun_and_a_verb() -> None:
    for name, value in IDS.items():
        assert re.fullmatch(r"[a-z]+(\.[a-z_]+){1,3}\.?", value), value
        assert name == value.rstrip(".").replace(".", "_").upper()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.handler.__qualname__)
def test_a_handler_takes_what_it_is_given(route: Route) -> None:
    handler = route.handler
    parameters = list(inspect.signature(handler).parameters.values())

    assert inspect.iscoroutinefunction(handler)
    assert len(parameters) == 2
    assert inspect.get_annotations(handler, eval_str=True)[parameters[1].name] is Context
    assert handler.__doc__
