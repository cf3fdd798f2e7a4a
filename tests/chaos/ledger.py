"""The ledger: what went in, what was acknowledged and when, and what stands there in the end.

Everything that is asked for has a number in its words, `Wash 000017`, by which it is found again in the database
and in Slack.
"""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.playground.core import Answer
from bot.playground.delivery import Line
from bot.playground.server import Playground
from bot.playground.state import Json, Message
from storage.engine import Database
from storage.exports import export

ENDS = frozenset({"sent", "dropped", "expired", "dead"})
_NAME = re.compile(r"Wash \d{6}")


def name_of(number: int) -> str:
    """Name the thing that is asked for."""
    return f"Wash {number:06d}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery to the bot: what it asked for ("" for nothing), when (monotonic seconds), and the answer."""

    kind: str
    asked: str
    attempt: int
    at: float
    took: float
    outcome: str
    answer: Any

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether the bot promised to keep it."""
        return self.outcome == "acknowledged" and not self.is_a_no

    @property
    def is_a_no(self) -> bool:
        """Tell whether the answer was a clear "try again": heard in time, and nothing kept."""
        return isinstance(self.answer, dict) and "try again" in str(self.answer.get("text", ""))


class Ledger:
    """Write down every delivery of a line: what people asked for, and what the bot promised to keep of it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.overdue = line.overdue
        self.entries: list[Delivered] = []
        self.asked: set[str] = set()
        self.acknowledged: set[str] = set()

    async def send(self, kind: str, payload: Json, *, attempt: int, reason: str, within: float) -> Answer:
        """Deliver once and write it down."""
        began = time.monotonic()
        answer = await self._line.send(kind, payload, attempt=attempt, reason=reason, within=within)
        took, outcome = time.monotonic() - began, answer.failure or "acknowledged"
        self._write(Delivered(kind, _asked(kind, payload), attempt, began, took, outcome, answer.body))
        return answer

    def _write(self, one: Delivered) -> None:
        self.entries.append(one)
        if one.asked:
            self.asked.add(one.asked)
        if one.asked and one.is_acknowledged:
            self.acknowledged.add(one.asked)

    def took(self, kind: str = "") -> list[float]:
        """How long the answers took, the shortest first; what people asked for, and no echoes of the bot's own."""
        return sorted(one.took for one in self.entries if one.asked and kind in ("", one.kind))


@dataclass(kw_only=True)
class Account:
    """What became of it all. Lost, doubled and out of order are lists of what was, so that a red test says which."""

    asked: int
    acknowledged: int
    deliveries: int
    recorded: int
    lost: list[str]
    doubled: list[str]
    rows: Counter[str]
    reasons: Counter[str]
    waiting: list[Mapping[str, Any]]
    posts: int
    posts_lost: list[str]
    posts_doubled: list[str]
    out_of_order: list[str]
    too_soon: list[str] = field(repr=False)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was lost or doubled, and everything came to an end."""
        return not (self.lost or self.doubled or self.posts_lost or self.posts_doubled or self.waiting)

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {state}" for state, count in sorted(self.rows.items()))
        return (
            f"{self.deliveries} deliveries, {self.acknowledged} of {self.asked} acknowledged, "
            f"{self.recorded} recorded, {len(self.lost)} lost, {len(self.doubled)} doubled; "
            f"{self.posts} posts, {len(self.posts_lost)} lost, {len(self.posts_doubled)} doubled, "
            f"{len(self.out_of_order)} out of order ({ends})"
        )


def account(ledger: Ledger, database_url: str, playground: Playground) -> Account:
    """Compare what was acknowledged with the database, and the database with what stands in Slack."""
    database = Database(database_url)
    tasks, rows = list(export(database, "tasks")), list(export(database, "deliveries"))
    database.close()
    recorded = Counter(name for task in tasks if (name := _name_in(task["title"])))
    said = said_in(playground)
    there = {(message.channel, message.ts) for message in said}
    return Account(
        asked=len(ledger.asked),
        acknowledged=len(ledger.acknowledged),
        deliveries=sum(bool(one.asked) for one in ledger.entries),
        recorded=len(recorded),
        lost=sorted(ledger.acknowledged - set(recorded)),
        doubled=sorted(name for name, times in recorded.items() if times > 1),
        rows=Counter(row["state"] for row in rows),
        reasons=Counter(f"{row['state']}: {row['reason']}" for row in rows if row["state"] != "sent"),
        waiting=[row for row in rows if row["state"] not in ENDS],
        posts=len(said),
        posts_lost=[_line(row) for row in rows if row["state"] == "sent" and (row["channel"], row["ts"]) not in there],
        posts_doubled=[*_doubled_rows(rows), *_doubled_posts(said, rows)],
        out_of_order=_out_of_order(rows),
        too_soon=_too_soon(said),
    )


def said_in(playground: Playground) -> Sequence[Message]:
    """List what the bot posted by itself, with its token: no answers that only one person sees."""
    channels = playground.workspace.channels.values()
    return sorted((m for c in channels for m in c.messages.values() if _token(m)), key=lambda message: message.ts)


def _asked(kind: str, payload: Json) -> str:
    event = payload.get("event") or {}
    if kind == "events_api" and (event.get("bot_id") or event.get("type") != "message" or event.get("subtype")):
        return ""
    return _name_in(str(payload.get("text") or event.get("text") or ""))


def _name_in(text: str) -> str:
    found = _NAME.search(text)
    return found.group() if found else ""


def _token(message: Message) -> str:
    return str((message.metadata or {}).get("event_payload", {}).get("token", ""))


def _doubled_rows(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """List what was said in two messages of one kind, though nothing here is ever said again."""
    places = defaultdict(set)
    for row in rows:
        if row["state"] == "sent" and row["ts"]:
            places[f"{row['kind']} {row['subject']}"].add((row["channel"], row["ts"]))
    return [f"{what} stands in {len(where)} places" for what, where in places.items() if len(where) > 1]


def _doubled_posts(said: Iterable[Message], rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """List tokens that stand in two messages, and messages that no row knows of."""
    said, known = list(said), {(row["channel"], row["ts"]) for row in rows}
    tokens = Counter(map(_token, said))
    twice = [f"token {token} stands {times} times" for token, times in tokens.items() if times > 1]
    return twice + [f"no row knows {m.channel} {m.ts}: {m.text[:60]}" for m in said if (m.channel, m.ts) not in known]


def _out_of_order(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """List the posts that stand above one of their channel that was put down earlier."""
    newest: dict[str, str] = {}
    seen, wrong = set(), []
    for row in rows:
        place = (row["channel"], row["ts"])
        if row["state"] != "sent" or place in seen:
            continue
        seen.add(place)
        if row["ts"] < newest.get(row["channel"], ""):
            wrong.append(_line(row))
        newest[row["channel"]] = max(newest.get(row["channel"], ""), row["ts"])
    return wrong


def _too_soon(said: Iterable[Message]) -> list[str]:
    """List the posts that came less than a second after another in their channel."""
    last: dict[str, float] = {}
    wrong = []
    for message in said:
        gap = float(message.ts) - last.get(message.channel, 0.0)
        if gap < 1.0:
            wrong.append(f"{message.channel} {message.ts}: {gap:.2f} s after the last")
        last[message.channel] = float(message.ts)
    return wrong


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['number']} {row['kind']} {row['subject']} {row['channel']} {row['ts']}"
