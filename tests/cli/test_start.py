"""A start is quick: nothing is imported that a bot which runs has no use for, and its garbage collector rests."""

import subprocess
import sys

from bot.checkout import ROOT
from tests.cli.conftest import Stafet

OF_NO_USE = ("alembic", "holidays", "yaml", "psycopg", "sqlalchemy.dialects.postgresql")
FOR_OTHER_COMMANDS = ("bot.demo", "bot.doctor", "bot.playground")


def told_by(code: str, **settings: str) -> str:
    """Run Python in a fresh process, in the current folder; get what it says."""
    environment = {"PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_bot_imports_nothing_that_it_has_no_use_for(stafet: Stafet) -> None:
    database = "sqlite:///stafet.db"
    assert stafet("db", "upgrade", DATABASE_URL=database).exit_code == 0
    looks = "import sys; from bot.cli import main; main(['db', 'check'], standalone_mode=False); print(*sys.modules)"

    imported = told_by(looks, DATABASE_URL=database).split()

    assert "bot.app" in imported
    assert [name for name in imported if name.startswith((*OF_NO_USE, *FOR_OTHER_COMMANDS))] == []


def test_the_garbage_collector_leaves_alone_what_was_imported() -> None:
    runs = """
import atexit, gc, runpy, sys
atexit.register(lambda: print("\\n", gc.isenabled(), gc.get_freeze_count() > len(gc.get_objects())))
sys.argv[1:] = ["fail-points"]
runpy.run_module("bot", run_name="__main__")
"""
    assert told_by(runs).split()[-2:] == ["True", "True"]
