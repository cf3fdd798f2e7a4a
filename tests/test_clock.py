"""People's time may be shifted by a file that somebody writes while it is read."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import ShiftedClock

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("meanwhile", ["", "  \n", "-", "soon", "nan"])
def test_an_offset_that_is_being_written_keeps_the_last_one(tmp_path: Path, meanwhile: str) -> None:
    file = tmp_path / "offset"
    file.write_text("-86400")
    clock = ShiftedClock(file)
    clock.now()
    file.write_text(meanwhile)
    shift = clock.now() - clock.machine_now()
    assert abs(shift + timedelta(days=1)) < MINUTE


def test_a_file_that_is_not_there_shifts_nothing(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "offset")
    assert abs(clock.now() - clock.machine_now()) < MINUTE
