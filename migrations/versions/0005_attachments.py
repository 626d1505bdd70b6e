"""Attachments: their pieces lie in a store of their own, their names and sizes here."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; what each column tells whom stands in server/store/tables.py."""
    op.create_table(
        "attachments",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("attachment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("report", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("author", sa.LargeBinary(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    for column in ("erase_on", "line_id", "report"):
        op.create_index(op.f(f"ix_attachments_{column}"), "attachments", [column], unique=False)
    op.create_table(
        "pieces",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("name", sa.LargeBinary(length=16), nullable=False),
        sa.Column("attachment", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pieces")),
    )
    for column in ("attachment", "erase_on"):
        op.create_index(op.f(f"ix_pieces_{column}"), "pieces", [column], unique=False)
