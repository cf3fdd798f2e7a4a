"""The translator: what it says in each language, and what it refuses."""

from datetime import datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from bot.i18n.translator import LOCALES, Translator, Translators, read_catalog

TRANSLATORS = Translators()
LANGUAGES = TRANSLATORS.languages
AFTERNOON = datetime(2026, 10, 5, 15, 4)
LONGEST_TITLE = 24
"""Characters that Slack lets the title or a button of a form have."""

HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
ENGLISH = """
msgctxt "words"
msgid "done"
msgstr "done|finish"

msgid "only.english"
msgstr "Only here"

msgid "greeting"
msgstr "Hello {name}"

msgid "tasks.late"
msgid_plural "tasks.late"
msgstr[0] "One task of {name} is late"
msgstr[1] "{n} tasks of {name} are late"
"""
DANISH = """
msgctxt "words"
msgid "done"
msgstr " færdig | done |"

msgid "greeting"
msgstr "Hej {name}"
"""


@pytest.fixture
def small(tmp_path: Path) -> Translators:
    """Two small catalogs of our own."""
    for language, entries in {"en": ENGLISH, "da": DANISH}.items():
        path = tmp_path / f"{language}.po"
        path.write_text(HEADER.format(language=language) + entries, encoding="utf-8")
    return Translators(tmp_path)


@pytest.mark.usefixtures("small")
def test_a_language_that_nobody_wants_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "tr.po").write_bytes(b"\xff")

    assert Translators(tmp_path).of("en")("greeting", name="Mari") == "Hello Mari"


def test_placeholders_are_filled(small: Translators) -> None:
    assert small.of("en")("greeting", name="Mari") == "Hello Mari"
    assert small.of("da")("greeting", name="Mari") == "Hej Mari"


def test_braces_in_what_fills_a_placeholder_stay_as_they_are(small: Translators) -> None:
    assert small.of("en")("greeting", name="{name} {0}") == "Hello {name} {0}"


def test_a_placeholder_that_nothing_fills_is_an_error(small: Translators) -> None:
    with pytest.raises(KeyError, match="name"):
        small.of("en")("greeting", person="Mari")


def test_an_unknown_key_is_an_error_and_names_the_language(small: Translators) -> None:
    with pytest.raises(KeyError, match=r"da: only\.english"):
        small.of("da")("only.english")
    with pytest.raises(KeyError, match=r"da: tasks\.late"):
        small.of("da").count("tasks.late", 2)


def test_a_catalog_tells_what_it_has(small: Translators) -> None:
    assert small.of("en").has("only.english")
    assert not small.of("da").has("only.english")


def test_words_that_people_type_are_no_messages(small: Translators) -> None:
    assert not small.of("en").has("done")
    with pytest.raises(KeyError):
        small.of("en")("done")


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 tasks of Mari are late"), (1, "One task of Mari is late"), (7, "7 tasks of Mari are late")],
)
def test_a_number_chooses_the_plural(small: Translators, n: int, said: str) -> None:
    assert small.of("en").count("tasks.late", n, name="Mari") == said


def test_words_are_parted_and_stripped(small: Translators) -> None:
    assert small.of("da").words("done") == ("færdig", "done")


def test_a_meaning_without_words_has_none(small: Translators) -> None:
    assert small.of("da").words("move") == ()


def test_the_own_words_come_before_english_and_none_comes_twice(small: Translators) -> None:
    assert small.command_words("done", ("da", "en")) == ("færdig", "done", "finish")


@pytest.mark.parametrize("wanted", ["da", "da-DK", "da_DK", "DA", "da-DK-x-own"])
def test_a_region_means_its_language(wanted: str) -> None:
    assert TRANSLATORS.of(wanted).language == "da"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ((), "en"),
        ((None, None), "en"),
        (("", "tr"), "tr"),
        (("fi-FI",), "en"),
        (("fi-FI", "et-EE", "da"), "et"),
        (("en-US", "da"), "en"),
    ],
)
def test_the_first_language_that_there_is_wins_and_english_is_the_last_resort(
    wanted: tuple[str | None, ...], language: str
) -> None:
    assert TRANSLATORS.of(*wanted).language == language


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("en", "Monday, 5 October 2026", "15:04"),
        ("en-US", "Monday, 5 October 2026", "15:04"),
        ("da", "mandag den 5. oktober 2026", "15.04"),
        ("et", "esmaspäev, 5. oktoober 2026", "15:04"),
        ("tr", "5 Ekim 2026 Pazartesi", "15:04"),
    ],
)
def test_days_and_clock_times_are_written_as_the_language_does(language: str, day: str, clock: str) -> None:
    t = TRANSLATORS.of(language)
    assert (t.day(AFTERNOON), t.clock(AFTERNOON)) == (day, clock)


def test_a_time_in_full_reads_as_a_sentence_part() -> None:
    said = {
        t.language: t("time.in_full", day=t.day(AFTERNOON), clock=t.clock(AFTERNOON), zone="UTC")
        for t in map(TRANSLATORS.of, LANGUAGES)
    }
    assert said == {
        "en": "Monday, 5 October 2026 at 15:04 (UTC)",
        "da": "mandag den 5. oktober 2026 kl. 15.04 (UTC)",
        "et": "esmaspäev, 5. oktoober 2026 kell 15:04 (UTC)",
        "tr": "5 Ekim 2026 Pazartesi, saat 15:04 (UTC)",
    }


# --- the catalogs themselves ---


def entries(t: Translator) -> dict[tuple[str, str], Message]:
    """Return what a catalog holds, by context and key."""
    return {
        (entry.context or "", _key(entry)): entry for entry in read_catalog(LOCALES / f"{t.language}.po") if entry.id
    }


def forms(entry: Message) -> tuple[str, ...]:
    """Return what an entry says: once, or once per plural."""
    return tuple(entry.string) if isinstance(entry.string, list | tuple) else (str(entry.string),)


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def _key(entry: Message) -> str:
    return str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_what_english_says(language: str) -> None:
    own, english = entries(TRANSLATORS.of(language)), entries(TRANSLATORS.of("en"))
    assert own.keys() == english.keys()
    assert [key for key in own if type(own[key].id) is not type(english[key].id)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_empty_or_unsure(language: str) -> None:
    own = entries(TRANSLATORS.of(language))
    assert [key for key, entry in own.items() if entry.fuzzy or not all(map(str.strip, forms(entry)))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    english = entries(TRANSLATORS.of("en"))
    for key, entry in entries(TRANSLATORS.of(language)).items():
        wanted = placeholders(forms(english[key])[-1])
        *singular, general = forms(entry)
        assert placeholders(general) == wanted or key[0] == "words", key
        assert all(wanted - {"n"} <= placeholders(form) <= wanted for form in singular), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_names_its_language_and_has_two_plurals(language: str) -> None:
    catalog = read_catalog(LOCALES / f"{language}.po")
    assert (str(catalog.locale), catalog.num_plurals, catalog.plural_expr) == (language, 2, "(n != 1)")


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_forms_and_buttons_fit(language: str) -> None:
    t = TRANSLATORS.of(language)
    titles = [str(entry.string) for (_, key), entry in entries(t).items() if key.startswith(("form.", "button."))]
    filled = [title.format_map(dict.fromkeys(placeholders(title), "T-12345")) for title in titles]
    assert [title for title in filled if len(title) > LONGEST_TITLE] == []
