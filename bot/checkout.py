"""Files beside the packages: Stafet runs from its checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "manifest.yml"
