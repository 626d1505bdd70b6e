"""Inboxes by state: a filter on it reads a page of any inbox at one price."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the state from the report to its place in each inbox, and into the key there."""
    op.add_column("inbox", sa.Column("state", sa.String(length=16), nullable=True))
    op.execute(
        "UPDATE inbox SET state = (SELECT state FROM reports WHERE reports.id = inbox.report)"
    )
    with op.batch_alter_table(
        "inbox", recreate="auto", table_kwargs={"sqlite_with_rowid": False}
    ) as table:
        table.alter_column("state", existing_type=sa.String(length=16), nullable=False)
        table.drop_constraint("pk_inbox", type_="primary")
        table.create_primary_key("pk_inbox", ["handler_id", "state", "entry"])
    op.drop_column("reports", "state")
