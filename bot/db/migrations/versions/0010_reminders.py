"""reminders of help sessions

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("help_requests", sa.Column("reminded_for", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("help_requests", "reminded_for")
