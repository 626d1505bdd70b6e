"""Whether a report was reopened and has had no feedback since."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. For reports that are there already it is empty, and means no."""
    op.add_column("reports", sa.Column("reopened", sa.Boolean(), nullable=True))
