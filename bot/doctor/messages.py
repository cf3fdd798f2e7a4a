"""Messages: what could not be delivered lately, what waits for too long, and whether everything is accounted for."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.doctor.database import Seen
from bot.doctor.finding import Finding
from bot.domain.undelivered import REMEMBERED, Why, code_of, why
from storage.audit import audit
from storage.checkup import names_of
from storage.engine import Database, StorageBusy
from storage.undelivered import DeadRow, count_dead, list_dead

LATE = timedelta(minutes=5)
"""How long something due may wait before the bot can't be well."""
_MOMENT = 3.0
"""Seconds after which what was suspected is looked at again: a message may have been on its way."""
_MOST_READ = 1000
_MOST_SHOWN = 10
_MOST_NAMED = 3
_MENDS = {
    Why.GONE: "They have left Slack: give their open tasks to somebody else (/task give T-42 @name)",
    Why.UNINVITED: "Type in that channel: /invite @Stafet",
    Why.ARCHIVED: "Unarchive the channel in Slack, or link another one: /customer link",
    Why.FORBIDDEN: "Ask whoever looks after that channel to let the app post there",
    Why.TOO_LONG: "Make the words shorter",
    Why.SCOPE: "Paste manifest.yml into App Manifest once more, then press Install App > Reinstall",
    Why.TROUBLE: "Slack was in trouble for long: tell whoever waits for it",
    Why.UNSURE: "Look whether it is there; if not, tell whoever waits for it",
    Why.MISTAKE: "A mistake of Stafet's: its log says more; please report it",
    Why.OTHER: "Look the code up at https://docs.slack.dev/reference/methods/chat.postMessage",
}


def look_at_messages(database: Database, clock: Clock, seen: Seen) -> Iterator[Finding]:
    """Look at what was to be said."""
    since = clock.machine_now() - REMEMBERED
    before = seen.audit.suspects if seen.audit else {}
    if any(before.values()):
        time.sleep(_MOMENT)
    try:
        with database.reading() as connection:
            rows, count = list_dead(connection, since=since, limit=_MOST_READ), count_dead(connection, since=since)
            names = names_of(connection, {row.lane for row in rows})
            books = audit(connection, now=clock.now(), machine_now=clock.machine_now())
    except StorageBusy as e:
        yield Finding(f"the messages can't be read: {str(e).splitlines()[0]}", "Ask the doctor again")
        return
    yield _queue(books.due, books.oldest_due_at, clock.now())
    yield from _undelivered(rows, count, names)
    lost = {check: keys & before.get(check, frozenset()) for check, keys in books.suspects.items()}
    yield _books({check: keys for check, keys in lost.items() if keys})


def _queue(due: int, oldest: datetime | None, now: datetime) -> Finding:
    if oldest is None or now - oldest < LATE:
        return Finding("no message has waited for long")
    what = f"{due} message{'s' if due > 1 else ''} due and not sent, the oldest for {_long(now - oldest)}"
    return Finding(what, "Is the bot running? If it is, its log says what Slack answers: python -m bot run")


def _undelivered(rows: Sequence[DeadRow], count: int, names: Mapping[str, str]) -> Iterator[Finding]:
    """Put what has the same place and reason together; the newest first."""
    if not rows:
        yield Finding(f"everything of the last {REMEMBERED.days} days could be delivered")
        return
    groups: dict[tuple[str, str], list[DeadRow]] = defaultdict(list)
    for row in rows:
        groups[row.lane, code_of(row.reason)].append(row)
    for (lane, code), alike in list(groups.items())[:_MOST_SHOWN]:
        kinds = ", ".join(sorted({row.saying.value for row in alike}))
        abouts = list(dict.fromkeys(str(row.about) for row in alike))
        about = ", ".join(abouts[:_MOST_NAMED]) + (" …" if len(abouts) > _MOST_NAMED else "")
        last = f"{max(row.tried_at for row in alike):%Y-%m-%d %H:%M} UTC"
        place = f"{names[lane]} ({lane})" if lane in names else lane
        what = f"not delivered to {place}: {len(alike)} ({kinds}) about {about}, last {last}: {code}"
        yield Finding(what, _MENDS[why(code, lane)])
    rest = count - sum(len(alike) for alike in list(groups.values())[:_MOST_SHOWN])
    if rest:
        yield Finding(f"{rest} more messages were not delivered", "See them all: python -m bot export deliveries")


def _books(lost: dict[str, frozenset[str]]) -> Finding:
    if not lost:
        return Finding("everything that was due is accounted for")
    counts = ", ".join(f"{check}: {len(keys)}" for check, keys in lost.items())
    examples = ", ".join(sorted(key for keys in lost.values() for key in keys)[:_MOST_NAMED])
    mend = "Please report it, with the lines of these in: python -m bot export deliveries"
    return Finding(f"what was due doesn't add up ({counts}), such as {examples}", mend)


def _long(waited: timedelta) -> str:
    minutes = int(waited.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
