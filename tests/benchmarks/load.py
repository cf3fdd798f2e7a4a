"""The load: signed events as Slack sends them, over connections that stay open, with as little work as can be."""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SECRET = "benchmark-secret"
TEAM = "T0BENCH"
PERSON = "U0ANE"
CHANNEL = "C0BENCH"

Body = Callable[[int], bytes]
_numbers = itertools.count(1)


def message_deleted(n: int) -> bytes:
    """Write the smallest event that Stafet keeps: a message was deleted, and it may be one that a task came from."""
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": CHANNEL,
        "channel_type": "channel",
        "hidden": True,
        "deleted_ts": f"1760000000.{n % 1_000_000:06}",
        "previous_message": {"type": "message", "user": PERSON, "text": "See you", "ts": "1760000000.000001"},
        "ts": f"1760000001.{n % 1_000_000:06}",
        "event_ts": f"1760000001.{n % 1_000_000:06}",
    }
    return envelope(event, n)


def envelope(event: dict[str, object], n: int) -> bytes:
    """Wrap an event as the Events API does."""
    told = {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{n:012}",
        "event_time": 1760000001,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": "U0BOT", "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
    }
    return json.dumps(told).encode()


def task_command(n: int) -> bytes:
    """Write a slash command that records a task: a whole use case."""
    fields = {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": CHANNEL,
        "channel_name": "acme",
        "user_id": PERSON,
        "user_name": "ane",
        "command": "/task",
        "text": f"Send+offer+{n}+friday+15%3A00",
        "api_app_id": "A0BENCH",
        "is_enterprise_install": "false",
        "trigger_id": f"{n}.bench",
    }
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode()


def signed(body: bytes, path: str = "/slack/events") -> bytes:
    """Write the whole HTTP request, signed as Slack does."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    kind = "application/json" if body[:1] == b"{" else "application/x-www-form-urlencoded"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\n\r\n"
    )
    return head.encode() + body


@dataclass(slots=True)
class Answers:
    """What came back: seconds that each took, and every status that was no 200."""

    seconds: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def p50(self) -> float:
        """The middle one, in seconds."""
        return sorted(self.seconds)[len(self.seconds) // 2]


async def send(port: int, count: int, *, at_once: int, body: Body = message_deleted) -> Answers:
    """Send so many new events over `at_once` connections, each waiting for its answer. Raises where one is refused."""
    requests = iter([signed(body(next(_numbers))) for _ in range(count)])
    answers = Answers()
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, requests, answers) for _ in range(at_once)))
    answers.elapsed = time.perf_counter() - began
    if answers.refused:
        raise RuntimeError(f"{len(answers.refused)} of {count} were not acknowledged: {set(answers.refused)}")
    return answers


async def _connection(port: int, requests: Iterator[bytes], answers: Answers) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            status = await _read_answer(reader)
            answers.seconds.append(time.perf_counter() - began)
            answers.refused += [status] if status != 200 else []
    finally:
        writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        at = head.find(b"content-length:")
        if at >= 0:
            await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return int(head[9:12])
