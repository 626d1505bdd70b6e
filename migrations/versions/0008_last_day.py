"""The last day that the host saw."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DAYS = (
    "SELECT MAX(received_on) FROM reports",
    "SELECT MAX(received_on) FROM messages",
    "SELECT MAX(name) FROM bulletins WHERE LENGTH(name) = 10",
)


def upgrade() -> None:
    """Add the table; the newest day in the database becomes the last day."""
    table = op.create_table(
        "upkeep",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upkeep")),
    )
    found = [op.get_bind().execute(sa.text(query)).scalar() for query in _DAYS]
    days = [date.fromisoformat(str(day)) for day in found if day is not None]
    if days:
        op.bulk_insert(table, [{"id": 1, "last_day": max(days)}])
