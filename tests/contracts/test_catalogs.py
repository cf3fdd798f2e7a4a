"""Words: every key that the code uses is in the catalogs, and every key of the catalogs is used."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Message

from bot.checkout import ROOT
from bot.i18n.translator import LOCALES, Translators, read_catalog

TRANSLATORS = Translators()
NUMBERS = (0, 1, 2, 5, 21)
KEY = re.compile(r"[a-z]\w*(\.\w+)+")
SAYS = {"t", "count", "has", "say", "told", "_told", "DomainError", "NotFound", "NotAllowed", "AlreadyDone"}


@cache
def trees() -> dict[str, ast.Module]:
    """Parse the code that says something to people."""
    folders = ("bot/views", "bot/services", "bot/domain", "bot/slack", "handlers", "scheduler")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in paths}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Walk through all of it."""
    return ((name, node) for name, tree in trees().items() for node in ast.walk(tree))


@cache
def keys(language: str = "en") -> dict[str, Message]:
    """List what a catalog says, but for words that people type."""
    said = [entry for entry in read_catalog(LOCALES / f"{language}.po") if entry.id and entry.context is None]
    return {entry.id[0] if isinstance(entry.id, tuple | list) else entry.id: entry for entry in said}


def called(node: ast.Call) -> str:
    """Name what is called."""
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def test_every_key_that_is_said_is_in_the_catalog() -> None:
    missing = set()
    for name, node in nodes():
        if isinstance(node, ast.Call) and called(node) in SAYS:
            literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            missing |= {(name, key) for key in literals if KEY.fullmatch(key) and key not in keys()}

    assert missing == set()


def test_every_key_of_the_catalog_is_used() -> None:
    literals = {node.value for _, node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    patterns = [pattern for _, node in nodes() if isinstance(node, ast.JoinedStr) and (pattern := _pattern(node))]

    unused = {key for key in keys() if key not in literals and not any(p.fullmatch(key) for p in patterns)}

    assert unused == set()


def _pattern(node: ast.JoinedStr) -> re.Pattern[str] | None:
    """Turn `f"timeline.{entry.happened}"` into what it may become; anything that begins with a value is none."""
    first = node.values[0]
    if not (isinstance(first, ast.Constant) and re.fullmatch(r"[a-z]\w*(\.\w+)*\.?\w*", str(first.value))):
        return None
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values]
    return re.compile("".join(parts)) if "." in "".join(parts) else None


@pytest.mark.parametrize("language", TRANSLATORS.languages)
@pytest.mark.parametrize("n", NUMBERS)
def test_a_counted_sentence_reads_with_any_number(language: str, n: int) -> None:
    t = TRANSLATORS.of(language)
    counted = {key: entry.string for key, entry in keys(language).items() if isinstance(entry.id, tuple | list)}
    for key, (one, many) in counted.items():
        others = dict.fromkeys(re.findall(r"\{(\w+)\}", one + many), "x") | {"n": n}
        del others["n"]
        assert t.count(key, n, **others) == (one if n == 1 else many).format_map(others | {"n": n})
    assert counted


def test_no_sentence_for_people_stands_in_the_code() -> None:
    """Look for what reads like words: two or more after a capital letter, handed to a block or a reply."""
    shown = {"section", "context", "header", "button", "Message", "option", "field", "form", "text_input", "plain"}
    found = set()
    for name, node in nodes():
        if isinstance(node, ast.Call) and called(node) in shown:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            said = [arg.value for arg in arguments if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            found |= {(name, words) for words in said if re.search(r"[A-ZÆØÅÕÄÖÜ]\w+|\w+ \w+", words)}

    assert found == set()
