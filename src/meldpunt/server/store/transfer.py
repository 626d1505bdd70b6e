"""Transfers of lines: reads everything of a line in an order without time, and stores it again.

While a report arrives, its count of messages is 0, and no inbox has an entry for it. So nobody sees
half a report.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import SignedBoxKey
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.sealed import Wrap
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.messages import MessageRow, delete_messages
from meldpunt.server.store.participants import stored_participant
from meldpunt.server.store.reports import (
    REPORT_COLUMNS,
    ReportRow,
    as_report,
    insert_reports,
    update_report,
)
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.store.tables import (
    attachments,
    body_parts,
    box_keys,
    inbox,
    line_documents,
    lines,
    messages,
    reports,
    texts,
    wraps,
)

_MOVED: Final = Lookup(
    select(lines.c.moved)
    .where(lines.c.line_id == bindparam("line"))
    .with_for_update(read=True, key_share=True)
)
"""On PostgreSQL this locks the rows until the transaction ends. SQLite has only one writer."""


@dataclass(frozen=True, slots=True)
class StoredWrap:
    """A wrap with its row id."""

    id: int
    wrap: Wrap
    maker: Participant


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """What an export would hold now."""

    reports: int
    messages: int
    attachment_bytes: int


@dataclass(frozen=True, slots=True)
class ComparedReport:
    """A report of a line that moved, as the office compared it."""

    id: int
    report_id: ids.ReportId
    message_count: int
    messages: list[ids.MessageId]


def count_exported(tx: Connection, handlers: Collection[ids.HandlerId]) -> ExportCounts:
    """Count what these handlers' reports hold, without those that another line was asked to take.

    Messages of erased reports count too, so an export never holds more.
    """
    exported = (
        select(reports.c.id, reports.c.message_count)
        .where(
            reports.c.other_lines.is_(None),
            reports.c.id.in_(select(inbox.c.report).where(inbox.c.handler_id.in_(handlers))),
        )
        .subquery()
    )
    messages_of = func.coalesce(func.sum(exported.c.message_count), 0)
    row = tx.execute(select(func.count(), messages_of).select_from(exported)).one()
    files = (
        select(func.coalesce(func.sum(attachments.c.size), 0))
        .join(exported, exported.c.id == attachments.c.report)
        .where(attachments.c.message.is_not(None))
    )
    return ExportCounts(row[0], int(row[1]), int(tx.execute(files).scalar_one()))


def list_closed(tx: Connection, wanted: Collection[ids.LineId]) -> set[ids.LineId]:
    """Return which of these lines have moved to another host, or are unknown to this host."""
    return {line for line in sorted(wanted) if _is_closed(tx, line)}


def _is_closed(tx: Connection, line: ids.LineId) -> bool:
    rows = _MOVED.rows(tx, line=line)
    return not rows or bool(rows[0][0])


def last_position(tx: Connection, report: int) -> int:
    """Return the position of a report's last message, or 0 if it has no message."""
    statement = select(func.max(messages.c.position)).where(messages.c.report == report)
    return tx.execute(statement).scalar_one() or 0


def find_next_text(tx: Connection, line: ids.LineId, after: bytes) -> bytes | None:
    """Return the text with the next hash after `after`, or None."""
    statement = (
        select(texts.c.text)
        .where(texts.c.line_id == line, texts.c.text_hash > after)
        .order_by(texts.c.text_hash)
        .limit(1)
    )
    return tx.execute(statement).scalar_one_or_none()


def find_next_box_key(
    tx: Connection, handler: ids.HandlerId, after: int
) -> tuple[int, SignedBoxKey] | None:
    """Return a handler's box key with the next number, and that number, or None."""
    statement = (
        select(box_keys.c.number, box_keys.c.statement, box_keys.c.signature)
        .where(box_keys.c.handler_id == handler, box_keys.c.number > after)
        .order_by(box_keys.c.number)
        .limit(1)
    )
    row = tx.execute(statement).one_or_none()
    if row is None:
        return None
    return row.number, SignedBoxKey(statement=row.statement, signature=row.signature)


def list_wraps_after(
    tx: Connection, message: MessageRow, after: int, *, limit: int
) -> list[StoredWrap]:
    """Return the wraps of a message with the next row ids."""
    statement = (
        select(wraps.c.id, wraps.c.key_id, wraps.c.maker, wraps.c.wrap)
        .where(wraps.c.report == message.report, wraps.c.message == message.id, wraps.c.id > after)
        .order_by(wraps.c.id)
        .limit(limit)
    )
    return [
        StoredWrap(
            row.id,
            Wrap(key_id=row.key_id, wrap=row.wrap),
            stored_participant(row.maker),
        )
        for row in tx.execute(statement)
    ]


