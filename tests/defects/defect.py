"""A seeded defect: one small mistake in one place of the product, and the tests that are to go red with it."""

from dataclasses import dataclass
from pathlib import Path


class Misfit(Exception):
    """A defect whose text doesn't stand in exactly one place of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A mistake: in `file`, `text` becomes `broken`. `promise` is what no longer holds, `tests` are to notice."""

    name: str
    file: str
    text: str
    broken: str
    promise: str
    tests: tuple[str, ...]
    """What pytest takes: a file, or a test in it behind `::`."""

    def seed(self, checkout: Path) -> None:
        """Make the mistake in a checkout. Raises Misfit."""
        path = checkout / self.file
        right = path.read_text()
        if right.count(self.text) != 1 or self.text == self.broken:
            raise Misfit(f"{self.name}: {self.file} has its text {right.count(self.text)} times")
        path.write_text(right.replace(self.text, self.broken))
