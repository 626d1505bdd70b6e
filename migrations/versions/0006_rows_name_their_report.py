"""Bodies and wraps name their report; on PostgreSQL keys begin with it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the report from the message; SQLite keeps its keys (server/store/tables.py says why)."""
    for name in ("body_parts", "wraps"):
        op.add_column(name, sa.Column("report", sa.BigInteger(), nullable=True))
        op.execute(
            f"UPDATE {name} SET report ="  # noqa: S608
            f" (SELECT report FROM messages WHERE messages.id = {name}.message)"
        )
        with op.batch_alter_table(name) as table:
            table.alter_column("report", existing_type=sa.BigInteger(), nullable=False)
    op.drop_index("ix_wraps_message", table_name="wraps")
    op.create_index("ix_wraps_report_message", "wraps", ["report", "message"])
    if op.get_bind().dialect.name == "postgresql":
        for name in ("messages", "body_parts", "wraps"):
            op.drop_constraint(f"pk_{name}", name, type_="primary")
            op.create_primary_key(f"pk_{name}", name, ["report", "id"])
