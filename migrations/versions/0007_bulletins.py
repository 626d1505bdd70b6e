"""Bulletins: their files, and for each report the key by which they tell of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, the two columns, and the days of handlers' messages as an index."""
    op.add_column("reports", sa.Column("bulletin_key", sa.LargeBinary(16), nullable=True))
    op.add_column("reports", sa.Column("bulletin_since", sa.Date(), nullable=True))
    op.create_index(
        "ix_messages_of_handlers",
        "messages",
        ["received_on", "report"],
        sqlite_where=sa.text("author <> x''"),
        postgresql_where=sa.text("author <> ''::bytea"),
    )
    op.create_table(
        "bulletins",
        sa.Column("name", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("tags", sa.LargeBinary(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_bulletins")),
        sa.UniqueConstraint("position", name=op.f("uq_bulletins_position")),
    )
