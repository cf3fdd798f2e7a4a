"""Requests that no Slack ever sends: unsigned, altered, replayed late, malformed, or no HTTP at all. Seeded."""

import asyncio
import gzip
import hashlib
import hmac
import json
import random
import re
import time
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3}) ", re.MULTILINE)
PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
COMMAND = {
    "command": "/task",
    "text": "Call a stranger",
    "team_id": "TNORDLYS01",
    "user_id": "UKIM000000",
    "channel_id": "CACME00001",
    "channel_name": "acme",
    "trigger_id": "1.2.3",
}
EVENT = {
    "type": "event_callback",
    "team_id": "TNORDLYS01",
    "event_id": "EvSTRANGER",
    "event": {
        "type": "message",
        "channel": "CACME00001",
        "channel_type": "channel",
        "user": "UKIM000000",
        "ts": "1800000000.000100",
        "text": "task: call a stranger",
    },
}
CLICK = {
    "type": "block_actions",
    "team": {"id": "TNORDLYS01"},
    "user": {"id": "UKIM000000"},
    "trigger_id": "1.2.4",
    "actions": [{"action_id": "task.done", "block_id": "b", "value": "T-1"}],
}


def sign(secret: str, body: bytes, timestamp: str) -> str:
    """Sign a body as Slack does."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def post(body: bytes, headers: list[tuple[str, str]], *, length: str | None = None, path: str = PATH) -> bytes:
    """Write a request down as it goes over the line."""
    told = [
        ("Host", "bot"),
        ("Connection", "close"),
        ("Content-Length", str(len(body)) if length is None else length),
        *headers,
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in told)
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + body


def good(secret: str, text: str, trigger: str) -> bytes:
    """Write a command down as Slack sends it."""
    body = urlencode({**COMMAND, "text": text, "trigger_id": trigger}).encode()
    return post(body, signed(secret, body))


def signed(secret: str, body: bytes, *, timestamp: str | None = None, kind: str = FORM) -> list[tuple[str, str]]:
    """Make the headers that prove a body."""
    at = str(int(time.time())) if timestamp is None else timestamp
    proof = [("X-Slack-Request-Timestamp", at), ("X-Slack-Signature", sign(secret, body, at))]
    return [("Content-Type", kind), *proof]


class Strangers:
    """Make requests, each of which must be refused; the same seed makes the same ones."""

    def __init__(self, secret: str, seed: int) -> None:
        self._secret = secret
        self._draw = random.Random(seed)
        self._kinds: list[Callable[[], bytes]] = [
            self.unsigned,
            self.signed_by_another,
            self.altered,
            self.of_another_body,
            self.late,
            self.strange_timestamp,
            self.strange_signature,
            self.twice_signed,
            self.unreadable,
            self.wrong_charset,
            self.bomb,
            self.compressed,
            self.too_large,
            self.large_headers,
            self.strange_length,
            self.strange_chunks,
            self.cut_off,
            self.no_http,
            self.expecting,
        ]

    def requests(self, count: int) -> Iterator[tuple[str, bytes]]:
        """Give so many, each kind in its turn, with the name of its kind."""
        for number in range(count):
            kind = self._kinds[number % len(self._kinds)]
            yield kind.__name__, kind()

    def unsigned(self) -> bytes:
        """Without a proof, or with half of one."""
        body, kind = self._body()
        proof = signed(self._secret, body, kind=kind)
        return post(body, self._draw.choice([proof[:1], proof[:2], [proof[0], proof[2]], []]))

    def signed_by_another(self) -> bytes:
        """With the proof of somebody who has another secret."""
        body, kind = self._body()
        return post(body, signed(self._draw.choice(["", "another", self._secret + " "]), body, kind=kind))

    def altered(self) -> bytes:
        """With a proof of what the body was before."""
        body, kind = self._body()
        headers = signed(self._secret, body, kind=kind)
        at = self._draw.randrange(len(body))
        change = self._draw.choice(["flip", "cut", "append", "prepend", "swap"])
        other = bytes([body[at] ^ (1 << self._draw.randrange(8))])
        changed = {
            "flip": body[:at] + other + body[at + 1 :],
            "cut": body[:at],
            "append": body + b"&text=more",
            "prepend": b" " + body,
            "swap": body.replace(b"UKIM000000", b"UANE000000"),
        }[change]
        return post(changed, headers)

    def of_another_body(self) -> bytes:
        """With the proof of another body."""
        bodies = [urlencode(COMMAND).encode(), json.dumps(EVENT).encode(), b""]
        one, other = self._draw.sample(bodies, 2)
        return post(one, signed(self._secret, other))

    def late(self) -> bytes:
        """Replayed later than Slack's five minutes, or from the future."""
        body, kind = self._body()
        away = self._draw.choice([-1, 1]) * self._draw.randrange(310, 10 ** self._draw.randrange(3, 9))
        return post(body, signed(self._secret, body, timestamp=str(max(0, int(time.time()) + away)), kind=kind))

    def strange_timestamp(self) -> bytes:
        """Proven at a time that is none."""
        now = int(time.time())
        times = ["", "soon", "-1", "0", f"{now}.0", f"+{now}", f"{now}e0", "9" * 400, "١٧٠٠٠٠٠٠٠٠", f"{now},{now}"]
        times += ["nan", "inf", hex(now), f"{now} ", f" {now}x", "\x7f", f"{now}\t1", "null", "²", f"{now}" * 2]
        body, kind = self._body()
        timestamp = self._draw.choice(times).strip(" ") or "x"
        if timestamp == str(now):
            timestamp += "x"
        return post(body, signed(self._secret, body, timestamp=timestamp, kind=kind))

    def strange_signature(self) -> bytes:
        """With a proof of a shape that is none."""
        body, kind = self._body()
        content_type, at, (name, proof) = signed(self._secret, body, kind=kind)
        shapes = ["", "v0=", proof[3:], proof[:-1], proof + "0", proof.upper(), "v1" + proof[2:], "v0=" + "0" * 64]
        shapes += ["v0=é", "v0=\udcff", proof.replace("=", ":"), f"{proof},{proof}", "null", "v0=" + "a" * 5000]
        return post(body, [content_type, at, (name, self._draw.choice(shapes))])

    def twice_signed(self) -> bytes:
        """With two proofs, one of which may be right."""
        body, kind = self._body()
        content_type, at, proof = signed(self._secret, body, kind=kind)
        bad = self._draw.choice([(proof[0], "v0=00"), proof, (at[0], "1"), at])
        headers = [at, proof, bad]
        self._draw.shuffle(headers)
        return post(body, [content_type, *headers])

    def unreadable(self) -> bytes:
        """Proven, and then neither JSON nor a form of ours."""
        event = json.dumps(EVENT)
        cut = event[: self._draw.randrange(1, len(event))]
        as_json = [cut, "[]", "1", "null", '"text"', "{}", "", "{'a': 1}", event + "}", "\x00", '{"a": NaN' + "]" * 9]
        as_form = [f"payload={quote(cut)}", "payload=", "payload=%5B%5D", "payload=null", "%", "", "payload=1&a=%ff"]
        is_json = self._draw.random() < 0.5
        text = self._draw.choice(as_json if is_json else as_form)
        if not is_json and text == "%":
            text = "&&&"
        kind = "application/json" if is_json else FORM
        return post(text.encode(), signed(self._secret, text.encode(), kind=kind))

    def wrong_charset(self) -> bytes:
        """Proven, in a charset that is none of Slack's."""
        text = json.dumps({**EVENT, "note": "æøå"}, ensure_ascii=False)
        raw = text.encode(self._draw.choice(["utf-16", "utf-32", "latin-1", "cp500"]))
        kind = self._draw.choice(["application/json", "application/json; charset=utf-16", FORM + "; charset=latin-1"])
        if kind.startswith(FORM):
            raw = b"payload=" + raw
        return post(raw, signed(self._secret, raw, kind=kind))

    def bomb(self) -> bytes:
        """Proven, and nested so deep that a parser may fall in."""
        deep = self._draw.choice([5_000, 50_000, 150_000])
        opening = self._draw.choice(["[", '{"a":', '[{"a":'])
        text = opening * (deep // len(opening))
        if self._draw.random() < 0.5:
            text = '{"type": "event_callback", "event": ' + text
        body = text.encode()
        return post(body, signed(self._secret, body, kind="application/json"))

    def compressed(self) -> bytes:
        """Proven uncompressed, sent compressed."""
        body, kind = self._body()
        name, packed = self._draw.choice([("gzip", gzip.compress(body)), ("deflate", zlib.compress(body))])
        return post(packed, [*signed(self._secret, body, kind=kind), ("Content-Encoding", name)])

    def too_large(self) -> bytes:
        """Proven, and larger than anything of Slack's."""
        body = b"text=" + b"x" * (1024 * 1024 + self._draw.randrange(1, 200_000))
        headers = signed(self._secret, body)
        if self._draw.random() < 0.5:
            return post(body, headers)
        chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
        return post(chunked, [*headers, ("Transfer-Encoding", "chunked")]).replace(
            f"Content-Length: {len(chunked)}\r\n".encode(), b"", 1
        )

    def large_headers(self) -> bytes:
        """With headers that are too long or too many."""
        body, kind = self._body()
        many = [(f"X-{number}", "1") for number in range(self._draw.randrange(200, 2000))]
        one = [
            (self._draw.choice(["X-Long", "Cookie", "X-Slack-Signature"]), "a" * self._draw.randrange(9_000, 90_000))
        ]
        headers = self._draw.choice([many, one])
        path = PATH + "?" + "q" * 20_000 if self._draw.random() < 0.3 else PATH
        return post(body, [*signed("another", body, kind=kind), *headers], path=path)

    def strange_length(self) -> bytes:
        """With a length that is none, or two of them."""
        body, kind = self._body()
        headers = signed("another", body, kind=kind)
        length = self._draw.choice(["-1", "+5", "1,1", "0x10", "9" * 30, "abc", "1 1", "1_0", "٣", ""])
        twice = [("Content-Length", str(len(body) + 1))]
        return post(body, [*headers, *twice]) if self._draw.random() < 0.3 else post(body, headers, length=length)

    def strange_chunks(self) -> bytes:
        """In chunks that are none."""
        body, kind = self._body()
        head = "".join(f"{name}: {value}\r\n" for name, value in signed("another", body, kind=kind))
        coding = self._draw.choice(
            ["chunked", "chunked, chunked", "xchunked", "chunked\r\nContent-Length: 5", "identity"]
        )
        sizes = ["zz", "-5", "5;" + "x" * 20_000, "fffffffffffffffff", "0x5", "5\n", "", " ", "5\r\nhello", "g"]
        chunk = f"{self._draw.choice(sizes)}\r\nhello world\r\n".encode()
        tail = self._draw.choice([b"0\r\n\r\n", b"", b"0\r\nX-Trailer: " + b"y" * 9000 + b"\r\n\r\n"])
        return f"POST {PATH} HTTP/1.1\r\nHost: bot\r\nTransfer-Encoding: {coding}\r\n{head}\r\n".encode() + chunk + tail

    def cut_off(self) -> bytes:
        """With less body than was promised."""
        body, kind = self._body()
        return post(body, signed(self._secret, body, kind=kind), length=str(len(body) + self._draw.randrange(1, 9_999)))

    def no_http(self) -> bytes:
        """Something else altogether."""
        garbage = [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self._draw.randbytes(200),
            self._draw.randbytes(self._draw.randrange(1, 4000)) + b"\r\n\r\n",
            b"POST /slack/events HTTP/9.9\r\n\r\n",
            b"POST  /slack/events  HTTP/1.1\r\n\r\n",
            b"POST /slack/events\r\n\r\n",
            b"P\x00ST /slack/events HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST /slack/events HTTP/1.1\r\nHost x\r\n\r\n",
            b"POST /slack/events HTTP/1.1\r\n Host: x\r\n\r\n",
            b"POST /slack/events HTTP/1.1\r\nHost: x\x00y\r\n\r\n",
            b"POST /slack/events HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
            b"POST /slack/events HTTP/1.1\nHost: x\n\n",
            b"POST http://[::1/slack/events HTTP/1.1\r\nHost: x\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\r\n" * 50,
        ]
        return self._draw.choice(garbage)

    def expecting(self) -> bytes:
        """Unproven, and with wishes of its own."""
        body, kind = self._body()
        wish = self._draw.choice(
            [("Expect", "100-continue"), ("Expect", "everything"), ("Connection", "Upgrade"), ("Upgrade", "websocket")]
        )
        return post(body, [*signed("another", body, kind=kind), wish])

    def _body(self) -> tuple[bytes, str]:
        number = self._draw.randrange(10**9)
        event = {**EVENT, "event_id": f"Ev{number}"}
        click = {**CLICK, "trigger_id": f"1.2.{number}"}
        return self._draw.choice(
            [
                (urlencode({**COMMAND, "trigger_id": f"1.2.{number}"}).encode(), FORM),
                (json.dumps(event).encode(), "application/json"),
                (urlencode({"payload": json.dumps(click)}).encode(), FORM),
            ]
        )


async def send(port: int, raw: bytes, *, patience: float = 10.0, hangs_up: bool = False) -> list[int]:
    """Send bytes over a line of their own, and give the status of every answer that came within `patience` seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = bytearray()
    try:
        async with asyncio.timeout(patience):
            writer.write(raw)
            await writer.drain()
            if hangs_up:
                writer.write_eof()
            while part := await reader.read(65536):
                answer += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return [int(status) for status in STATUS.findall(bytes(answer)) if status != b"100"]
