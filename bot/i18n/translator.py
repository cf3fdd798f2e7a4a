"""Words: one catalog per language, read when first wanted. Nothing is formatted without a locale.

A catalog is a gettext `.po` file whose message ids are keys. Entries with the context `words` are words that
people type, alternatives parted by `|`.
"""

import gettext
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
FALLBACK = "en"
_WRITTEN_AS = {"en": "en_GB"}


class Translator:
    """Say things in one language."""

    def __init__(self, language: str, path: Path) -> None:
        catalog = read_catalog(path)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        self.language = language
        self.locale = Locale.parse(_WRITTEN_AS.get(language, language))
        self._messages = gettext.GNUTranslations(compiled)
        self._words = {str(entry.id): _alternatives(str(entry.string)) for entry in catalog if entry.context == "words"}

    def __call__(self, key: str, **params: object) -> str:
        """Say what a key means; `params` fill its placeholders. Raises KeyError for an unknown key."""
        said = self._messages.gettext(key)
        if said == key:
            raise KeyError(f"{self.language}: {key}")
        return said.format_map(params) if params else said

    def count(self, key: str, n: int, **params: object) -> str:
        """Say it with a number: `{n}` and the plural that the language wants."""
        said = self._messages.ngettext(key, key, n)
        if said == key:
            raise KeyError(f"{self.language}: {key}")
        return said.format_map({"n": n, **params})

    def words(self, key: str) -> tuple[str, ...]:
        """List the words that people may type for a thing."""
        return self._words.get(key, ())

    def has(self, key: str) -> bool:
        """Tell whether the catalog knows a key."""
        return self._messages.gettext(key) != key

    def day(self, local: datetime) -> str:
        """Write a day in full, as the language does."""
        return format_date(local, format="full", locale=self.locale)

    def clock(self, local: datetime) -> str:
        """Write a clock time."""
        return format_time(local, format="short", locale=self.locale)

    def city(self, zone: str) -> str:
        """Name a time zone as people do: by its city."""
        return get_timezone_location(zone, locale=self.locale, return_city=True)


def read_catalog(path: Path) -> Catalog:
    """Read a catalog as it was written: four times as large as what a `Translator` keeps of it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _alternatives(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split("|") if word.strip())


class Translators:
    """Every language that there is a file for."""

    def __init__(self, folder: Path = LOCALES) -> None:
        self._paths = {path.stem: path for path in sorted(folder.glob("*.po"))}
        self._read: dict[str, Translator] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """List the languages, by code."""
        return tuple(self._paths)

    def of(self, *wanted: str | None) -> Translator:
        """Get the translator of the first language that there is; `da-DK` means Danish. English is the last resort."""
        codes = (language.replace("_", "-").split("-")[0].lower() for language in wanted if language)
        code = next((code for code in codes if code in self._paths), FALLBACK)
        if code not in self._read:
            self._read[code] = Translator(code, self._paths[code])
        return self._read[code]

    def command_words(self, key: str, languages: Iterable[str]) -> tuple[str, ...]:
        """List the words for a thing in several languages, the person's own first."""
        return tuple(dict.fromkeys(word for language in languages for word in self.of(language).words(key)))
