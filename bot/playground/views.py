"""views.*: the forms and homes that the bot shows."""

import copy
import secrets
import time
from typing import Any

from bot.playground.calls import Call
from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.inputs import initial_values, merged
from bot.playground.limits import MOST_VIEWS, check_view
from bot.playground.shapes import completed, view_shape
from bot.playground.state import Json, View


def _given(call: Call) -> Any:
    view = call.structure("view", "invalid_arguments")
    if view is None:
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: view"])
    return view


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_urlsafe(6)}"


def build(core: Core, user: str, body: Json, kind: str) -> View:
    """Make a view that Slack would take."""
    check_view(body, kind)
    _check_external_id(core, body, None)
    body = {**body, "blocks": completed(body["blocks"])}
    view_id = core.workspace.new_id("V")
    return View(view_id, user, body, _hash(), view_id, state=initial_values(body["blocks"]))


def _check_external_id(core: Core, body: Json, own: View | None) -> None:
    external = body.get("external_id")
    other = _by_external_id(core, str(external)) if external else None
    if other is not None and other is not own:
        raise SlackError("duplicate_external_id")


def _by_external_id(core: Core, external: str) -> View | None:
    stacked = [view for stack in core.workspace.modals.values() for view in stack]
    everything = [*stacked, *core.workspace.homes.values()]
    return next((v for v in everything if v.body.get("external_id") == external), None)


def put_on_top(core: Core, view: View) -> None:
    """Show a form over those already open."""
    stack = core.workspace.modals.setdefault(view.user, [])
    if len(stack) >= MOST_VIEWS:
        raise SlackError("push_limit_reached")
    if stack:
        view.root_view_id, view.previous_view_id = stack[0].id, stack[-1].id
    stack.append(view)
    core.live.say("form", user=view.user)


def change(core: Core, view: View, body: Json, kind: str) -> None:
    """Change a view in place; what was typed in fields that stay is kept."""
    check_view(body, kind)
    _check_external_id(core, body, view)
    before = {b["block_id"]: b for b in view.body["blocks"] if b.get("type") == "input"}
    view.body = {**copy.deepcopy(body), "blocks": completed(body["blocks"])}
    same = {b["block_id"] for b in view.body["blocks"] if _kept(b, before.get(b["block_id"]))}
    values = {block: actions for block, actions in view.state.items() if block in same}
    view.state = merged(initial_values(view.body["blocks"]), values)
    view.hash, view.errors = _hash(), {}
    core.live.say("form", user=view.user)


def _kept(block: Json, before: Json | None) -> bool:
    if block.get("type") != "input" or before is None:
        return False
    now, then = block["element"], before["element"]
    return bool(now["action_id"] == then["action_id"] and now["type"] == then["type"])


def open_view(call: Call) -> Json:
    """Open a form in front of the person who holds the trigger."""
    body = _given(call)
    user = _taken(call)
    view = build(call.core, user, body, "modal")
    call.workspace.modals[user] = []
    put_on_top(call.core, view)
    return {"view": view_shape(call.workspace, view)}


def push(call: Call) -> Json:
    """Open a form over the one in front."""
    body = _given(call)
    user = _taken(call)
    if not call.workspace.modals.get(user):
        raise SlackError("not_found")
    view = build(call.core, user, body, "modal")
    put_on_top(call.core, view)
    return {"view": view_shape(call.workspace, view)}


def _taken(call: Call) -> str:
    trigger = call.text("trigger_id", error="invalid_arguments")
    return call.core.triggers.take(trigger)


def update(call: Call) -> Json:
    """Change an open form."""
    body = _given(call)
    if call.args.get("view_id"):
        view = call.workspace.view(str(call.args["view_id"]))
    elif call.args.get("external_id"):
        view = _by_external_id(call.core, str(call.args["external_id"]))
    else:
        raise SlackError("invalid_arguments", messages=["[ERROR] missing required field: view_id"])
    if view is None:
        raise SlackError("not_found")
    _check_hash(call, view)
    change(call.core, view, body, str(view.body["type"]))
    return {"view": view_shape(call.workspace, view)}


def _check_hash(call: Call, view: View | None) -> None:
    given = call.args.get("hash")
    if given and view is not None and given != view.hash:
        raise SlackError("hash_conflict")


def publish(call: Call) -> Json:
    """Put a person's App Home in place."""
    body, user = _given(call), call.user("user_id")
    if not call.core.manifest.home_tab:
        raise SlackError("not_enabled")
    view = call.workspace.homes.get(user.id)
    _check_hash(call, view)
    if view is None:
        view = build(call.core, user.id, body, "home")
        call.workspace.homes[user.id] = view
        call.core.live.say("home", user=user.id)
    else:
        change(call.core, view, body, "home")
        call.core.live.say("home", user=user.id)
    return {"view": view_shape(call.workspace, view)}
