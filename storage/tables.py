"""Every table, scoped by workspace; the constraints say what may never happen.

A change here wants a migration: `tests/contracts/test_migrations.py` compares the two.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, UTC in the database; a naive one is refused.

    SQLite's text is written and read here at one go: every row has several, and step by step each took 5 times as long.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant wants a time zone")
    return at.astimezone(UTC)


def _written(at: datetime | None) -> str | None:
    if at is None:
        return None
    at = _in_utc(at)
    return datetime.combine(at, at.time()).isoformat(" ", "microseconds")  # sooner than to replace the zone


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _workspace() -> Column[str]:
    return Column("workspace", String(32), nullable=False)


def _slack_id(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, String(64), nullable=nullable)


def _number(name: str = "number", *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=nullable, autoincrement=False)


def _scoped(*columns: str, name: str) -> ForeignKeyConstraint:
    """Point at another table's number within the same workspace."""
    return ForeignKeyConstraint(["workspace", *columns], [f"{name}.workspace", f"{name}.number"])


def _index_of(rows: TextClause, name: str, *columns: str) -> Index:
    """Index only some rows; a statement that is to read it says the same words."""
    return Index(name, *columns, sqlite_where=rows)


@event.listens_for(metadata, "before_create")
def tell_postgres(*_: object, **_named: object) -> None:
    """Say to PostgreSQL too which rows an index holds: said at once, a bot on SQLite loads its dialect at the start."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if "sqlite_where" in index.kwargs:
            index.kwargs["postgresql_where"] = index.kwargs["sqlite_where"]


workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    _slack_id("bot_user", nullable=False),
    _slack_id("bot_id", nullable=False),
    Column("language", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("hours", Text, nullable=False),
    Column("holidays", String(16), nullable=False),
    _slack_id("lead"),
    _slack_id("team_channel"),
    Column("answering", String(16), nullable=False),
    Column("task_emoji", String(64), nullable=False),
    Column("done_emoji", String(64), nullable=False),
    Column("feedback_delay", Integer, nullable=False),
    Column("feedback_window", Integer, nullable=False),
    Column("daily_cap", Integer, nullable=False),
)

members = Table(
    "members",
    metadata,
    _workspace(),
    _slack_id("id", nullable=False),
    Column("name", Text, nullable=False),
    Column("handle", Text, nullable=False),
    Column("language", String(16)),
    Column("zone", String(64)),
    Column("own_language", String(16)),
    Column("own_hours", Text),
    Column("away_from", Date),
    Column("away_until", Date),
    _slack_id("substitute"),
    Column("is_admin", Boolean, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_outsider", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_gone", Boolean, nullable=False),
    _slack_id("dm_channel"),
    PrimaryKeyConstraint("workspace", "id"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    Index(None, "workspace", "handle"),
)

channels = Table(
    "channels",
    metadata,
    _workspace(),
    _slack_id("id", nullable=False),
    Column("name", Text, nullable=False),
    Column("is_shared", Boolean),
    Column("is_private", Boolean, nullable=False),
    Column("is_member", Boolean, nullable=False),
    Column("is_dm", Boolean, nullable=False),
    Column("checked_at", Instant),
    PrimaryKeyConstraint("workspace", "id"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
)

counters = Table(
    "counters",
    metadata,
    _workspace(),
    Column("noun", String(1), nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "noun"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
)

customers = Table(
    "customers",
    metadata,
    _workspace(),
    _number(),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("language", String(16)),
    _slack_id("owner"),
    _slack_id("channel"),
    _slack_id("shared_channel"),
    PrimaryKeyConstraint("workspace", "number"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    UniqueConstraint("workspace", "folded"),
    UniqueConstraint("workspace", "channel"),
    UniqueConstraint("workspace", "shared_channel"),
)

contacts = Table(
    "contacts",
    metadata,
    _workspace(),
    _number("customer"),
    _slack_id("member", nullable=False),
    Column("place", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "customer", "member"),
    _scoped("customer", name="customers"),
)

handoffs = Table(
    "handoffs",
    metadata,
    _workspace(),
    _number(),
    Column("state", String(16), nullable=False),
    _number("customer", nullable=True),
    _slack_id("giver", nullable=False),
    _slack_id("receiver"),
    Column("promised", Text, nullable=False),
    Column("situation", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("watch_out", Text, nullable=False),
    Column("changes_owner", Boolean, nullable=False),
    Column("receiver_words", Text),
    Column("receiver_due_at", Instant),
    Column("question", Text),
    Column("reason", Text),
    Column("offered_at", Instant),
    Column("accepted_at", Instant),
    Column("returned_at", Instant),
    Column("reminded_at", Instant),
    Column("created_at", Instant, nullable=False),
    _slack_id("asked_in"),
    Column("source_channel", String(64)),
    Column("source_ts", String(32)),
    Column("source_thread_ts", String(32)),
    Column("source_text", Text),
    Column("source_permalink", Text),
    Column("is_private", Boolean, nullable=False),
    Column("next_check_at", Instant),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "number"),
    _scoped("customer", name="customers"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    UniqueConstraint("workspace", "source_channel", "source_ts"),
    CheckConstraint("state IN ('draft', 'offered', 'accepted', 'returned')", name="state"),
    CheckConstraint("state = 'draft' OR receiver IS NOT NULL", name="offer_has_receiver"),
    CheckConstraint("(state = 'accepted') = (accepted_at IS NOT NULL)", name="accepted_has_time"),
    CheckConstraint("state IN ('draft', 'offered') OR next_check_at IS NULL", name="silent_when_over"),
    Index("ix_handoffs_due", "next_check_at"),
    Index(None, "workspace", "receiver", "state"),
    Index(None, "workspace", "giver", "state"),
)

ONGOING = text("state IN ('open', 'blocked', 'waiting')")
FOLLOW_UP = text("origin = 'feedback'")

tasks = Table(
    "tasks",
    metadata,
    _workspace(),
    _number(),
    Column("title", Text, nullable=False),
    Column("state", String(16), nullable=False),
    _number("customer", nullable=True),
    _slack_id("author", nullable=False),
    _slack_id("assignee", nullable=False),
    Column("priority", String(16), nullable=False),
    Column("watchers", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("given_at", Instant),
    Column("first_due_at", Instant),
    Column("due_at", Instant),
    Column("due_wall", DateTime),
    Column("due_zone", String(64)),
    Column("done_at", Instant),
    Column("reason", Text),
    Column("waiting_since", Instant),
    Column("told", String(64), nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("snoozed_until", Instant),
    Column("origin", String(16), nullable=False),
    _slack_id("asked_in"),
    Column("source_channel", String(64)),
    Column("source_ts", String(32)),
    Column("source_thread_ts", String(32)),
    _slack_id("source_author"),
    Column("source_text", Text),
    Column("source_permalink", Text),
    Column("source_fate", String(16)),
    Column("is_private", Boolean, nullable=False),
    Column("is_undone", Boolean, nullable=False),
    _number("handoff", nullable=True),
    Column("next_check_at", Instant),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "number"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    _scoped("customer", name="customers"),
    _scoped("handoff", name="handoffs"),
    UniqueConstraint("workspace", "source_channel", "source_ts"),
    CheckConstraint("state IN ('open', 'blocked', 'waiting', 'done', 'cancelled')", name="state"),
    CheckConstraint("due_at IS NULL OR first_due_at IS NOT NULL", name="first_promise_is_kept"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
    CheckConstraint("state NOT IN ('done', 'cancelled', 'waiting') OR next_check_at IS NULL", name="silent_when_over"),
    Index("ix_tasks_due", "next_check_at"),
    _index_of(ONGOING, "ix_tasks_of_assignee", "workspace", "assignee", "due_at", "number"),
    _index_of(ONGOING, "ix_tasks_of_customer", "workspace", "customer", "due_at", "number"),
    _index_of(ONGOING, "ix_tasks_by_due", "workspace", "due_at", "number"),
    _index_of(FOLLOW_UP, "ix_tasks_follow_ups", "workspace", "customer"),
    _index_of(text("handoff IS NOT NULL"), "ix_tasks_of_handoff", "workspace", "handoff", "number"),
    Index(None, "workspace", "state", "due_at"),
)

handoff_tasks = Table(
    "handoff_tasks",
    metadata,
    _workspace(),
    _number("handoff"),
    _number("task"),
    PrimaryKeyConstraint("workspace", "handoff", "task"),
    _scoped("handoff", name="handoffs"),
    _scoped("task", name="tasks"),
)

notices = Table(
    "notices",
    metadata,
    _workspace(),
    _number(),
    _number("task"),
    Column("state", String(16), nullable=False),
    Column("text", Text, nullable=False),
    _slack_id("drafted_for", nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    _slack_id("sent_by"),
    PrimaryKeyConstraint("workspace", "number"),
    _scoped("task", name="tasks"),
)

prompts = Table(
    "prompts",
    metadata,
    _workspace(),
    _number(),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("question", Text, nullable=False),
    _slack_id("person", nullable=False),
    Column("is_contact", Boolean, nullable=False),
    _slack_id("asked_by"),
    Column("about", String(16)),
    _number("customer", nullable=True),
    _slack_id("credited"),
    _slack_id("channel"),
    Column("ask_at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("answered_at", Instant),
    Column("answer", Integer),
    Column("comment", Text),
    Column("reason", String(32)),
    _number("follow_up", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("next_check_at", Instant),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "number"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    _scoped("customer", name="customers"),
    _scoped("follow_up", name="tasks"),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answer_has_time"),
    Index("ix_prompts_due", "next_check_at"),
    Index(None, "workspace", "person", "state"),
    Index(None, "workspace", "about"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _workspace(),
    Column("about", String(16), nullable=False),
    Column("happened", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    _slack_id("by"),
    Column("data", JSON, nullable=False),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    Index(None, "workspace", "about", "id"),
)

inbox = Table(
    "inbox",
    metadata,
    _workspace(),
    Column("key", String(255), nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace", "key"),
    Index(None, "received_at"),
)

errands = Table(
    "errands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _workspace(),
    Column("kind", String(32), nullable=False),
    Column("params", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("run_at", Instant, nullable=False),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    Index(None, "run_at"),
    sqlite_autoincrement=True,  # an id is never given out twice: a late settle must not meet a newer row
)

lanes = Table(
    "lanes",
    metadata,
    _workspace(),
    _slack_id("lane", nullable=False),
    Column("due_at", Instant),
    Column("free_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("fence", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "lane"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
    Index(None, "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _workspace(),
    _slack_id("lane", nullable=False),
    Column("saying", String(32), nullable=False),
    Column("about", String(16), nullable=False),
    _slack_id("person"),
    Column("key", String(255), nullable=False),
    Column("params", JSON, nullable=False),
    Column("state", String(16), nullable=False, default=text("'new'")),
    Column("reason", String(255)),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=text("0")),
    Column("attempted_at", Instant),
    Column("token", String(36), nullable=False),
    Column("may_repeat", Boolean, nullable=False, default=false()),
    _slack_id("channel"),
    Column("ts", String(32)),
    Column("sent_at", Instant),
    ForeignKeyConstraint(["workspace", "lane"], ["lanes.workspace", "lanes.lane"]),
    UniqueConstraint("workspace", "key"),
    CheckConstraint(
        "state IN ('new', 'sending', 'unknown', 'sent', 'dropped', 'expired', 'dead')",
        name="state",
    ),
    Index(None, "workspace", "lane", "state", "due_at"),
    Index(None, "state", "attempted_at"),
    Index(None, "workspace", "person", "sent_at"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    _workspace(),
    Column("about", String(16), nullable=False),
    Column("role", String(32), nullable=False),
    _slack_id("channel", nullable=False),
    Column("ts", String(32), nullable=False),
    _slack_id("person"),
    Column("due_at", Instant),
    PrimaryKeyConstraint("workspace", "about", "role"),
    Index(None, "workspace", "channel", "ts"),
    ForeignKeyConstraint(["workspace"], ["workspaces.id"]),
)
