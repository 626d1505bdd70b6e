"""Lines, reports, messages and inboxes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table; what each column tells whom stands in server/store/tables.py."""
    op.create_table(
        "body_parts",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(length=8192), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body_parts")),
    )
    op.create_table(
        "box_keys",
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("handler_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.Column("not_after", sa.Date(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_box_keys")),
        sa.UniqueConstraint("handler_id", "number", name=op.f("uq_box_keys_handler_id_number")),
    )
    op.create_index(
        "ix_box_keys_line_id_not_before", "box_keys", ["line_id", "not_before"], unique=False
    )
    op.create_table(
        "handlers",
        sa.Column("handler_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("handler_id", name=op.f("pk_handlers")),
    )
    op.create_index(op.f("ix_handlers_signing_key"), "handlers", ["signing_key"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("handler_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("entry", sa.LargeBinary(length=16), nullable=False),
        sa.Column("report", sa.BigInteger(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("handler_id", "entry", name=op.f("pk_inbox")),
        sa.UniqueConstraint("report", "handler_id", name=op.f("uq_inbox_report_handler_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invites",
        sa.Column("invite_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=True),
        sa.PrimaryKeyConstraint("invite_hash", name=op.f("pk_invites")),
    )
    op.create_table(
        "line_documents",
        sa.Column("document_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("document_hash", name=op.f("pk_line_documents")),
        sa.UniqueConstraint("line_id", "number", name=op.f("uq_line_documents_line_id_number")),
    )
    op.create_table(
        "lines",
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("first_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rotations", sa.LargeBinary(), nullable=False),
        sa.Column("document_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_lines")),
    )
    op.create_table(
        "messages",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("message_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("report", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.LargeBinary(length=16), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("earlier_proof", sa.LargeBinary(length=96), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("report", "author", "n", name=op.f("uq_messages_report_author_n")),
        sa.UniqueConstraint("report", "position", name=op.f("uq_messages_report_position")),
    )
    op.create_table(
        "reports",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("report_id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("birth_signing_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("box_key", sa.LargeBinary(length=1216), nullable=False),
        sa.Column("reporter_key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("document_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("feedback_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("immediate", sa.Boolean(), nullable=False),
        sa.Column("pauses", sa.String(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("birth_signing_key", name=op.f("uq_reports_birth_signing_key")),
        sa.UniqueConstraint("signing_key", name=op.f("uq_reports_signing_key")),
    )
    op.create_index("ix_reports_erase_on", "reports", ["erase_on"], unique=False)
    op.create_table(
        "texts",
        sa.Column("line_id", sa.LargeBinary(length=20), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("line_id", "text_hash", name=op.f("pk_texts")),
    )
    op.create_table(
        "wraps",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("maker", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrap", sa.LargeBinary(length=1168), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wraps")),
    )
    op.create_index("ix_wraps_message", "wraps", ["message"], unique=False)
