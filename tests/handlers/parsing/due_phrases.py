"""The tables of phrases beside this file: one text file per language, in sections that begin with `# name`."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.calendar import Calendar, WeeklyHours
from handlers.parsing.due_times import DueProblem, DueReading

ZONES = {"en": "Europe/London", "da": "Europe/Copenhagen", "et": "Europe/Tallinn", "tr": "Europe/Istanbul"}
TYPED_AT = datetime(2026, 11, 18, 10, 20)  # a Wednesday


def calendar_of(language: str, hours: str = "mon-fri 09:00-17:00") -> Calendar:
    return Calendar(WeeklyHours.parse(hours), ZoneInfo(ZONES[language]))


def phrases(language: str, section: str) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a section, cut at their arrows."""
    here = False
    for line in Path(__file__).with_name(f"phrases_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            here = line[2:].split(":")[0] == section
        elif here and line:
            yield tuple(line.split(" -> "))


def in_all_languages(section: str) -> list[tuple[str, ...]]:
    return [(language, *cells) for language in ZONES for cells in phrases(language, section)]


def told(answer: DueReading | DueProblem | None, calendar: Calendar) -> str:
    """Return an answer as the tables write it."""
    if answer is None:
        return "nothing"
    if isinstance(answer, DueProblem):
        return str(answer.kind)
    wall = calendar.local(answer.at).replace(tzinfo=None)
    day = f"{wall:%m-%d}" if wall.year == TYPED_AT.year else f"{wall:%Y-%m-%d}"
    return f"{day} {wall:%H:%M}" if answer.has_clock else f"{day} eod"
