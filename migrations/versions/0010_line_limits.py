"""Limits on the new reports of a line, which the operator sets for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "line_limits",
        sa.Column("line_id", sa.LargeBinary(20), nullable=False),
        sa.Column("reports_per_hour", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_line_limits")),
    )
