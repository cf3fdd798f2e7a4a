"""Fail points on the command line: listed, checked, and refused in production."""

import pytest

from bot.failpoints import POINTS
from tests.cli.conftest import Stafet


def test_what_has_just_happened_is_told_of_each(stafet: Stafet) -> None:
    told = stafet("fail-points").output.splitlines()

    assert [line.split()[0] for line in told] == list(POINTS)
    assert all(len(line.split()) > 2 for line in told)


@pytest.mark.parametrize(
    "wrong", ["after.commit", "after.ack:0", "after.ack:two", "after.ack:1:sing", "after.ack:1:kill:2"]
)
def test_what_is_no_fail_point_stops_the_start(stafet: Stafet, wrong: str) -> None:
    result = stafet("run", SLACK_BOT_TOKEN="xoxb-1-a", SLACK_APP_TOKEN="xapp-1-a", STAFET_FAIL_POINT=wrong)

    assert result.exit_code == 1
    assert result.stderr.startswith("stafet: STAFET_FAIL_POINT: ")
    assert result.stderr.count("\n") == 1


def test_production_takes_none(stafet: Stafet) -> None:
    result = stafet("run", STAFET_ENV="production", STAFET_FAIL_POINT="after.ack")

    assert result.exit_code == 1
    assert result.stderr == "stafet: STAFET_FAIL_POINT is for trials and refused when STAFET_ENV=production\n"
