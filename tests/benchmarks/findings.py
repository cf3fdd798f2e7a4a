"""Findings: ratios measured side by side, each with its target, and the table that they make."""

import platform
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from tests.benchmarks.servers import Server

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One ratio. `target` None: it has none and is told for comparison. `at_least`: the more the better."""

    what: str
    ratio: float
    target: float | None = None
    at_least: bool = False
    figures: str

    @property
    def is_reached(self) -> bool:
        """Tell whether the target is met."""
        if self.target is None:
            return True
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    @property
    def verdict(self) -> str:
        """Say it in a word."""
        if self.target is None:
            return "–"
        return "reached" if self.is_reached else "**not reached**"

    @property
    def row(self) -> str:
        """Write it as a line of the table."""
        sign = "≥" if self.at_least else "≤"
        wanted = "–" if self.target is None else f"{sign} {self.target:g}"
        return f"| {self.what} | {self.ratio:.2f} | {wanted} | {self.verdict} | {self.figures} |"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: all of it, or just so much that a test sees it run."""

    is_quick: bool = False

    def of(self, full: int, quick: int) -> int:
        """Choose a count."""
        return quick if self.is_quick else full


Benchmark = Callable[[Size, Path], Awaitable[Sequence[Finding]]]
Measure = Callable[[Server], Awaitable[float]]


async def side_by_side(servers: Sequence[Server], measure: Measure, *, rounds: int) -> dict[str, float]:
    """Measure each server in turn, round after round; give the median of each by name."""
    seen: dict[str, list[float]] = {server.name: [] for server in servers}
    for _ in range(rounds):
        for server in servers:
            seen[server.name].append(await measure(server))
    return {name: statistics.median(values) for name, values in seen.items()}


def write(findings: Sequence[Finding]) -> None:
    """Put what was found into the README; what wasn't measured anew keeps its line."""
    text = README.read_text()
    README.write_text(with_table(text, machine(), {finding.what: finding.row for finding in findings}))


def with_table(text: str, measured_on: str, rows: Mapping[str, str]) -> str:
    """Put rows, by what they are about, into the table between the marks."""
    head, _, rest = text.partition(BEGIN)
    old, _, tail = rest.partition(END)
    lines = {_about(line): line for line in old.splitlines() if line.startswith("| ")}
    lines = {what: line for what, line in lines.items() if what not in ("what", "---")} | dict(rows)
    table = ["| what | ratio | target | | figures |", "| --- | --- | --- | --- | --- |", *lines.values()]
    return f"{head}{BEGIN}\n{measured_on}\n\n" + "\n".join(table) + f"\n{END}{tail}"


def machine() -> str:
    """Say on what it was measured, without saying where."""
    memory = psutil.virtual_memory().total / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return (
        f"Last measured {datetime.now(UTC):%Y-%m-%d} on {psutil.cpu_count()} cores, {memory:.0f} GB, {system}, "
        f"Python {platform.python_version()}."
    )


def _about(line: str) -> str:
    return line.split("|")[1].strip()
