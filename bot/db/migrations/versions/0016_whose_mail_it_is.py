"""the help request that an e-mail of the outbox is about, whose history says when it fails

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("request_id", sa.Integer))


def downgrade() -> None:
    op.drop_column("outbox", "request_id")