def find_report(tx: Connection, report: ids.ReportId, *, lock: bool = False) -> ReportRow | None:
    """Return a report by its id, or None. It may be whole or still arriving."""
    statement = select(*REPORT_COLUMNS).where(
        reports.c.id == row_id(report), reports.c.report_id == report
    )
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else as_report(row)


def begin_report(tx: Connection, row: ReportRow) -> bool:
    """Add a report that arrives; False if its key already has a report."""
    return bool(insert_reports(tx, [replace(row, message_count=0)]))


def count_without_body(tx: Connection, report: int) -> int:
    """Return how many messages of a report have no body."""
    bodies = select(body_parts.c.id).where(
        body_parts.c.report == report,
        body_parts.c.message == messages.c.id,
        body_parts.c.part == 0,
    )
    statement = (
        select(func.count())
        .select_from(messages)
        .where(messages.c.report == report, ~bodies.exists())
    )
    return tx.execute(statement).scalar_one()


def complete_report(tx: Connection, row: ReportRow, readable: Mapping[ids.HandlerId, int]) -> None:
    """Make an arriving report whole, and put it into the inboxes.

    Args:
        tx: The transaction.
        row: The report, with its count of messages.
        readable: The handlers who take part, and how many messages each may read.
    """
    update_report(tx, row)
    tx.execute(
        insert(inbox),
        [
            {
                "entry": ids.inbox_entry(handler, row.report_id),
                "handler_id": handler,
                "state": row.milestones.state.value,
                "report": row.id,
                "message_count": count,
            }
            for handler, count in readable.items()
        ],
    )


def list_reports_of(tx: Connection, handlers: Collection[ids.HandlerId]) -> list[int]:
    """Return the rows of all reports in these handlers' inboxes, in order."""
    statement = select(inbox.c.report).where(inbox.c.handler_id.in_(handlers)).distinct()
    return sorted(tx.execute(statement).scalars())


def list_held(tx: Connection, rows: Collection[int]) -> list[ComparedReport]:
    """Return what the host holds of these reports.

    This leaves out reports that another line was asked to take.
    """
    found = {
        row.id: ComparedReport(row.id, ids.ReportId(row.report_id), row.message_count, [])
        for row in tx.execute(
            select(reports.c.id, reports.c.report_id, reports.c.message_count).where(
                reports.c.id.in_(rows), reports.c.other_lines.is_(None)
            )
        )
    }
    statement = select(messages.c.report, messages.c.message_id).where(messages.c.report.in_(found))
    for row in tx.execute(statement):
        found[row.report].messages.append(ids.MessageId(row.message_id))
    return list(found.values())


def delete_held(tx: Connection, held: Collection[ComparedReport]) -> None:
    """Erase these reports. Leave out each that changed since, or that another line may take."""
    counts = {report.id: report.message_count for report in held}
    statement = (
        select(reports.c.id, reports.c.message_count)
        .where(reports.c.id.in_(counts), reports.c.other_lines.is_(None))
        .with_for_update()
    )
    same = [row.id for row in tx.execute(statement) if row.message_count == counts[row.id]]
    for report in same:
        delete_messages(tx, report)
    tx.execute(delete(inbox).where(inbox.c.report.in_(same)))
    tx.execute(delete(reports).where(reports.c.id.in_(same)))


def find_document_of_number(tx: Connection, line: ids.LineId, number: int) -> ids.Hash | None:
    """Return the hash of a line's document with this number, or None."""
    statement = select(line_documents.c.document_hash).where(
        line_documents.c.line_id == line, line_documents.c.number == number
    )
    return tx.execute(statement).scalar_one_or_none()


def set_reporter_keys(tx: Connection, row: ReportRow) -> None:
    """Put new keys of the reporter in force, while the report arrives."""
    tx.execute(
        update(reports)
        .where(reports.c.id == row.id)
        .values(signing_key=row.signing_key, reporter_key_id=row.reporter_key_id)
    )


def has_signing_key(tx: Connection, key: bytes) -> bool:
    """Say whether a key is the signing key in force of a report, whole or arriving."""
    statement = select(reports.c.id).where(reports.c.signing_key == key)
    return tx.execute(statement).first() is not None


def lock_line(tx: Connection, line: ids.LineId) -> None:
    """Let only one request at a time import a line. SQLite has only one writer in any case."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(row_id(line))))
