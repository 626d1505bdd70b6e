"""Reports that are consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what tells them apart; none of those that are there is one."""
    op.add_column("reports", sa.Column("consultation", sa.Boolean(), nullable=True))
