"""Every benchmark still runs; what it finds with such small counts means nothing."""

from pathlib import Path

import pytest

from tests.benchmarks.findings import BEGIN, END, README, Size, with_table
from tests.benchmarks.suite import BENCHMARKS

WITH_NODE = ("postgres",)


@pytest.mark.parametrize("name", BENCHMARKS)
async def test_a_benchmark_runs_and_finds_a_ratio(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.node.packages", no_packages)
    findings = await BENCHMARKS[name](Size(is_quick=True), tmp_path)
    assert findings or name in WITH_NODE
    assert all(finding.ratio > 0 and finding.figures for finding in findings)


def test_what_is_measured_anew_replaces_its_line_and_no_other() -> None:
    text = f"# Title\n{BEGIN}\nold\n\n| what | ratio |\n| --- | --- |\n| one | 1 |\n| two | 2 |\n{END}\nrest\n"
    assert with_table(text, "new", {"two": "| two | 3 |"}).splitlines() == [
        "# Title", BEGIN, "new", "", "| what | ratio | target | | figures |", "| --- | --- | --- | --- | --- |",
        "| one | 1 |", "| two | 3 |", END, "rest",
    ]  # fmt: skip


def test_the_readme_has_a_place_for_the_table() -> None:
    assert README.read_text().count(BEGIN) == README.read_text().count(END) == 1


async def no_packages() -> None:
    """Find no Node: to install packages has no place in a test."""
