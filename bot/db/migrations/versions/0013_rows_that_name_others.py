"""indexes by which rows are found that name a report or a file, when that is deleted

Revision ID: 0013
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_help_requests_report_id", "help_requests", ["report_id"])
    op.create_index("ix_reports_upload_id", "reports", ["upload_id"])


def downgrade() -> None:
    op.drop_index("ix_reports_upload_id", "reports")
    op.drop_index("ix_help_requests_report_id", "help_requests")
