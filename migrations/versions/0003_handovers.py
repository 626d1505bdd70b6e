"""Reports that are handed to another line of the host."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a handover changes; every report so far is with the line it was made on."""
    op.add_column("reports", sa.Column("other_lines", sa.LargeBinary(), nullable=True))
    op.add_column("reports", sa.Column("answer_by", sa.Date(), nullable=True))
    op.create_index(
        "ix_reports_answer_by",
        "reports",
        ["answer_by"],
        unique=False,
        sqlite_where=sa.text("answer_by IS NOT NULL"),
        postgresql_where=sa.text("answer_by IS NOT NULL"),
    )
    op.add_column("inbox", sa.Column("last_position", sa.Integer(), nullable=True))
    op.add_column("inbox", sa.Column("ended_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_inbox_ended_on",
        "inbox",
        ["ended_on"],
        unique=False,
        sqlite_where=sa.text("ended_on IS NOT NULL"),
        postgresql_where=sa.text("ended_on IS NOT NULL"),
    )
