"""The day of the last reopening, and of the first feedback since then."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the flag by two days. A report that waits for feedback has waited since receipt."""
    op.add_column("reports", sa.Column("reopened_on", sa.Date(), nullable=True))
    op.add_column("reports", sa.Column("new_feedback_on", sa.Date(), nullable=True))
    reports = sa.table(
        "reports",
        sa.column("reopened", sa.Boolean()),
        sa.column("reopened_on", sa.Date()),
        sa.column("received_on", sa.Date()),
    )
    waiting = reports.update().where(reports.c.reopened.is_(True))
    op.execute(waiting.values(reopened_on=reports.c.received_on))
    op.drop_column("reports", "reopened")
