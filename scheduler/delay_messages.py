"""What is said about delays: heads-ups to assignees, and that a promise is late; one message may speak for many."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.details import WarnedTask
from bot.domain.outgoing import UNASKED, Claimed, Post, Saying, is_direct
from bot.domain.standing import Standing
from bot.services.calendars import calendar_for
from bot.services.delays import warned_task
from bot.services.ladders import put_warning_refresh
from bot.views import delays as views
from scheduler.speech import Deed, Drop, Hold, Kind, Say, Speech
from storage.unit_of_work import UnitOfWork


def prepare_heads_up(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Ask an assignee whether promises will be kept, or show an earlier message as they are now."""
    t = speech.for_person(uow, claimed.message.lane)
    if "ts" in claimed.message.params:
        rows = _standing_rows(uow, claimed, reader=claimed.message.lane)
        return Say(message=views.heads_up(rows, t), edits=claimed.message.params["ts"])
    rows, left_out = _open_rows(uow, claimed, reader=claimed.message.lane, after=speech.now)
    unfit = _unfit(uow, claimed, rows, speech)
    if unfit:
        return unfit
    return Say(message=views.heads_up(rows, t, may_repeat=_may_repeat(claimed)), left_out=left_out)


def prepare_late(uow: UnitOfWork, claimed: Claimed, speech: Speech) -> Deed:
    """Say that promises are late, or show an earlier message as they are now."""
    in_channel = not is_direct(claimed.message.lane)
    t = speech.for_channel(uow) if in_channel else speech.for_person(uow, claimed.message.lane)
    if "ts" in claimed.message.params:
        rows = _standing_rows(uow, claimed, reader=None)
        return Say(message=views.late(rows, t, in_channel=in_channel), edits=claimed.message.params["ts"])
    rows, left_out = _open_rows(uow, claimed, reader=None)
    unfit = _unfit(uow, claimed, rows, speech)
    if unfit:
        return unfit
    shown = views.late(rows, t, in_channel=in_channel, may_repeat=_may_repeat(claimed))
    return Say(message=shown, left_out=left_out)


def remember(uow: UnitOfWork, claimed: Claimed, channel: str, ts: str, now: datetime) -> None:
    """Remember where a warning stands, whom it was for, and which promise it spoke of.

    What changed while it was on its way is shown on it.
    """
    message = claimed.message
    if "ts" in message.params:
        return
    person = message.lane if is_direct(message.lane) else None
    promise = _promise_of(claimed)
    role = message.saying.value
    post = Post(about=message.about, role=role, channel=channel, ts=ts, person=person, due_at=promise)
    uow.posts.save(post)
    task, reader = uow.tasks.find(message.about), person if message.saying is Saying.HEADS_UP else None
    if task is None:
        return
    has_changed = str(task.version) != message.params.get("version", str(task.version))
    if has_changed or warned_task(uow, task, promise, reader=reader).standing is not Standing.OPEN:
        put_warning_refresh(uow, task, post, now)


def _open_rows(
    uow: UnitOfWork, claimed: Claimed, *, reader: str | None, after: datetime | None = None
) -> tuple[list[WarnedTask], frozenset[int]]:
    """Gather what still wants an answer (and is due later than `after`), and the ids of what is no longer true."""
    rows, left_out = [], set()
    for one in claimed.everyone:
        task, promise = uow.tasks.find(one.message.about), _promise_of(one)
        row = warned_task(uow, task, promise, reader=reader) if task else None
        is_theirs = task is not None and one.message.person in (None, task.assignee)
        is_ahead = after is None or promise > after
        if row and is_theirs and is_ahead and row.standing is Standing.OPEN:
            rows.append(row)
        else:
            left_out.add(one.id)
    return rows, frozenset(left_out)


def _standing_rows(uow: UnitOfWork, claimed: Claimed, *, reader: str | None) -> list[WarnedTask]:
    """Gather everything that a message speaks of, as it is now; what was warned of anew since is closed in it."""
    message = claimed.message
    posts = uow.posts.sharing(message.params["channel"], message.params["ts"])
    promises = {message.about: None, **{post.about: post.due_at for post in posts}}
    found = [(uow.tasks.find(about), promise) for about, promise in sorted(promises.items())]
    return [warned_task(uow, task, promise, reader=reader) for task, promise in found if task]


def _unfit(uow: UnitOfWork, claimed: Claimed, rows: Sequence[WarnedTask], speech: Speech) -> Deed | None:
    """Say why nothing is said now: it is no longer true, its reader rests, or has had enough for a day."""
    if not rows:
        return Drop("no longer true")
    lane = claimed.message.lane
    person = lane if is_direct(lane) else None
    calendar = calendar_for(uow, person)
    opening = calendar.quiet_until(speech.now)
    if opening > speech.now:
        return Hold(opening)
    if person:
        midnight = calendar.local(speech.now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        had = uow.outbox.sent_to(person, calendar.instant(midnight), UNASKED)
        if had >= uow.settings.get().daily_cap:
            return Drop("daily_cap")
    return None


def _may_repeat(claimed: Claimed) -> bool:
    return any(one.may_repeat for one in claimed.everyone)


def _promise_of(claimed: Claimed) -> datetime:
    return datetime.fromisoformat(claimed.message.params["due"])


KINDS = {
    Saying.HEADS_UP: Kind(prepare=prepare_heads_up, on_sent=remember),
    Saying.LATE: Kind(prepare=prepare_late, on_sent=remember),
}
