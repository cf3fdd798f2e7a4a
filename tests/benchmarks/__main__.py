"""`python -m tests.benchmarks [names]`: measure, print, and write the table into the README beside this."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.findings import Benchmark, Finding, Size, write
from tests.benchmarks.suite import BENCHMARKS


async def measure(names: Sequence[str]) -> list[Finding]:
    """Run benchmarks one after the other; print what each finds, and write it down at once."""
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="stafet-benchmarks-") as folder:
        for name in names:
            found = await one(name, BENCHMARKS[name], Path(folder))
            write(found)
            findings += found
    return findings


async def one(name: str, benchmark: Benchmark, folder: Path) -> Sequence[Finding]:
    """Run one benchmark."""
    began = time.monotonic()
    findings = await benchmark(Size(), folder)
    print(f"{name} ({time.monotonic() - began:.0f} s)")
    for finding in findings:
        print("  " + finding.row, flush=True)
    return findings


def main(arguments: Sequence[str]) -> int:
    """Measure what was named, or all of it. Fails where a target isn't reached."""
    unknown = [name for name in arguments if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}")
        return 2
    findings = asyncio.run(measure(arguments or list(BENCHMARKS)))
    missed = [finding.what for finding in findings if not finding.is_reached]
    print("Not reached: " + "; ".join(missed) if missed else "Every target is reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
