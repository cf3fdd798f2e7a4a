"""Metrics: what this process did and how the outbox stands, for Prometheus to fetch at `/metrics`.

Labels are words of ours or Slack's error codes, never a person, a channel or what anybody wrote. Each app has a
registry of its own: several bots live in one test process.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5)
_LATE_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Metrics:
    """Count what happens; the audit sets what stands."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._came = cache(self._counter("received", "Deliveries from Slack, by kind", "kind").labels)
        acked = Histogram(
            "stafet_ack_seconds",
            "Seconds from a delivery's receipt to its answer; 200 means kept, 503 asks Slack to send it again",
            ("kind", "status"),
            buckets=_ACK_SECONDS,
            registry=self._registry,
        )
        self._acked = cache(acked.labels)
        self._ended = self._counter("ended", "Outgoing messages that reached their end, by state", "saying", "state")
        self._late = Histogram(
            "stafet_lateness_seconds",
            "Seconds by which messages were sent after they were due",
            buckets=_LATE_SECONDS,
            registry=self._registry,
        )
        self._errors = self._counter("slack_errors", "Calls to Slack that failed, by its code", "method", "code")
        self._reconnects = self._counter("socket_reconnects", "Socket Mode connections that had to be made anew")
        self._sockets = self._gauge("sockets_up", "Socket Mode connections that are up")
        self._rows = self._gauge("outbox_rows", "Outgoing messages that aren't over, and dead ones, by state", "state")
        self._due = self._gauge("due_rows", "Outgoing messages that are due and not sent")
        self._lanes_due = self._gauge("due_lanes", "Channels that have something due")
        self._oldest = self._gauge("oldest_due_seconds", "Seconds since the oldest unsent message was due")
        self._fates = self._gauge("due_last_day", "What fell due within a day (at most 2,000 promises)", "fate")
        self._unaccounted = self._gauge("unaccounted", "What the last audit couldn't account for, by check", "check")
        self._audited = self._gauge("audited_timestamp_seconds", "Unix time of the last audit")

    def awaits(self, kinds: Iterable[str]) -> None:
        """Tell from the start that no delivery of these kinds was refused: a count that begins at 1 shows no rise."""
        for kind in kinds:
            self._acked(kind, 503)

    def came(self, kind: str) -> None:
        """Count a delivery from Slack."""
        self._came(kind).inc()

    def acked(self, kind: str, seconds: float, status: int) -> None:
        """Count the answer to a delivery, and how long it took."""
        self._acked(kind, status).observe(seconds)

    def ended(self, saying: str, state: str) -> None:
        """Count a message that was sent or dropped, expired or died."""
        self._ended.labels(saying, state).inc()

    def was_late(self, seconds: float) -> None:
        """Keep how long after its due time a message was sent."""
        self._late.observe(max(0.0, seconds))

    def slack_error(self, method: str, code: str) -> None:
        """Count a call that Slack refused, or left without an answer."""
        self._errors.labels(method, code if _CODE.fullmatch(code) else "other").inc()

    def reconnected(self) -> None:
        """Count a Socket Mode connection that was made anew."""
        self._reconnects.inc()

    def sockets(self, up: int) -> None:
        """Set how many Socket Mode connections are up."""
        self._sockets.set(up)

    def stands(self, rows: Mapping[str, int], *, due: int, lanes: int, oldest_seconds: float) -> None:
        """Set how the outbox stands: rows by state, what is due, for how long."""
        for state, count in rows.items():
            self._rows.labels(state).set(count)
        self._due.set(due)
        self._lanes_due.set(lanes)
        self._oldest.set(oldest_seconds)

    def became(self, fates: Mapping[str, int]) -> None:
        """Set what became of everything that fell due within a day."""
        self._fates.clear()
        for fate, count in fates.items():
            self._fates.labels(fate).set(count)

    def unaccounted(self, counts: Mapping[str, int]) -> None:
        """Set what the audit couldn't account for, by check."""
        for check, count in counts.items():
            self._unaccounted.labels(check).set(count)
        self._audited.set_to_current_time()

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"stafet_{name}_total", what, labels, registry=self._registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"stafet_{name}", what, labels, registry=self._registry)
