"""Metrics: names with units, labels that name nobody, and a registry for each bot."""

import re
from pathlib import Path

import pytest

from bot.app import build
from bot.metrics import Metrics
from bot.settings import read_settings

LABELS = {"kind", "status", "saying", "state", "method", "code", "check", "fate", "le"}


def busy() -> Metrics:
    """Metrics of a bot that has seen everything once."""
    metrics = Metrics()
    metrics.came("command")
    metrics.acked("command", 0.02, 200)
    metrics.ended("delay.late", "sent")
    metrics.was_late(1.5)
    metrics.slack_error("chat.postMessage", "ratelimited")
    metrics.reconnected()
    metrics.sockets(2)
    metrics.stands({"new": 3, "dead": 1}, due=2, lanes=1, oldest_seconds=7)
    metrics.became({"sent": 4})
    metrics.unaccounted({"stranded": 1})
    return metrics


def test_everything_is_told_in_prometheus_own_format() -> None:
    told = busy().text().decode()
    for line in (
        'stafet_received_total{kind="command"} 1.0',
        'stafet_ack_seconds_bucket{kind="command",le="0.025",status="200"} 1.0',
        'stafet_ended_total{saying="delay.late",state="sent"} 1.0',
        "stafet_lateness_seconds_sum 1.5",
        'stafet_slack_errors_total{code="ratelimited",method="chat.postMessage"} 1.0',
        "stafet_socket_reconnects_total 1.0",
        "stafet_sockets_up 2.0",
        'stafet_outbox_rows{state="new"} 3.0',
        "stafet_due_rows 2.0",
        "stafet_due_lanes 1.0",
        "stafet_oldest_due_seconds 7.0",
        'stafet_due_last_day{fate="sent"} 4.0',
        'stafet_unaccounted{check="stranded"} 1.0',
    ):
        assert line in told.splitlines()


def test_names_are_ours_and_labels_name_nobody() -> None:
    told = busy().text().decode()
    assert all(name.startswith("stafet_") for name in re.findall(r"^# TYPE (\S+)", told, re.MULTILINE))
    assert set(re.findall(r'(\w+)="', told)) <= LABELS


def test_a_code_that_is_none_of_slacks_makes_no_label() -> None:
    metrics = Metrics()
    for code in ("Call Bo at 5", "x" * 80, "", "a\nb"):
        metrics.slack_error("chat.postMessage", code)
    assert 'stafet_slack_errors_total{code="other",method="chat.postMessage"} 4.0' in metrics.text().decode()


def test_a_fate_that_is_over_is_no_longer_told() -> None:
    metrics = busy()
    metrics.became({"dropped": 1})
    assert 'fate="sent"' not in metrics.text().decode()


def test_two_bots_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.reconnected()
    assert b"stafet_socket_reconnects_total 0.0" in other.text()


@pytest.mark.parametrize("kind", ["command", "event", "click", "form", "search", "shortcut"])
def test_what_an_alarm_watches_is_told_before_it_happens(kind: str, tmp_path: Path) -> None:
    app = build(read_settings(env_file=None, slack_bot_token="xoxb-1", database_url=f"sqlite:///{tmp_path}/stafet.db"))
    told = app.metrics.text().decode()
    app.database.close()
    assert f'stafet_ack_seconds_count{{kind="{kind}",status="503"}} 0.0' in told.splitlines()
