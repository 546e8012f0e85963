"""indexes for what the sweeper asks each minute, and the day of its run, of which there is one

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_uploads_due", "uploads", ["deleted_at", "delete_at"])
    op.create_index("ix_uploads_oldest", "uploads", ["deleted_at", "created_at"])
    op.drop_index("ix_uploads_delete_at", "uploads")
    op.create_index("ix_help_requests_updated_at", "help_requests", ["updated_at"])
    with op.batch_alter_table("retention_runs") as table:
        table.add_column(sa.Column("day", sa.Date))
        table.create_unique_constraint("retention_runs_day_key", ["day"])


def downgrade() -> None:
    with op.batch_alter_table("retention_runs") as table:
        table.drop_constraint("retention_runs_day_key", type_="unique")
        table.drop_column("day")
    op.drop_index("ix_help_requests_updated_at", "help_requests")
    op.create_index("ix_uploads_delete_at", "uploads", ["delete_at"])
    op.drop_index("ix_uploads_oldest", "uploads")
    op.drop_index("ix_uploads_due", "uploads")
