"""Which database this is, and to which secrets file it belongs."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. `meldpunt migrate` adds the row, so a copy of a database brings its own."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("database_id", sa.LargeBinary(16), nullable=False),
        sa.Column("receipt_key", sa.LargeBinary(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
