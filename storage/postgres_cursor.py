"""psycopg's cursor, minus what it says of every column of every result: that took as long as a wide SELECT itself.

SQLAlchemy looks at it once for each statement, and then knows. On its own, for psycopg takes long to import and
SQLite needs none.
"""

from collections.abc import Sequence
from typing import Any, overload

from psycopg import Column, Cursor


class LazyCursor(Cursor[tuple[Any, ...]]):
    """A cursor that describes a column when somebody looks at it."""

    @property
    def description(self) -> "Sequence[Column] | None":  # type: ignore[override]
        """The columns of the current result; None where it has none."""
        result = self.pgresult
        return _Columns(self, result.nfields) if result and result.nfields else None


class _Columns(Sequence[Column]):
    def __init__(self, cursor: LazyCursor, count: int) -> None:
        self._cursor = cursor
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Column: ...

    @overload
    def __getitem__(self, index: slice) -> list[Column]: ...

    def __getitem__(self, index: int | slice) -> Column | list[Column]:
        which = range(self._count)[index]
        return Column(self._cursor, which) if isinstance(which, int) else [Column(self._cursor, i) for i in which]
