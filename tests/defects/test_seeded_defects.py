"""Every seeded defect still fits the product, and names tests that there are."""

import ast
from pathlib import Path

import pytest

from bot.checkout import ROOT
from tests.defects.defect import Defect, Misfit
from tests.defects.seeded import DEFECTS

every_defect = pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)


@every_defect
def test_a_defect_fits_into_exactly_one_place_and_is_still_python(defect: Defect, tmp_path: Path) -> None:
    copy = tmp_path / defect.file
    copy.parent.mkdir(parents=True)
    copy.write_text((ROOT / defect.file).read_text())
    defect.seed(tmp_path)
    ast.parse(copy.read_text())


@every_defect
def test_a_defect_names_tests_that_there_are(defect: Defect) -> None:
    assert defect.tests
    for path, _, name in (test.partition("::") for test in defect.tests):
        assert f"def {name}" in (ROOT / path).read_text()


def test_a_defect_that_fits_nowhere_or_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\nx = 1\n")
    for text in ("x = 1", "y = 1"):
        with pytest.raises(Misfit, match=r"a\.py"):
            Defect(name="d", file="a.py", text=text, broken="", promise="", tests=()).seed(tmp_path)


def test_there_are_enough_of_them_and_no_two_are_called_alike() -> None:
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) >= 20
