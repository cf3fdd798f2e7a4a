"""`python -m tests.defects [name…] [--whole]`: seed each defect in a copy of this checkout; the tests are to go red."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from bot.checkout import ROOT
from tests.defects.defect import Defect
from tests.defects.seeded import DEFECTS

AT_ONCE = 2
PATIENCE = 900
"""Seconds that the tests of one defect may take; the whole suite gets six times that."""
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".*_cache", "*.db*", ".env")
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - |$)", re.MULTILINE)


@dataclass(frozen=True)
class Outcome:
    """What became of one defect; `caught_by` is the first test that went red, "" where all stayed green."""

    defect: Defect
    caught_by: str
    seconds: float
    trouble: str = ""

    def __str__(self) -> str:
        found = self.caught_by or f"NOT CAUGHT{f' ({self.trouble})' if self.trouble else ''}"
        return f"{self.defect.name:34} {self.seconds:5.0f} s  {found}"


def try_out(defect: Defect, *, whole: bool) -> Outcome:
    """Seed a defect in a copy and run the tests that are to notice. Raises Misfit."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stafet-defect-") as folder:
        checkout = Path(folder, "checkout")
        shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
        defect.seed(checkout)
        tests = ("tests",) if whole else defect.tests
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
        environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
        limit = PATIENCE * 6 if whole else PATIENCE
        try:
            run = subprocess.run(
                command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome(defect, "", time.monotonic() - began, f"no end within {limit} s")
    red = FAILED.search(run.stdout) if run.returncode == 1 else None
    trouble = (
        ""
        if run.returncode in (0, 1)
        else f"pytest ended with {run.returncode}: {run.stdout[-300:]}{run.stderr[-300:]}"
    )
    return Outcome(defect, red[1] if red else "", time.monotonic() - began, trouble)


def chosen(names: Sequence[str]) -> list[Defect]:
    """Find defects by name; all of them where none is named."""
    known = {defect.name: defect for defect in DEFECTS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"no such defect: {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] or list(DEFECTS)


def main() -> int:
    """Try out defects, two at a time; 1 where one stayed green."""
    parser = argparse.ArgumentParser(prog="python -m tests.defects", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help="defects to seed; all of them where none is named")
    parser.add_argument("--whole", action="store_true", help="run the whole suite, not only the tests that are named")
    asked = parser.parse_args()
    outcomes = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tries = [pool.submit(try_out, defect, whole=asked.whole) for defect in chosen(asked.names)]
        for tried in as_completed(tries):
            print(tried.result(), flush=True)
            outcomes.append(tried.result())
    caught = sum(bool(outcome.caught_by) for outcome in outcomes)
    print(f"{caught} of {len(outcomes)} defects were caught, in {sum(one.seconds for one in outcomes):.0f} s of tests")
    return 0 if caught == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
