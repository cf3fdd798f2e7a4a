"""What was chosen: a value that no menu or picker of ours gives is refused where it stands, in words."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.domain.errors import DomainError, NotFound
from bot.domain.references import Noun, Reference
from bot.slack.requests import Submission, instant
from bot.views.fields import NO_CUSTOMER
from bot.views.languages import chosen_language
from handlers.acquaintance import meet_people
from handlers.context import Context

E = TypeVar("E", bound=StrEnum)

FARTHEST = timedelta(days=3660)
"""How far ahead anything can be due, or anybody away."""


def time_in(text: str, cx: Context, *, field: str = "due") -> datetime | None:
    """Read a picker's time, None where none was picked. Raises DomainError for none that a picker gives, or too far."""
    at = instant(text)
    if text and at is None:
        raise DomainError("problem.choose_again", field=field)
    if at and at > cx.now() + FARTHEST:
        raise DomainError("problem.too_far", field=field)
    return at


def day_in(sent: Submission, field: str, cx: Context) -> date | None:
    """Read a picker's day, None where none was picked. Raises DomainError for none that a picker gives, or too far."""
    text = sent.text(field)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as e:
        raise DomainError("problem.choose_again", field=field) from e
    if day and day > (cx.now() + FARTHEST).date():
        raise DomainError("problem.too_far", field=field)
    return day


def option_in(sent: Submission, field: str, default: E) -> E:
    """Read which option was chosen. Raises DomainError for one that was never offered."""
    try:
        return type(default)(sent.text(field) or default)
    except ValueError as e:
        raise DomainError("problem.choose_again", field=field) from e


def language_in(sent: Submission, cx: Context) -> str | None:
    """Read which language was chosen. Raises DomainError for one that there isn't."""
    language = chosen_language(sent.text("language"))
    if language and language not in cx.desk.translators.languages:
        raise DomainError("problem.choose_again", field="language")
    return language


async def customer_in(sent: Submission, cx: Context) -> int | None:
    """Read which customer was chosen. Raises NotFound for one that there isn't."""
    chosen = sent.text("customer")
    if chosen in ("", NO_CUSTOMER):
        return None
    ref = Reference.read(f"{Noun.CUSTOMER}-{chosen}")
    try:
        return (await cx.use(cx.services.customers.get, cx.actor, ref.number if ref else 0)).number
    except NotFound as e:
        raise NotFound(e.key, field="customer") from e


async def must_be_somebody(person: str | None, field: str, cx: Context) -> None:
    """Get to know somebody who was chosen. Raises NotFound where Slack knows nobody by that id."""
    met = await meet_people([person] if person else [], cx)
    if any(member.is_outsider and not member.name for member in met):
        raise NotFound("settings.problem.not_member", field=field)


def number_in(text: str) -> int | None:
    """Read a number that a button or a menu of ours gives; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def offset_in(text: str) -> int:
    """Read where the next page of a list begins. Raises NotFound where that is no place in a list."""
    offset = number_in(text)
    if offset is None:
        raise NotFound("list.problem.unknown")
    return offset
