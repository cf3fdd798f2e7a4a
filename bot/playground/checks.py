"""Small checks that the table of limits is made of; each adds Slack's own words to a list.

The words are those of Slack's own validator (slackhq/hack-json-schema) and of refusals that people have quoted.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Found = list[str]
Check = Callable[[Any, str, Found], None]


def refuse(found: Found, words: str, at: str) -> None:
    """Note one refusal the way Slack writes it."""
    found.append(f"[ERROR] {words} [json-pointer:{at}]")


def string(most: int | None = None, least: int = 1) -> Check:
    """Check a string's length; None is as long as one likes."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str):
            refuse(found, "must provide a string", at)
        elif most is not None and len(value) > most:
            refuse(found, f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            refuse(found, f"must be more than {least - 1} characters", at)

    return check


def integer(value: Any, at: str, found: Found) -> None:
    """Check for a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse(found, "must provide an integer", at)


def a_number(value: Any, at: str, found: Found) -> None:
    """Check for a number of any kind."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        refuse(found, "must provide a number", at)


def number(least: int, most: int | None = None) -> Check:
    """Check a whole number's range; None is as high as one likes."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            integer(value, at, found)
        elif most is not None and value > most:
            refuse(found, f"must be less than {most}", at)
        elif value < least:
            refuse(found, f"must be greater than {least}", at)

    return check


def one_of(*allowed: str) -> Check:
    """Check that a value is one of a few."""

    def check(value: Any, at: str, found: Found) -> None:
        if value not in allowed:
            refuse(found, "must be a valid enum value", at)

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


def nullable(each: Check) -> Check:
    """Check what may also be null."""

    def check(value: Any, at: str, found: Found) -> None:
        if value is not None:
            each(value, at, found)

    return check


def anything(value: Any, at: str, found: Found) -> None:
    """Take what comes."""


def items(each: Check, most: int | None = None, least: int = 1) -> Check:
    """Check a list's length and all that is in it; None is as many as one likes."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, list):
            refuse(found, "must provide an array", at)
            return
        if most is not None and len(value) > most:
            refuse(found, f"no more than {most} items allowed", at)
        elif len(value) < least:
            refuse(found, f"must provide at least {least} items", at)
        for index, item in enumerate(value):
            each(item, f"{at}/{index}", found)

    return check


def fields(known: Mapping[str, Check], *needed: str) -> Check:
    """Check an object's keys: all known, the needed ones there."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            refuse(found, "must provide an object", at)
            return
        for key in needed:
            if key not in value:
                refuse(found, f"missing required field: {key}", at)
        for key, inner in value.items():
            if key not in known:
                refuse(found, f"invalid additional property: {key}", at)
            else:
                known[key](inner, f"{at}/{key}", found)

    return check


def holding(shape: Check, *rules: Check) -> Check:
    """Check an object, and then what has to hold between its fields."""

    def check(value: Any, at: str, found: Found) -> None:
        shape(value, at, found)
        if isinstance(value, dict):
            for rule in rules:
                rule(value, at, found)

    return check


def by_type(kinds: Mapping[str, Check], allowed: tuple[str, ...] | None = None) -> Check:
    """Check an object by what its `type` says it is."""

    def check(value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            refuse(found, "must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            refuse(found, "missing required field: type", at)
        elif not isinstance(kind, str):
            refuse(found, "must provide a string", f"{at}/type")
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
