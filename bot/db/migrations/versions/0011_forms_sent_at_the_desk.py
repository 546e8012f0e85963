"""forms that were sent at the desk

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_forms",
        sa.Column("form_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("led_to", sa.Text()),
        sa.PrimaryKeyConstraint("form_hash"),
    )
    op.create_index("ix_staff_forms_sent_at", "staff_forms", ["sent_at"])


def downgrade() -> None:
    op.drop_table("staff_forms")
