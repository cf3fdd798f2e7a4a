"""Calendars of workspaces and their people: hours, the holidays of a country, days away."""

from collections.abc import Container
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.calendar import Calendar
from bot.domain.hours import WeeklyHours
from bot.domain.members import Member
from bot.domain.workspaces import Workspace
from storage.unit_of_work import UnitOfWork


def calendar_of(workspace: Workspace, member: Member | None = None) -> Calendar:
    """Build the calendar of a person, or of the workspace where nobody is named."""
    zone = member.zone if member and member.zone and _is_zone(member.zone) else workspace.zone
    hours = (member and member.own_hours) or workspace.hours
    away: tuple[tuple[date, date], ...] = ()
    if member and member.away_from and member.away_until:
        away = ((member.away_from, member.away_until),)
    return _calendar(hours, zone, workspace.holidays, away)


def calendar_for(uow: UnitOfWork, person: str | None) -> Calendar:
    """Build the calendar of a person by id; somebody unknown has the workspace's."""
    return calendar_of(uow.settings.get(), uow.members.find(person) if person else None)


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    """Tell whether a zone of Slack's is one that we know: a person's profile must stop nothing."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


@lru_cache(maxsize=1024)
def _calendar(hours: str, zone: str, country: str, away: tuple[tuple[date, date], ...]) -> Calendar:
    return Calendar(WeeklyHours.parse(hours), ZoneInfo(zone), holidays_of(country), away)


@lru_cache(maxsize=256)
def holidays_of(country: str) -> Container[date]:
    """Get the public holidays of a country code such as `DK` or `GB-ENG`; an empty code has none.

    The library's object grows by itself with the years that are asked for. Raises ValueError for an unknown code.
    """
    if not country:
        return frozenset()
    import holidays  # a bot whose workspace keeps none starts without it

    code, _, part = country.upper().partition("-")
    try:
        days: Container[date] = holidays.country_holidays(code, subdiv=part or None)
    except (NotImplementedError, KeyError) as e:
        raise ValueError(country) from e
    return days
