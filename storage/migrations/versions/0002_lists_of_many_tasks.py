"""lists of many tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_workspace_assignee_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_tasks_workspace_customer_state_due_at"))
        batch_op.create_index(
            "ix_tasks_by_due",
            ["workspace", "due_at", "number"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
            postgresql_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
        )
        batch_op.create_index(
            "ix_tasks_follow_ups",
            ["workspace", "customer"],
            unique=False,
            sqlite_where=sa.text("origin = 'feedback'"),
            postgresql_where=sa.text("origin = 'feedback'"),
        )
        batch_op.create_index(
            "ix_tasks_of_assignee",
            ["workspace", "assignee", "due_at", "number"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
            postgresql_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
        )
        batch_op.create_index(
            "ix_tasks_of_customer",
            ["workspace", "customer", "due_at", "number"],
            unique=False,
            sqlite_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
            postgresql_where=sa.text("state IN ('open', 'blocked', 'waiting')"),
        )
        batch_op.create_index(
            "ix_tasks_of_handoff",
            ["workspace", "handoff", "number"],
            unique=False,
            sqlite_where=sa.text("handoff IS NOT NULL"),
            postgresql_where=sa.text("handoff IS NOT NULL"),
        )
