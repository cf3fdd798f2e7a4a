"""A crowd of open tasks: the first one recorded as people record it, the others its copies, each with its own times."""

import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.app import App, build
from bot.domain.commands import AddTask
from bot.domain.members import Actor, Channel, Member
from bot.domain.tasks import Due
from bot.domain.workspaces import Workspace
from bot.settings import read_settings
from storage.migrate import upgrade
from storage.tables import tasks
from tests.benchmarks.load import CHANNEL, PERSON, TEAM

PEOPLE = 20_000
ME = "U7"
"""Somebody with one task in 20,000: fifty of a million."""


def stafet(address: str) -> App:
    """Build Stafet on a database, with a workspace, a person and a channel in it; nothing of it is started."""
    app = build(read_settings(env_file=None, slack_bot_token="xoxb-bench", database_url=address))
    upgrade(app.database)
    app.services.upkeep.install(Workspace(id=TEAM, name="Bench", bot_user="U0BOT", bot_id="B0BOT"))
    people = [Member(id=id, name=id, zone="Europe/Copenhagen", own_hours=ALWAYS) for id in (PERSON, "U0BO", ME)]
    app.services.people.learn(TEAM, people)
    with app.store.work(TEAM) as uow:
        for person in people:
            uow.members.save(person)
    keep_channel(app, CHANNEL)
    return app


ALWAYS = "mon-sun 00:00-24:00"


def keep_channel(app: App, id: str) -> None:
    """Know a channel: the bot is in it, and no outsider."""
    app.services.people.learn_channel(TEAM, Channel(id=id, name=id.lower(), is_shared=False, is_member=True))


def actor(channel: str = CHANNEL) -> Actor:
    """Somebody who does something in a channel."""
    return Actor(workspace=TEAM, member=PERSON, channel=channel)


def add_task(app: App, title: str, *, due_in: timedelta | None, channel: str = CHANNEL) -> None:
    """Record a task as a command does."""
    due = Due(at=app.clock.now() + due_in) if due_in else None
    app.services.tasks.add(actor(channel), AddTask(title=title, assignee=PERSON, due=due, asked_in=channel))


def fill(app: App, count: int) -> None:
    """Have so many open tasks that want no look for a month, 20,000 people's."""
    add_task(app, "Send the offer", due_in=timedelta(days=60))
    own = {
        "number": "one.n",
        "assignee": f"'U' || (one.n % {PEOPLE})",
        "due_at": _later(app, "tasks.due_at"),
        "first_due_at": _later(app, "tasks.first_due_at"),
        "next_check_at": _later(app, "tasks.next_check_at"),
    }
    names = [column.name for column in tasks.columns]
    values = ", ".join(own.get(name, f"tasks.{name}") for name in names)
    series = (
        f"WITH RECURSIVE one(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM one WHERE n < {count})"
        if app.database.is_sqlite
        else f"WITH one AS (SELECT n FROM generate_series(2, {count}) AS n)"
    )
    with app.database.writing() as connection:
        if not app.database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(
            text(f"INSERT INTO tasks ({', '.join(names)}) {series} SELECT {values} FROM one, tasks WHERE number = 1")
        )
        connection.execute(text(f"UPDATE counters SET last = {count} WHERE noun = 'T'"))
    silence(app)
    if not app.database.is_sqlite:
        with app.database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE tasks"))


def make_due(app: App, first: int, last: int) -> None:
    """Let the tasks of these numbers fall due within the last five seconds, while nobody was there."""
    now = app.clock.now()
    with app.store.work(TEAM) as uow:
        connection = uow.tasks._connection
        for number in range(first, last + 1):
            due = now - timedelta(seconds=5 * (last - number) / max(1, last - first))
            mine = (tasks.c.workspace == TEAM, tasks.c.number == number)
            connection.execute(tasks.update().where(*mine).values(due_at=due, next_check_at=due, told="heads_up"))


def silence(app: App) -> None:
    """Let nothing wait to be sent."""
    with app.database.writing() as connection:
        connection.execute(text("DELETE FROM outbox"))
        connection.execute(text("UPDATE lanes SET due_at = NULL"))


def crowd(folder: Path, count: int) -> App:
    """Build Stafet on a SQLite file with so many open tasks; within one run it is made once and copied."""
    template = folder / f"crowd-{count}.db"
    if not template.exists():
        made = stafet(f"sqlite:///{template}")
        fill(made, count)
        made.database.close()
    return stafet(f"sqlite:///{template}")


def copied(folder: Path, count: int, name: str) -> Path:
    """Copy such a file."""
    app = crowd(folder, count)
    app.database.close()
    return Path(shutil.copy(folder / f"crowd-{count}.db", folder / name))


def _later(app: App, column: str) -> str:
    if app.database.is_sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {column}, '+' || one.n || ' seconds')"
    return f"{column} + one.n * interval '1 second'"
