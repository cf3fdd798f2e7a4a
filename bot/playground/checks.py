"""Small checks that the table of limits is made of; each adds Slack's own words to a list."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Found = list[str]
Check = Callable[[Any, str, Found], None]


def refuse(found: Found, words: str, at: str) -> None:
    """Note one refusal the way Slack writes it."""
    found.append(f"[ERROR] {words} [json-pointer:{at}]")


def string(most: int, least: int = 1) -> Check:
    """Check a string's length."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str):
            refuse(found, "must be a string", at)
        elif len(value) > most:
            refuse(found, f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            refuse(found, f"must be more than {least - 1} characters", at)

    return check


def number(least: int, most: int) -> Check:
    """Check a whole number's range."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            refuse(found, "must be an integer", at)
        elif value > most:
            refuse(found, f"must be less than {most + 1}", at)
        elif value < least:
            refuse(found, f"must be more than {least - 1}", at)

    return check


def one_of(*allowed: str) -> Check:
    """Check that a value is one of a few."""

    def check(value: Any, at: str, found: Found) -> None:
        if value not in allowed:
            refuse(found, f"must be one of: {', '.join(allowed)}", at)

    return check


def matching(pattern: str, words: str) -> Check:
    """Check a string's form."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            refuse(found, words, at)

    return check


def both(*checks: Check) -> Check:
    """Check one thing after another, up to the first refusal."""

    def check(value: Any, at: str, found: Found) -> None:
        before = len(found)
        for each in checks:
            if len(found) == before:
                each(value, at, found)

    return check


def boolean(value: Any, at: str, found: Found) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        refuse(found, "must be a boolean", at)


def anything(value: Any, at: str, found: Found) -> None:
    """Take what comes."""


def items(each: Check, most: int, least: int = 1) -> Check:
    """Check a list's length and all that is in it."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, list):
            refuse(found, "must be an array", at)
            return
        if len(value) > most:
            refuse(found, f"no more than {most} items allowed", at)
        elif len(value) < least:
            refuse(found, f"no less than {least} items allowed", at)
        for index, item in enumerate(value):
            each(item, f"{at}/{index}", found)

    return check


def fields(known: Mapping[str, Check], *needed: str) -> Check:
    """Check an object's keys: all known, the needed ones there."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            refuse(found, "must be an object", at)
            return
        for key in needed:
            if value.get(key) is None:
                refuse(found, f"missing required field: {key}", at)
        for key, inner in value.items():
            if key not in known:
                refuse(found, f"invalid additional property: {key}", at)
            elif inner is not None:
                known[key](inner, f"{at}/{key}", found)

    return check


def by_type(kinds: Mapping[str, Check], allowed: tuple[str, ...] | None = None) -> Check:
    """Check an object by what its `type` says it is."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            refuse(found, "must be an object", at)
            return
        kind = value.get("type")
        if kind is None:
            refuse(found, "missing required field: type", at)
        elif kind not in kinds or (allowed is not None and kind not in allowed):
            refuse(found, f"unsupported type: {kind}", f"{at}/type")
        else:
            kinds[kind](value, at, found)

    return check


def text_object(most: int, *, plain: bool = False, least: int = 1) -> Check:
    """Check a text object."""
    common = {"type": anything, "text": string(most, least)}
    kinds = {"plain_text": fields({**common, "emoji": boolean}, "text")}
    if not plain:
        kinds["mrkdwn"] = fields({**common, "verbatim": boolean}, "text")
    return by_type(kinds)
