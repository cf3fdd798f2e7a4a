"""Timers: the upkeep comes soon after every start."""

from datetime import UTC, datetime, timedelta

from scheduler.timers import Timers


async def audit() -> None:
    """Do nothing."""


async def upkeep() -> None:
    """Do nothing."""


def test_a_bot_that_is_started_anew_every_day_is_kept_up_too() -> None:
    timers = Timers(lambda: None, audit, upkeep, seconds=5)
    (job,) = (job for job in timers._scheduler.get_jobs() if job.args == (upkeep,))
    assert job.next_run_time < datetime.now(UTC) + timedelta(hours=1)
