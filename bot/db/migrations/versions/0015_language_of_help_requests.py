"""the language that the filer of a help request read the page in

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("help_requests", sa.Column("language", sa.String(8)))


def downgrade() -> None:
    # not as a batch, which makes the table anew in SQLite and loses the triggers of the search
    op.drop_column("help_requests", "language")
