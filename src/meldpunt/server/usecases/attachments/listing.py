"""A message lists attachments. Then its readers may fetch them, and nobody can change them."""

from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import VerifiedHeader
from meldpunt.server.errors import AttachmentUnavailableError
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.attachments import AttachmentRow
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow


def is_waiting(row: AttachmentRow, today: date) -> bool:
    """Say whether an attachment has not expired and no message lists it yet."""
    return row.message is None and row.erase_on is not None and row.erase_on > today


def list_attachments(
    tx: Transaction, report: ReportRow, message: VerifiedHeader, today: date
) -> None:
    """Mark the attachments of a new message as listed.

    Raises:
        AttachmentUnavailableError: One of them is another author's, incomplete, expired or listed
            already.
    """
    found = [
        _available(tx, report, message, attachment, today)
        for attachment in message.header.attachments or ()
    ]
    if found and not stored.list_attachments(tx, found, message.message_id):
        raise AttachmentUnavailableError


def _available(
    tx: Transaction,
    report: ReportRow,
    message: VerifiedHeader,
    attachment: ids.AttachmentId,
    today: date,
) -> AttachmentRow:
    row = stored.find_attachment(tx, report.report_id, attachment)
    if (
        row is None
        or row.author != message.header.author
        or row.arrived != row.size
        or not is_waiting(row, today)
    ):
        raise AttachmentUnavailableError
    return row
