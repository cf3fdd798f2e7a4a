"""Defects in what is kept, and in how it is run."""

from tests.defects.defect import Defect

KEEPING = (
    Defect(
        name="begin-deferred",
        file="storage/engine.py",
        text='"BEGIN IMMEDIATE"',
        broken='"BEGIN DEFERRED"',
        promise="no update is lost between two that write",
        tests=(
            "tests/storage/test_units_of_work.py::test_fifty_threads_lose_no_update_and_give_no_number_twice",
            "tests/storage/test_units_of_work.py::test_two_processes_wait_for_each_other",
        ),
    ),
    Defect(
        name="synchronous-off",
        file="storage/connections.py",
        text='"synchronous = FULL", "foreign_keys = ON"',
        broken='"synchronous = OFF", "foreign_keys = ON"',
        promise="what is committed survives a power cut",
        tests=("tests/storage/test_engine.py::test_sqlite_is_as_safe_as_it_can_be",),
    ),
    Defect(
        name="second-bot-on-the-file",
        file="storage/engine.py",
        text="fcntl.LOCK_EX | fcntl.LOCK_NB",
        broken="fcntl.LOCK_SH | fcntl.LOCK_NB",
        promise="a second bot on the same SQLite file is refused",
        tests=("tests/storage/test_engine.py::test_a_second_bot_is_kept_off_the_file",),
    ),
    Defect(
        name="migrations-without-lock",
        file="storage/migrate.py",
        text='        f"SELECT pg_advisory_xact_lock({_LOCK})",\n',
        broken="",
        promise="of replicas that start at once, one migrates and the others wait",
        tests=(
            "tests/contracts/test_migrations.py::test_four_processes_at_once_all_succeed",
            "tests/contracts/test_migrations.py::test_four_threads_at_once_all_succeed",
        ),
    ),
    Defect(
        name="timeline-entry-forgotten",
        file="bot/services/tasks.py",
        text="    uow.tasks.save(changed)\n    uow.timeline.add(entry)\n    put_card(uow, changed, now)\n",
        broken="    uow.tasks.save(changed)\n    put_card(uow, changed, now)\n",
        promise="every change of a task stands in its timeline",
        tests=(
            "tests/stories/test_tasks.py::test_undo_is_over_once_somebody_else_has_touched_the_task",
            "tests/stories/test_tasks.py::test_move_keeps_the_first_promise_and_the_reason",
        ),
    ),
    Defect(
        name="fail-points-in-production",
        file="bot/settings.py",
        text='            "STAFET_FAIL_POINT": bool(self.stafet_fail_point),\n',
        broken="",
        promise="no fail point can be armed in production",
        tests=("tests/cli/test_fail_point_setting.py",),
    ),
)
