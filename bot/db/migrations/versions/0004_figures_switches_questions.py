"""weekly figures, switches, runs of retention, unanswered questions

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_retention_runs_at"), "retention_runs", ["at"], unique=False)
    op.create_table(
        "switches",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("off_since", sa.DateTime(), nullable=False),
        sa.Column("who", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "training_examples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("text"),
    )
    op.create_index(
        op.f("ix_training_examples_topic"), "training_examples", ["topic"], unique=False
    )
    op.create_table(
        "weekly_figures",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("monday"),
    )
    op.create_table(
        "questions",
        sa.Column("turn_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("turn_id"),
    )
    op.create_index(op.f("ix_questions_decision"), "questions", ["decision"], unique=False)
    op.create_index(op.f("ix_questions_group_id"), "questions", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_help_request_changes_at"), "help_request_changes", ["at"], unique=False
    )
    op.create_index(
        op.f("ix_help_requests_created_at"), "help_requests", ["created_at"], unique=False
    )
    op.create_index(op.f("ix_reports_created_at"), "reports", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reports_created_at"), table_name="reports")
    op.drop_index(op.f("ix_help_requests_created_at"), table_name="help_requests")
    op.drop_index(op.f("ix_help_request_changes_at"), table_name="help_request_changes")
    op.drop_index(op.f("ix_questions_group_id"), table_name="questions")
    op.drop_index(op.f("ix_questions_decision"), table_name="questions")
    op.drop_table("questions")
    op.drop_table("weekly_figures")
    op.drop_index(op.f("ix_training_examples_topic"), table_name="training_examples")
    op.drop_table("training_examples")
    op.drop_table("switches")
    op.drop_index(op.f("ix_retention_runs_at"), table_name="retention_runs")
    op.drop_table("retention_runs")
