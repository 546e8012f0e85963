"""editions of articles, retired articles, outcomes that can be counted

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("articles") as batch:
        batch.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("retired_at", sa.DateTime(), nullable=True))
    op.add_column("turns", sa.Column("outcome", sa.String(length=16), nullable=True))
    op.add_column("turns", sa.Column("topic", sa.String(length=64), nullable=True))
    turns = sa.table(
        "turns",
        sa.column("reply", sa.JSON),
        sa.column("outcome", sa.String),
        sa.column("topic", sa.String),
    )
    op.execute(
        turns.update()
        .where(turns.c.reply.is_not(None))
        .values(
            outcome=turns.c.reply["outcome"].as_string(), topic=turns.c.reply["topic"].as_string()
        )
    )
    op.create_index(
        "ix_turns_counted", "turns", ["asked_at", "outcome", "topic", "conversation_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_turns_counted", table_name="turns")
    op.drop_column("turns", "topic")
    op.drop_column("turns", "outcome")
    with op.batch_alter_table("articles") as batch:
        batch.drop_column("retired_at")
        batch.drop_column("edition")
