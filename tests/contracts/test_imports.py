"""Who may import whom, as pyproject.toml says it; and that the gauges of our style stay in sight."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.checkout import ROOT

PACKAGES = ("bot", "handlers", "storage", "scheduler")
LONGEST = 400
"""Lines of a module past which it holds two things."""

PLAYGROUND = ROOT / "bot" / "playground"
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_the_import_contracts_hold() -> None:
    command = [sys.executable, str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_only_the_command_line_has_a_line_that_knows_of_the_playground() -> None:
    """A bot that runs meets it as it meets Slack: at an address."""
    told = {path for path in MODULES if "playground" in path.read_text().lower()}
    known = {str(path.relative_to(ROOT)) for path in told if PLAYGROUND not in path.parents}

    assert known <= {"bot/cli.py", "bot/demo.py", "bot/sample.py", "bot/doctor/tokens.py"}


def test_no_module_has_grown_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    exempt = {"storage/tables.py", "storage/migrations/versions/0001_main_job.py"}  # lists, read by looking up

    assert {name: length for name, length in lengths.items() if length > LONGEST and name not in exempt} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_runs_nothing(package: str) -> None:
    """Its `__init__` is empty or joins what its modules export; no engine, app or client is born at import."""
    tree = (ROOT / package / "__init__.py").read_text()

    assert "create_engine" not in tree
    assert "App(" not in tree
