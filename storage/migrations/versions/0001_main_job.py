"""main job"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "inbox",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.String(length=64), nullable=False),
        sa.Column("bot_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("holidays", sa.String(length=16), nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=True),
        sa.Column("team_channel", sa.String(length=64), nullable=True),
        sa.Column("answering", sa.String(length=16), nullable=False),
        sa.Column("task_emoji", sa.String(length=64), nullable=False),
        sa.Column("done_emoji", sa.String(length=64), nullable=False),
        sa.Column("feedback_delay", sa.Integer(), nullable=False),
        sa.Column("feedback_window", sa.Integer(), nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "channels",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("is_dm", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_channels_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_channels")),
    )
    op.create_table(
        "counters",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("noun", sa.String(length=1), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_counters_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "noun", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("shared_channel", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_customers_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_customers")),
        sa.UniqueConstraint("workspace", "channel", name=op.f("uq_customers_workspace_channel")),
        sa.UniqueConstraint("workspace", "folded", name=op.f("uq_customers_workspace_folded")),
        sa.UniqueConstraint("workspace", "shared_channel", name=op.f("uq_customers_workspace_shared_channel")),
    )
    op.create_table(
        "errands",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_errands_workspaces_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_errands_run_at"), "errands", ["run_at"], unique=False)
    op.create_table(
        "lanes",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_lanes_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "lane", name=op.f("pk_lanes")),
    )
    op.create_index(op.f("ix_lanes_due_at"), "lanes", ["due_at"], unique=False)
    op.create_table(
        "members",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("own_language", sa.String(length=16), nullable=True),
        sa.Column("own_hours", sa.Text(), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("substitute", sa.String(length=64), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_outsider", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("dm_channel", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_members_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_workspace_handle"), "members", ["workspace", "handle"], unique=False)
    op.create_table(
        "posts",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_posts_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "about", "role", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_workspace_channel_ts"), "posts", ["workspace", "channel", "ts"], unique=False)
    op.create_table(
        "timeline",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("happened", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_timeline_workspaces_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
    )
    op.create_index(op.f("ix_timeline_workspace_about_id"), "timeline", ["workspace", "about", "id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("customer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "customer"],
            ["customers.workspace", "customers.number"],
            name=op.f("fk_contacts_customers_workspace_customer"),
        ),
        sa.PrimaryKeyConstraint("workspace", "customer", "member", name=op.f("pk_contacts")),
    )
    op.create_table(
        "handoffs",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("customer", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("giver", sa.String(length=64), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=True),
        sa.Column("promised", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("watch_out", sa.Text(), nullable=False),
        sa.Column("changes_owner", sa.Boolean(), nullable=False),
        sa.Column("receiver_words", sa.Text(), nullable=True),
        sa.Column("receiver_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_in", sa.String(length=64), nullable=True),
        sa.Column("source_channel", sa.String(length=64), nullable=True),
        sa.Column("source_ts", sa.String(length=32), nullable=True),
        sa.Column("source_thread_ts", sa.String(length=32), nullable=True),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("source_permalink", sa.Text(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'accepted') = (accepted_at IS NOT NULL)", name=op.f("ck_handoffs_accepted_has_time")
        ),
        sa.CheckConstraint("state = 'draft' OR receiver IS NOT NULL", name=op.f("ck_handoffs_offer_has_receiver")),
        sa.CheckConstraint(
            "state IN ('draft', 'offered') OR next_check_at IS NULL", name=op.f("ck_handoffs_silent_when_over")
        ),
        sa.CheckConstraint("state IN ('draft', 'offered', 'accepted', 'returned')", name=op.f("ck_handoffs_state")),
        sa.ForeignKeyConstraint(
            ["workspace", "customer"],
            ["customers.workspace", "customers.number"],
            name=op.f("fk_handoffs_customers_workspace_customer"),
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_handoffs_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_handoffs")),
        sa.UniqueConstraint(
            "workspace", "source_channel", "source_ts", name=op.f("uq_handoffs_workspace_source_channel_source_ts")
        ),
    )
    op.create_index("ix_handoffs_due", "handoffs", ["next_check_at"], unique=False)
    op.create_index(
        op.f("ix_handoffs_workspace_giver_state"), "handoffs", ["workspace", "giver", "state"], unique=False
    )
    op.create_index(
        op.f("ix_handoffs_workspace_receiver_state"), "handoffs", ["workspace", "receiver", "state"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=False),
        sa.Column("saying", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("may_repeat", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'sending', 'unknown', 'sent', 'dropped', 'expired', 'dead')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["workspace", "lane"], ["lanes.workspace", "lanes.lane"], name=op.f("fk_outbox_lanes_workspace_lane")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("workspace", "key", name=op.f("uq_outbox_workspace_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_state_attempted_at"), "outbox", ["state", "attempted_at"], unique=False)
    op.create_index(
        op.f("ix_outbox_workspace_lane_state_due_at"), "outbox", ["workspace", "lane", "state", "due_at"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_workspace_person_sent_at"), "outbox", ["workspace", "person", "sent_at"], unique=False
    )
    op.create_table(
        "tasks",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("customer", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("watchers", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_wall", sa.DateTime(), nullable=True),
        sa.Column("due_zone", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("asked_in", sa.String(length=64), nullable=True),
        sa.Column("source_channel", sa.String(length=64), nullable=True),
        sa.Column("source_ts", sa.String(length=32), nullable=True),
        sa.Column("source_thread_ts", sa.String(length=32), nullable=True),
        sa.Column("source_author", sa.String(length=64), nullable=True),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("source_permalink", sa.Text(), nullable=True),
        sa.Column("source_fate", sa.String(length=16), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.Column("handoff", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_tasks_done_has_time")),
        sa.CheckConstraint("state IN ('open', 'blocked', 'waiting', 'done', 'cancelled')", name=op.f("ck_tasks_state")),
        sa.CheckConstraint(
            "state NOT IN ('done', 'cancelled', 'waiting') OR next_check_at IS NULL",
            name=op.f("ck_tasks_silent_when_over"),
        ),
        sa.CheckConstraint("due_at IS NULL OR first_due_at IS NOT NULL", name=op.f("ck_tasks_first_promise_is_kept")),
        sa.ForeignKeyConstraint(
            ["workspace", "customer"],
            ["customers.workspace", "customers.number"],
            name=op.f("fk_tasks_customers_workspace_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace", "handoff"],
            ["handoffs.workspace", "handoffs.number"],
            name=op.f("fk_tasks_handoffs_workspace_handoff"),
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_tasks_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_tasks")),
        sa.UniqueConstraint(
            "workspace", "source_channel", "source_ts", name=op.f("uq_tasks_workspace_source_channel_source_ts")
        ),
    )
    op.create_index("ix_tasks_due", "tasks", ["next_check_at"], unique=False)
    op.create_index(
        op.f("ix_tasks_workspace_assignee_state_due_at"),
        "tasks",
        ["workspace", "assignee", "state", "due_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_tasks_workspace_customer_state_due_at"),
        "tasks",
        ["workspace", "customer", "state", "due_at"],
        unique=False,
    )
    op.create_index(op.f("ix_tasks_workspace_state_due_at"), "tasks", ["workspace", "state", "due_at"], unique=False)
    op.create_table(
        "handoff_tasks",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("handoff", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "handoff"],
            ["handoffs.workspace", "handoffs.number"],
            name=op.f("fk_handoff_tasks_handoffs_workspace_handoff"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace", "task"],
            ["tasks.workspace", "tasks.number"],
            name=op.f("fk_handoff_tasks_tasks_workspace_task"),
        ),
        sa.PrimaryKeyConstraint("workspace", "handoff", "task", name=op.f("pk_handoff_tasks")),
    )
    op.create_table(
        "notices",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("task", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drafted_for", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace", "task"], ["tasks.workspace", "tasks.number"], name=op.f("fk_notices_tasks_workspace_task")
        ),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_notices")),
    )
    op.create_table(
        "prompts",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=True),
        sa.Column("about", sa.String(length=16), nullable=True),
        sa.Column("customer", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("credited", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("follow_up", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_prompts_answer_has_time")),
        sa.ForeignKeyConstraint(
            ["workspace", "customer"],
            ["customers.workspace", "customers.number"],
            name=op.f("fk_prompts_customers_workspace_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace", "follow_up"],
            ["tasks.workspace", "tasks.number"],
            name=op.f("fk_prompts_tasks_workspace_follow_up"),
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_prompts_workspaces_workspace")),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_prompts")),
    )
    op.create_index("ix_prompts_due", "prompts", ["next_check_at"], unique=False)
    op.create_index(op.f("ix_prompts_workspace_about"), "prompts", ["workspace", "about"], unique=False)
    op.create_index(
        op.f("ix_prompts_workspace_person_state"), "prompts", ["workspace", "person", "state"], unique=False
    )
