"""An export as CSV holds nothing that a spreadsheet computes; as JSON lines it holds what people wrote."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export import write
from storage.exports import EXPORTS

SIGNS = "=+-@＝＋－＠"
BLANKS = ["", " ", "\t", "\r", "\n", "\u00a0", "\u200b", "\ufeff", "\u202e", "  \n ", "\x01"]
formulas = st.builds("".join, st.tuples(st.sampled_from(BLANKS), st.sampled_from(SIGNS), st.text(max_size=10)))
words = formulas | st.text(max_size=10)


def written(row: dict[str, Any], format: str) -> str:
    told = io.StringIO(newline="")
    write([row], row.keys(), told, format=format)
    return told.getvalue()


def is_computed(cell: str) -> bool:
    """Tell whether any spreadsheet would compute a cell, also one that passes over blanks and unseen signs."""
    seen = cell.lstrip("".join(BLANKS))
    return cell.startswith(("\t", "\r")) or seen.startswith(tuple(SIGNS))


@given(st.dictionaries(st.sampled_from(["title", "customer", "channel", "comment"]), words, min_size=1))
def test_no_cell_begins_like_a_formula(row: dict[str, str]) -> None:
    _, cells = csv.reader(io.StringIO(written(row, "csv"), newline=""))
    assert not [cell for cell in cells if is_computed(cell)]
    assert all(cell in (word, f"'{word}") for cell, word in zip(cells, row.values(), strict=True))


@given(st.dictionaries(st.sampled_from(["title", "customer", "channel", "comment"]), words, min_size=1))
def test_json_lines_hold_the_words_themselves(row: dict[str, str]) -> None:
    assert json.loads(written(row, "jsonl")) == row


@given(st.lists(words, max_size=3), st.dictionaries(words, words, max_size=2))
def test_lists_and_details_are_no_formulas_either(people: list[str], data: dict[str, str]) -> None:
    _, cells = csv.reader(io.StringIO(written({"people": people, "data": data}, "csv"), newline=""))
    assert not [cell for cell in cells if is_computed(cell)]


@pytest.mark.parametrize("word", ["T-1", "<@U1ANE> calls", "a=b", "#acme", "1-2", "'tis", "ö", "5", "😀"])
def test_ordinary_words_stay_as_they_are(word: str) -> None:
    assert written({"title": word}, "csv").splitlines()[1].strip('"') == word


@pytest.mark.parametrize("number", [-5, 0, 7])
def test_a_number_is_a_number(number: int) -> None:
    assert written({"answer": number}, "csv").splitlines()[1] == str(number)


def test_no_column_is_a_formula() -> None:
    assert not [name for kind in EXPORTS.values() for name in kind.columns if is_computed(name)]
