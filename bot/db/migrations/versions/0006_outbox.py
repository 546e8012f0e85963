"""e-mails that wait to be sent, and an index for requests on one topic

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("recipient", "created_at", "next_try_at"):
        op.create_index(f"ix_outbox_{column}", "outbox", [column])
    op.create_index(
        "ix_help_requests_topic", "help_requests", ["state", "topic", "rank", "created_at", "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_help_requests_topic", table_name="help_requests")
    op.drop_table("outbox")
