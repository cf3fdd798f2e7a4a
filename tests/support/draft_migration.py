"""Draft a migration from what `storage/tables.py` says and the migrations don't.

    python -m tests.support.draft_migration 0002 "playbooks"        one more
    python -m tests.support.draft_migration 0001 "main job" --anew   write the first one again (before a release only)

Read what it wrote: a renamed column looks like one dropped and one added, CHECK constraints aren't compared.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from storage.engine import Database
from storage.migrate import MIGRATIONS, config, upgrade
from storage.tables import tell_postgres


def main() -> None:
    """Write the file and format it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("number")
    arguments.add_argument("message")
    arguments.add_argument("--anew", action="store_true")
    asked = arguments.parse_args()
    path = MIGRATIONS / "versions" / f"{asked.number}_{asked.message.replace(' ', '_')}.py"
    if asked.anew:
        path.unlink(missing_ok=True)
    draft(asked.number, asked.message, anew=asked.anew)
    tidy(path)
    print(path)


def draft(number: str, message: str, *, anew: bool) -> None:
    """Let Alembic compare an empty, migrated database with the tables."""
    tell_postgres()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.db")
        if not anew:
            upgrade(database)
        with database.migrating(1) as connection:
            settings = config(connection)
            settings.attributes["batch"] = not anew
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(settings, message, autogenerate=True, rev_id=number)
        database.close()


def tidy(path: Path) -> None:
    """Take Alembic's remarks out and format."""
    lines = [line for line in path.read_text().splitlines() if "### " not in line]
    path.write_text("\n".join(lines) + "\n")
    for step in (["format"], ["check", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, "-q", str(path)], check=True)


if __name__ == "__main__":
    main()
