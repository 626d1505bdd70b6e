"""Every column the host keeps, who can read it, and what it tells them.

"Host" is anybody with the database, its write-ahead log or a backup. No column holds plaintext, a
receipt code, an address or a time of day. Integer keys are the first 63 bits of a hash. So the
order of rows in the file says nothing about time (docs/what-the-host-sees.md). A column that such
a key already makes unique has no index: each index is another page to write for every report.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from meldpunt.server.store.stored_day import StoredDay

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId: Final = BigInteger().with_variant(Integer, "sqlite")
"""63 bits. SQLite orders rows by this key, and not by arrival, only if its type is INTEGER."""
PART_SIZE: Final = 8192
"""Bytes of a body in one row. Rows that fit inside a page keep no trace of their order."""

lines: Final = Table(
    "lines",
    metadata,
    # All of a line is public: its office publishes it through GET /v1/lines/{lineId}.
    Column("line_id", LargeBinary(20), primary_key=True),
    Column("first_key", LargeBinary(32), nullable=False),
    Column("rotations", LargeBinary, nullable=False),  # public: the key chain as JSON
    Column("document_hash", LargeBinary(32), nullable=False),  # public: the newest document
    Column("number", BigInteger, nullable=False),  # public: its number
    Column("moved", Boolean, nullable=False),  # public: the newest document names another host
)

line_documents: Final = Table(
    "line_documents",
    metadata,
    # Public, with older versions: a report's clocks follow the document under which it was made.
    Column("document_hash", LargeBinary(32), primary_key=True),
    Column("line_id", LargeBinary(20), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    UniqueConstraint("line_id", "number"),
)

texts: Final = Table(
    "texts",
    metadata,
    # Public: forms, guides and procedures that line documents name by hash.
    Column("line_id", LargeBinary(20), primary_key=True),
    Column("text_hash", LargeBinary(32), primary_key=True),
    Column("text", LargeBinary, nullable=False),
)

handlers: Final = Table(
    "handlers",
    metadata,
    # Public: the newest document lists them. This table finds a caller by key.
    Column("handler_id", LargeBinary(16), primary_key=True),
    Column("line_id", LargeBinary(20), nullable=False),
    Column("signing_key", LargeBinary(32), nullable=False, index=True),
    Column("until", StoredDay),  # public: the day they left
)

box_keys: Final = Table(
    "box_keys",
    metadata,
    # Public on the days of each key. The host also sees keys that a handler published in advance.
    Column("key_id", LargeBinary(16), primary_key=True),
    Column("line_id", LargeBinary(20), nullable=False),
    Column("handler_id", LargeBinary(16), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("not_before", StoredDay, nullable=False),
    Column("not_after", StoredDay, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    UniqueConstraint("handler_id", "number"),
    Index("ix_box_keys_line_id_not_before", "line_id", "not_before"),
)

invites: Final = Table(
    "invites",
    metadata,
    # Host: a hash of each invite, and the line that used it.
    Column("invite_hash", LargeBinary(32), primary_key=True),
    Column("line_id", LargeBinary(20)),
)

reports: Final = Table(
    "reports",
    metadata,
    # Host: that a line has a report, and on which days its state changed. Not who, not what.
    Column("id", RowId, primary_key=True, autoincrement=False),
    # Host, readers: a hash of the reporter's two public keys. It does not show the receipt code.
    Column("report_id", LargeBinary(32), nullable=False),
    Column("line_id", LargeBinary(20), nullable=False),
    Column("signing_key", LargeBinary(32), nullable=False, unique=True),
    Column("birth_signing_key", LargeBinary(32), nullable=False, unique=True),  # the first one
    Column("box_key", LargeBinary(1216), nullable=False),  # the first box key
    Column("reporter_key_id", LargeBinary(16), nullable=False),  # of the box key in force
    Column("document_hash", LargeBinary(32), nullable=False),  # whose clocks apply
    Column("received_on", StoredDay, nullable=False),
    Column("acknowledged_on", StoredDay),
    Column("feedback_on", StoredDay),
    Column("closed_on", StoredDay),
    Column("withdrawn_on", StoredDay),
    Column("immediate", Boolean, nullable=False),  # a withdrawal without its term
    Column("pauses", String, nullable=False),  # their days, as since/until, with spaces between
    # Host, participants: opened again, and the first feedback since then. From the headers.
    Column("reopened_on", StoredDay),
    Column("new_feedback_on", StoredDay),
    Column("message_count", Integer, nullable=False),  # host, participants; 0 while it arrives
    Column("erase_on", StoredDay, nullable=False),  # host: the day of erasure
    Column("erased", Boolean, nullable=False),  # the host kept only the withdrawal
    # Host: ids (20 bytes each) of the lines that the reporter asked to take the report, if any.
    Column("other_lines", LargeBinary),
    Column("answer_by", StoredDay),  # host: last day for the asked line to answer; in the consent
    # Host, participants: that this is a consultation. Not who asks, and not of which line.
    Column("consultation", Boolean),
    # Host: the report's bulletin key, masked with a secret outside the database, and the first day
    # whose bulletin can hold a tag of it. With the secret: on which days something came.
    Column("bulletin_key", LargeBinary(16)),
    Column("bulletin_since", StoredDay),
    Index("ix_reports_erase_on", "erase_on"),
    Index(
        "ix_reports_answer_by",
        "answer_by",
        sqlite_where=text("answer_by IS NOT NULL"),
        postgresql_where=text("answer_by IS NOT NULL"),
    ),
)

messages: Final = Table(
    "messages",
    metadata,
    # Host, participants: the author's pseudonym, tag, readers and day, all in the signed header.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("message_id", LargeBinary(32), nullable=False),
    Column("report", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),  # order of arrival within one report only
    Column("author", LargeBinary(16), nullable=False),  # empty: the reporter
    Column("n", BigInteger, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("received_on", StoredDay, nullable=False),
    # Participants: proof of receipt (64) and receipt key (32) of the first host that received it.
    Column("earlier_proof", LargeBinary(96)),
    UniqueConstraint("report", "position"),
    UniqueConstraint("report", "author", "n"),
    # Host: the days of handlers' messages, to make bulletins. It holds no order within a day.
    Index(
        "ix_messages_of_handlers",
        "received_on",
        "report",
        sqlite_where=text("author <> x''"),
        postgresql_where=text("author <> ''::bytea"),
    ),
)

body_parts: Final = Table(
    "body_parts",
    metadata,
    # Host: the ciphertext and its size class (1, 4, 16 or 64 KiB).
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("report", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("data", LargeBinary(PART_SIZE), nullable=False),
)

wraps: Final = Table(
    "wraps",
    metadata,
    # Host: which box key a message is sealed to, so which handlers can read it.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("report", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=False),
    Column("key_id", LargeBinary(16), nullable=False),
    Column("maker", LargeBinary(16), nullable=False),  # empty: the reporter
    Column("wrap", LargeBinary(1168), nullable=False),
    Index("ix_wraps_report_message", "report", "message"),
)

inbox: Final = Table(
    "inbox",
    metadata,
    # Host: which handlers take part in which report. A handler sees only their own entries.
    Column("handler_id", LargeBinary(16), primary_key=True),
    # Host: follows from the tags of signed headers. It is in the key for fast filters.
    Column("state", String(16), primary_key=True),
    Column("entry", LargeBinary(16), primary_key=True),
    Column("report", BigInteger, nullable=False),
    Column("message_count", Integer, nullable=False),  # messages this handler may read
    # Host, this handler: the last message they see, and the day the report went to another line.
    Column("last_position", Integer),
    Column("ended_on", StoredDay),
    UniqueConstraint("report", "handler_id"),
    Index(
        "ix_inbox_ended_on",
        "ended_on",
        sqlite_where=text("ended_on IS NOT NULL"),
        postgresql_where=text("ended_on IS NOT NULL"),
    ),
    sqlite_with_rowid=False,  # a hidden row number would count arrivals
)

attachments: Final = Table(
    "attachments",
    metadata,
    # Host, participants: that a message has files, and how long their ciphertext is.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("attachment_id", LargeBinary(16), nullable=False),  # random, made by the author
    Column("report", BigInteger, nullable=False, index=True),
    Column("line_id", LargeBinary(20), nullable=False, index=True),
    Column("author", LargeBinary(16), nullable=False),  # empty: the reporter
    Column("size", BigInteger, nullable=False),  # host, readers: padded, to within 12 %
    Column("arrived", BigInteger, nullable=False),  # host, author: how many bytes arrived
    Column("message", BigInteger),  # host: the message that lists it, if any
    # Host, author: the day of erasure while no message lists it. It shows the day of the start.
    Column("erase_on", StoredDay, index=True),
)

pieces: Final = Table(
    "pieces",
    metadata,
    # Host: the random name under which each part of a ciphertext lies in the store of pieces.
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("name", LargeBinary(16), nullable=False),
    Column("attachment", BigInteger, index=True),  # null: arriving, or to be erased
    Column("start", BigInteger, nullable=False),  # its first byte in the attachment
    Column("size", Integer, nullable=False),
    Column("erase_on", StoredDay, index=True),  # without attachment: day of erasure, 1970: at once
)

bulletins: Final = Table(
    "bulletins",
    metadata,
    # Public, except `least`: everybody fetches it.
    Column("name", String(10), primary_key=True),  # a day, a month or a year
    Column("position", Integer, nullable=False, unique=True),  # its place in the index
    Column("count", BigInteger, nullable=False),  # how many tags
    Column("hash", LargeBinary(32), nullable=False),
    Column("tags", LargeBinary),  # of a day; null for a month or year
    Column("least", Integer),  # host: the least number of tags for that day
)

line_limits: Final = Table(
    "line_limits",
    metadata,
    # Host: how many new reports the operator lets a line take in an hour, and until when. The count
    # itself is in memory. It holds nothing of a report, and nothing of who sent it.
    Column("line_id", LargeBinary(20), primary_key=True),
    Column("reports_per_hour", Integer, nullable=False),
    Column("until", StoredDay, nullable=False),  # host: the first day without the limit
)

upkeep: Final = Table(
    "upkeep",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: there is one row
    Column("last_day", StoredDay, nullable=False),  # host: on which day it last looked at its clock
)

identity: Final = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: there is one row
    # Host: a random name of this database. The mark in the place of the attachments names it too.
    Column("database_id", LargeBinary(16), nullable=False),
    # Public: line documents name it. It shows whether the secrets file is that of this database.
    Column("receipt_key", LargeBinary(32)),
)

POSTGRESQL_KEYS: Final = dict.fromkeys(("messages", "body_parts", "wraps"), ("report", "id"))
"""Primary keys on PostgreSQL, in place of `id`. So a PostgreSQL with shards keeps the rows of a
report together. On SQLite `id` alone must be the key, because it orders the rows in the file."""
