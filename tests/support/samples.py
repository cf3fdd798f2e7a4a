"""Compare what is really sent with the samples in `payloads/`; its README.md says what their marks mean."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from bot.playground.traffic import Traffic

_FOLDER = Path(__file__).parent / "payloads"
_NAMING = ("type", "subtype")


@cache
def samples(file: str) -> dict[str, Any]:
    """Read the samples of one file, by their names."""
    read: dict[str, Any] = json.loads((_FOLDER / f"{file}.json").read_text(encoding="utf-8"))
    return read


def mismatches(sample: Any, real: Any, at: str = "") -> list[str]:
    """List where a value is not like its sample: keys that are missing, unknown or of another kind."""
    if isinstance(sample, str) and sample.startswith("@"):
        return _closest(_meant(sample), real, at)
    if type(sample) is not type(real):
        return [f"{at or '/'} is {_kind(real)}, not {_kind(sample)}"]
    if isinstance(sample, list) and sample:
        return [wrong for i, item in enumerate(real) for wrong in _closest(sample, item, f"{at}/{i}")]
    if isinstance(sample, dict) and sample:
        return list(_in_object(sample, real, at))
    return []


def unlike_slack(traffic: Traffic) -> list[str]:
    """List where anything that a playground sent or answered was not like its sample."""
    found = []
    for sent in list(traffic.deliveries):
        of = {"slash_commands": "@interactions.slash_command", "events_api": "@wire.event_callback"}
        found += mismatches(of.get(sent.kind, "@interactions"), sent.payload, sent.kind)
    for call in list(traffic.calls):
        if call.method in samples("answers") and call.status:
            of_answer = f"@answers.{call.method}" if call.answer["ok"] else "@parts.refusal"
            found += mismatches(of_answer, call.answer, call.method)
    return found


def _meant(reference: str) -> list[Any]:
    file, _, name = reference.removeprefix("@").partition(".")
    return [samples(file)[name]] if name else list(samples(file).values())


def _closest(candidates: Iterable[Any], real: Any, at: str) -> list[str]:
    """Compare with each sample that bears the same name; say what is wrong with the one that is nearest."""
    each = list(candidates)
    named = [sample for sample in each if _names(sample) == _names(real)] or each
    return min((mismatches(sample, real, at) for sample in named), key=len)


def _names(value: Any) -> list[Any]:
    whole = _joined(value) if isinstance(value, dict) else {}
    return [whole.get(key) for key in _NAMING]


def _joined(sample: dict[str, Any]) -> dict[str, Any]:
    """Add the keys of the samples that this one builds upon."""
    whole: dict[str, Any] = {}
    for reference in sample.get("+", ()):
        (part,) = _meant(reference)
        whole |= _joined(part)
    return whole | {key: value for key, value in sample.items() if key != "+"}


def _in_object(sample: dict[str, Any], real: dict[str, Any], at: str) -> Iterator[str]:
    whole = _joined(sample)
    known = {key.removesuffix("?").removesuffix("|null"): (key, value) for key, value in whole.items()}
    for name, (key, value) in known.items():
        if name not in real:
            if not key.endswith("?") and name != "*":
                yield f"{at}/{name} is missing"
        elif real[name] is None and "|null" in key:
            continue
        elif name in _NAMING and real[name] != value:
            yield f"{at}/{name} is {real[name]!r}, not {value!r}"
        else:
            yield from mismatches(value, real[name], f"{at}/{name}")
    for name in real.keys() - known.keys():
        if "*" not in known:
            yield f"{at}/{name} is unknown to Slack"
        else:
            yield from mismatches(whole["*"], real[name], f"{at}/{name}")


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__
