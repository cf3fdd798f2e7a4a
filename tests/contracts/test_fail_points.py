"""Fail points: every commit and every call to Slack has its own, and every name in the code is one of them."""

import ast
import re
from collections.abc import Iterator

import pytest

from bot.checkout import ROOT
from bot.failpoints import POINTS, FailPoint, Stumbled, arm, reach

FOLDERS = ("bot", "handlers", "scheduler", "storage")
SOURCES = {path: path.read_text() for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))}
COMMITS = {name.removeprefix("before.commit.") for name in POINTS if name.startswith("before.commit.")}


def calls_of(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Find every call of a function or method by its name; with where it stands."""
    for path, text in SOURCES.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in names:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_transaction_that_writes_says_what_for() -> None:
    own = ("storage/engine.py", "storage/unit_of_work.py")
    found = [(where, call) for where, call in calls_of("writing") if not where.startswith(own)]
    purposes = {where: ast.literal_eval(call.args[0]) if call.args else "" for where, call in found}

    assert purposes
    assert {where: purpose for where, purpose in purposes.items() if purpose not in COMMITS} == {}


def test_every_unit_of_work_says_what_for_or_which_delivery_it_keeps() -> None:
    units = {where: call for where, call in calls_of("work") if call.args}
    named = {where: ast.literal_eval(call.args[1]) for where, call in units.items() if len(call.args) > 1}

    assert set(named.values()) <= COMMITS
    assert [where for where, call in units.items() if where not in named and not call.keywords] == []


def test_every_kind_of_delivery_has_its_commit() -> None:
    texts = [text for path, text in SOURCES.items() if path.parts[-2] in ("slack", "handlers")]
    kinds = {kind for text in texts for kind in re.findall(r'(?:key|delivery|return) ?=? ?f"([a-z]+):\{', text)}

    assert {"event", "message", "answer", "errand", "view", "trigger"} <= kinds
    assert kinds <= COMMITS


def test_every_place_in_the_code_is_a_fail_point() -> None:
    places = {
        where: [ast.literal_eval(each) for each in call.args[:1]]
        for where, call in calls_of("reach")
        if call.args and isinstance(call.args[0], ast.Constant)
    }

    assert places
    for where, (place,) in places.items():
        assert any(name == place or name.startswith(f"{place}.") for name in POINTS), where


def test_a_point_is_counted_and_no_other_is(caplog: pytest.LogCaptureFixture) -> None:
    point = FailPoint("after.commit.claim:3:raise")
    point.reach("after.commit.claim")
    point.reach("after.commit.settle")
    point.reach("after.commit.claim")
    with pytest.raises(Stumbled):
        point.reach("after.commit.claim")
    point.reach("after.commit.claim")

    assert [record.getMessage() for record in caplog.records] == ["fail point after.commit.claim: raise"]


def test_what_is_disarmed_is_passed_by() -> None:
    arm("after.ack:1:raise")
    with pytest.raises(Stumbled):
        reach("after.ack")
    arm("after.ack:1:raise")
    arm("")
    reach("after.ack")
