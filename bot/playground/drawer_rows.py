"""One line for each call and delivery in the page's drawer, and the whole of one; secrets are never shown."""

import re
from typing import Any

from bot.playground.state import Json, Workspace
from bot.playground.traffic import LOST, Call, Sent

HIDDEN = "…"
_SECRET_KEYS = {"token", "trigger_id"}
_SECRETS = [
    re.compile(r"\b(xox[a-z]|xapp)-[\w-]+"),
    re.compile(r"(/response/)[^\s\"]+"),
    re.compile(r"(ticket=)[\w-]+"),
]
_POINTER = re.compile(r"^(?:\[ERROR\] )?(.*?) ?\[json-pointer:(.*)\]$")


def masked(value: Any) -> Any:
    """Hide tokens, triggers, tickets and response URLs, however deep they are."""
    if isinstance(value, dict):
        return {key: HIDDEN if key in _SECRET_KEYS and one else masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    if isinstance(value, str):
        for secret in _SECRETS:
            value = secret.sub(rf"\1{HIDDEN}", value)
    return value


def call_row(space: Workspace, call: Call) -> Json:
    """Sum up a call of the bot."""
    said = "ok" if call.answer.get("ok") else str(call.answer.get("error"))
    outcome = "no answer" if call.status == LOST else said
    return {
        "number": call.number,
        "way": "call",
        "kind": "call",
        "name": call.method,
        "who": space.app.name,
        "where": _place(space, call.args.get("channel")) or _person(space, _first(call.args, "user", "user_id")),
        "at": call.at,
        "took": call.took,
        "outcome": outcome,
        "status": call.status,
        "is_refused": outcome != "ok",
        "reasons": _reasons(call.answer, call.retry_after),
    }


def delivery_row(space: Workspace, sent: Sent) -> Json:
    """Sum up what was delivered to the bot."""
    payload, event = sent.payload, sent.payload.get("event") or {}
    is_taken = sent.outcome in ("sent", "acknowledged")
    outcome = sent.outcome if is_taken else f"not acknowledged: {sent.outcome}"
    outcome = f"refused: {sent.refusal['error']}" if sent.refusal else outcome
    return {
        "number": sent.number,
        "way": "envelope",
        "kind": sent.kind,
        "name": _name(payload, event),
        "who": _person(space, _first(payload, "user", "user_id") or _first(event, "user") or _said_by(event)),
        "where": _place(space, _first(payload, "channel", "channel_id") or _first(event, "channel", "item")),
        "at": sent.at,
        "took": sent.took,
        "outcome": outcome,
        "status": 200,
        "is_refused": outcome not in ("sent", "acknowledged"),
        "reasons": _reasons(sent.refusal or {}),
        "attempt": sent.attempt,
        "reason": sent.reason,
    }


def whole(one: Call | Sent) -> Json:
    """Show what was asked and what was answered."""
    request = one.args if isinstance(one, Call) else one.payload
    refusal = {"refusal": one.refusal} if isinstance(one, Sent) and one.refusal else {}
    return {"request": masked(request), "answer": masked(one.answer), **refusal}


def _name(payload: Json, event: Json) -> str:
    if event:
        return ".".join(filter(None, [str(event["type"]), event.get("subtype")]))
    return str(payload.get("command") or payload.get("type") or "")


def _said_by(event: Json) -> Any:
    message = event.get("message") or event.get("previous_message")
    return message.get("user") if isinstance(message, dict) else None


def _first(given: Json, *names: str) -> Any:
    return next((given[name] for name in names if given.get(name)), None)


def _id(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id") or value.get("channel")
    return str(value or "")


def _person(space: Workspace, value: Any) -> str:
    user = space.users.get(_id(value))
    return user.real_name if user else ""


def _place(space: Workspace, value: Any) -> str:
    channel = space.channels.get(_id(value))
    if channel is None:
        return _person(space, value)
    return f"#{channel.name}" if channel.name else f"direct: {_person(space, channel.user)}"


def _reasons(answer: Json, retry_after: str = "") -> list[Json]:
    messages = (answer.get("response_metadata") or {}).get("messages") or []
    messages = [*messages, f"Retry-After: {retry_after}"] if retry_after else messages
    found = [(_POINTER.match(str(message)), str(message)) for message in messages]
    return [
        {"says": one[1], "pointer": one[2]} if one else {"says": message.removeprefix("[ERROR] "), "pointer": ""}
        for one, message in found
    ]
