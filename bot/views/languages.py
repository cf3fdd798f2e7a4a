"""Languages to choose from, each by its own name."""

from collections.abc import Sequence

from babel import Locale
from slack_sdk.models.blocks import Option, StaticSelectElement

from bot.views.fields import option

NO_LANGUAGE = "none"


def language_name(code: str) -> str:
    """Write a language as those who speak it do."""
    name = Locale.parse(code).get_language_name() or code
    return name[:1].upper() + name[1:]


def language_select(languages: Sequence[str], chosen: str | None, *, none: str | None = None) -> StaticSelectElement:
    """Offer the languages; `none` says what it means to choose none, where that can be chosen."""
    options: list[Option] = [option(NO_LANGUAGE, none)] if none else []
    options += [option(code, language_name(code)) for code in languages]
    initial = next((each for each in options if each.value == chosen), options[0])
    return StaticSelectElement(options=options, initial_option=initial)


def chosen_language(value: str) -> str | None:
    """Read back what was chosen."""
    return None if value in ("", NO_LANGUAGE) else value
