"""what an e-mail of the outbox came of, so that one conversation cannot send without end

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("source", sa.String(64)))


def downgrade() -> None:
    op.drop_column("outbox", "source")
