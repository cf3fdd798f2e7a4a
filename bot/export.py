"""`python -m bot export`: rows on standard output, as JSON lines or CSV."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.i18n.translator import FALLBACK, Translators

FORMATS = ("jsonl", "csv")
_FORMULA = re.compile(
    r"[\t\r]|[\s\0-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)
"""How a cell begins that a spreadsheet computes; some pass over blanks and unseen signs, some read wide signs, too."""


def write(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], to: TextIO, *, format: str) -> None:
    """Write rows as they come, so that a table of any size fits into memory."""
    if format == "csv":
        _write_csv(rows, columns, to)
    else:
        for row in rows:
            to.write(json.dumps({name: _as_json(value) for name, value in row.items()}, ensure_ascii=False) + "\n")


def with_questions(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Put the words of the standard questions in, in English whoever was asked: only a person's own are stored."""
    t = Translators().of(FALLBACK)
    for row in rows:
        yield {**row, "question": row["question"] or t(f"feedback.question.{row['asked_of']}.{row['kind']}")}


def _write_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], to: TextIO) -> None:
    lines = csv.writer(to)
    lines.writerow(columns)
    lines.writerows([_as_cell(value) for value in row.values()] for row in rows)


def _as_json(value: Any) -> Any:
    return _instant(value) if isinstance(value, datetime) else value


def _as_cell(value: Any) -> str:
    """Write one cell. A spreadsheet would compute what begins like a formula, so an apostrophe goes before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        value = str(value).lower()
    cell = str(value)
    return f"'{cell}" if isinstance(value, str) and _FORMULA.match(cell) else cell


def _instant(at: datetime) -> str:
    """Write an instant in UTC: `2026-11-27T14:00:00Z`, with a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
