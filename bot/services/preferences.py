"""Use cases of settings: the workspace's, which admins change, and everybody's own."""

import re
from dataclasses import asdict, replace
from functools import lru_cache
from zoneinfo import available_timezones

from bot.domain.commands import ChangeMyself, ChangeSettings
from bot.domain.errors import DomainError, NotAllowed
from bot.domain.hours import BadHours, WeeklyHours
from bot.domain.members import Actor, Member
from bot.domain.undelivered import REMEMBERED, UndeliveredPage
from bot.domain.versions import fingerprint
from bot.domain.workspaces import Workspace
from bot.services.base import Service
from bot.services.calendars import calendar_of, holidays_of
from bot.services.undelivered import described
from storage.unit_of_work import UnitOfWork
from storage.workers import reads

DELAYS = range(10_081)
WINDOWS = range(1, 366)
CAPS = range(1, 101)
MOST_UNDELIVERED = 5
"""Lines of what could not be delivered that an admin sees; the rest is counted."""
_EMOJI = re.compile(r"[\w+'-]{1,64}")


class Preferences(Service):
    """Read and change settings. What they change of open tasks' ladders shows when a task is next looked at."""

    @reads
    def settings(self, actor: Actor) -> Workspace:
        """Get the workspace's settings, for an admin to change. Raises NotAllowed."""
        with self._look(actor) as uow:
            _must_be_admin(uow, actor)
            return uow.settings.get()

    @reads
    def undelivered(self, actor: Actor) -> UndeliveredPage:
        """List the newest of what could not be delivered lately, for an admin. Raises NotAllowed."""
        since = self._clock.machine_now() - REMEMBERED
        with self._look(actor) as uow:
            _must_be_admin(uow, actor)
            rows = uow.dead.list(since=since, limit=MOST_UNDELIVERED)
            shown = [
                described(uow, row.saying, row.about, row.lane, row.reason, row.due_at, reader=actor.member)
                for row in rows
            ]
            full = len(rows) == MOST_UNDELIVERED
            return UndeliveredPage(shown=shown, more=uow.dead.count(since=since) - len(rows) if full else 0)

    def change_settings(self, actor: Actor, command: ChangeSettings) -> Workspace:
        """Change the workspace's settings. Raises NotAllowed, or DomainError at the field that makes no sense."""
        with self._work(actor) as uow:
            _must_be_admin(uow, actor)
            was = uow.settings.get()
            if fingerprint(was) != command.seen:
                raise DomainError("settings.problem.changed", field="hours")
            values = asdict(command) | {
                "hours": _hours(command.hours),
                "zone": _zone(command.zone),
                "holidays": _holidays(command.holidays),
                "task_emoji": _emoji(command.task_emoji, "task_emoji"),
                "done_emoji": _emoji(command.done_emoji, "done_emoji"),
            }
            if values["task_emoji"] == values["done_emoji"]:
                raise DomainError("settings.problem.same_emoji", field="done_emoji")
            _check_number(command.feedback_delay, DELAYS, "feedback_delay")
            _check_number(command.feedback_window, WINDOWS, "feedback_window")
            _check_number(command.daily_cap, CAPS, "daily_cap")
            _check_member(uow, command.lead, "lead")
            _check_team_channel(uow, command.team_channel)
            del values["seen"]
            changed = replace(was, **values)
            uow.settings.save(changed)
            return changed

    @reads
    def myself(self, actor: Actor) -> Member:
        """Get what is known of the actor; an absence that is over is left out."""
        with self._look(actor) as uow:
            return self._without_past_absence(uow, _member(uow, actor))

    def change_myself(self, actor: Actor, command: ChangeMyself) -> Member:
        """Change one's own settings. Raises DomainError at the field that makes no sense."""
        with self._work(actor) as uow:
            member = _member(uow, actor)
            _check_member(uow, command.substitute, "substitute")
            if command.substitute == member.id:
                raise DomainError("me.problem.own_substitute", field="substitute")
            changed = replace(
                member,
                own_language=command.language,
                own_hours=_hours(command.hours) if command.hours.strip() else None,
                away_from=command.away_from,
                away_until=command.away_until,
                substitute=command.substitute,
            )
            changed = self._with_sound_absence(uow, changed)
            uow.members.save(changed)
            return changed

    def _with_sound_absence(self, uow: UnitOfWork, member: Member) -> Member:
        """Let an absence begin today where only its end was given. Raises DomainError for one that can't be."""
        today = calendar_of(uow.settings.get(), member).local(self._clock.now()).date()
        if member.away_from and member.away_until is None:
            raise DomainError("me.problem.until_when", field="away_until")
        if member.away_until is None:
            return member
        if member.away_until < today:
            raise DomainError("me.problem.past", field="away_until")
        begins = member.away_from or today
        if member.away_until < begins:
            raise DomainError("me.problem.ends_before", field="away_until")
        return replace(member, away_from=begins)

    def _without_past_absence(self, uow: UnitOfWork, member: Member) -> Member:
        today = calendar_of(uow.settings.get(), member).local(self._clock.now()).date()
        if member.away_until and member.away_until < today:
            return replace(member, away_from=None, away_until=None)
        return member


def _member(uow: UnitOfWork, actor: Actor) -> Member:
    return uow.members.find(actor.member) or Member(id=actor.member, name="")


def _must_be_admin(uow: UnitOfWork, actor: Actor) -> None:
    member = uow.members.find(actor.member)
    if member is None or not member.is_admin:
        raise NotAllowed("settings.problem.not_admin")


def _hours(text: str) -> str:
    try:
        return str(WeeklyHours.parse(text))
    except BadHours as e:
        raise DomainError("settings.problem.hours", field="hours", words=text) from e


def _zone(text: str) -> str:
    """Take a zone by its name or by its city alone, in any case."""
    wanted = text.strip().replace(" ", "_").casefold()
    zones = _zones()
    cities = [zone for folded, zone in zones.items() if "/" in folded and folded.rpartition("/")[2] == wanted]
    if wanted in zones:
        return zones[wanted]
    if len(cities) == 1:
        return cities[0]
    raise DomainError("settings.problem.zone", field="zone", words=text)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def _holidays(text: str) -> str:
    country = text.strip().upper()
    try:
        holidays_of(country)
    except ValueError as e:
        raise DomainError("settings.problem.holidays", field="holidays", words=text) from e
    return country


def _emoji(text: str, field: str) -> str:
    name = text.strip().strip(":")
    if not _EMOJI.fullmatch(name):
        raise DomainError("settings.problem.emoji", field=field, words=text)
    return name


def _check_number(number: int, allowed: range, field: str) -> None:
    if number not in allowed:
        raise DomainError("settings.problem.number", field=field, least=allowed[0], most=allowed[-1])


def _check_member(uow: UnitOfWork, id: str | None, field: str) -> None:
    member = uow.members.find(id) if id else None
    if member and not member.may_act:
        raise DomainError("settings.problem.not_member", field=field)


def _check_team_channel(uow: UnitOfWork, id: str | None) -> None:
    known = uow.channels.find(id) if id else None
    if known and known.checked_at and known.is_shared:
        raise DomainError("settings.problem.is_shared", field="team_channel")
