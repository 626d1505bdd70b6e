"""Uploads: attachments that no message lists yet. Their author begins, checks or erases them.

Nobody but the author of an upload can see it here. reception.py receives its parts. Once a message
lists the attachment, the readers of that message can fetch it (downloads.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import check_stream_size
from meldpunt.server.errors import (
    ConflictError,
    ContentTooLargeError,
    NotAllowedNowError,
    NotFoundError,
    ReportFullError,
)
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.attachments import AttachmentRow
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.usecases.access.location import check_report_open
from meldpunt.server.usecases.access.participants import FindParticipant, ReportParticipant
from meldpunt.server.usecases.attachments.listing import is_waiting
from meldpunt.server.usecases.attachments.pieces import erase_doomed


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is."""

    size: int
    arrived: int
    erase_on: date | None
    """The day on which the host erases it, unless a message lists it before."""


def progress_of(row: AttachmentRow) -> UploadProgress:
    """Return what the host tells the author of an attachment."""
    return UploadProgress(row.size, row.arrived, row.erase_on)


def find_own(
    tx: Transaction, participant: ReportParticipant, attachment: ids.AttachmentId, today: date
) -> AttachmentRow:
    """Return an attachment that this participant began and that no message lists yet.

    Raises:
        NotFoundError: It does not exist, is somebody else's, is listed, or has expired.
    """
    row = stored.find_attachment(tx, participant.report.report_id, attachment)
    if row is None or row.author != participant.id or not is_waiting(row, today):
        raise NotFoundError
    return row


async def begin(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId, size: int
) -> tuple[UploadProgress, bool]:
    """Begin an upload. Return its progress, and whether it is new.

    The same request again returns the progress of the upload.

    Args:
        host: The host.
        find: Finds the author and the report.
        attachment: The id that the author chose.
        size: Bytes of the whole ciphertext.

    Raises:
        NotFoundError: The caller takes part in no such report.
        RefusedError: ATTACHMENT_SIZE.
        ContentTooLargeError: The operator does not allow attachments of that size.
        ConflictError: The id is taken: by another size, a listed attachment, or somebody else's.
        ReportFullError: The report has reached its limits.
        MovedError: The line is on another host.
        NotAllowedNowError: The host has erased the report, or the caller's part in it has ended.
    """
    check_stream_size(size)
    if size > host.settings.attachment_bytes:
        raise ContentTooLargeError
    today = host.clock.today()

    def work(tx: Transaction) -> tuple[UploadProgress, bool]:
        participant = find(tx, lock=True)
        known = stored.find_attachment(tx, participant.report.report_id, attachment)
        if known is not None and (known.message is not None or is_waiting(known, today)):
            return _again(known, participant, size), False
        if known is not None:
            stored.delete_attachments(tx, [known.id])
        check_report_open(tx, participant.report)
        if participant.report.erased or participant.has_ended:
            raise NotAllowedNowError
        _check_limits(host, tx, participant, size)
        row = AttachmentRow(
            id=stored.attachment_row_id(participant.report.report_id, attachment),
            attachment_id=attachment,
            report=participant.report.id,
            line_id=participant.report.line_id,
            author=participant.id,
            size=size,
            erase_on=today + timedelta(days=host.settings.upload_days),
        )
        stored.insert_attachment(tx, row)
        return progress_of(row), True

    return await host.store.write(work)


def _again(known: AttachmentRow, participant: ReportParticipant, size: int) -> UploadProgress:
    if known.author != participant.id or known.message is not None or known.size != size:
        raise ConflictError
    return progress_of(known)


def _check_limits(host: Host, tx: Transaction, participant: ReportParticipant, size: int) -> None:
    """Check the limits of a report, with all listed attachments and this author's unlisted ones.

    Unlisted files of other authors do not count, so they cannot block this author.
    """
    limits = host.settings
    taken = stored.count_taken(tx, participant.report.id, participant.id)
    if (
        taken.unlisted >= limits.uploads_per_author
        or taken.number >= limits.attachments_per_report
        or taken.size + size > limits.attachment_bytes_per_report
    ):
        raise ReportFullError


async def read_progress(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId
) -> UploadProgress:
    """Return the progress of the caller's own upload.

    Raises:
        NotFoundError: The caller has no such upload, it has expired, or a message lists it.
    """
    today = host.clock.today()

    def work(tx: Transaction) -> UploadProgress:
        participant = find(tx)
        return progress_of(find_own(tx, participant, attachment, today))

    return await host.store.read(work)


async def take_back(host: Host, find: FindParticipant, attachment: ids.AttachmentId) -> None:
    """Erase the caller's own upload, if no message lists it.

    If the caller has no such upload, this succeeds and does nothing: the answer to an earlier
    request can get lost. Somebody else's upload looks the same as none.

    Raises:
        NotFoundError: The caller takes part in no such report, or a message lists the attachment.
        MovedError: The line is on another host.
    """

    def work(tx: Transaction) -> None:
        participant = find(tx, lock=True)
        row = stored.find_attachment(tx, participant.report.report_id, attachment)
        if row is None or (row.message is None and row.author != participant.id):
            return
        if row.message is not None:
            raise NotFoundError
        check_report_open(tx, participant.report)
        stored.delete_attachments(tx, [row.id])

    await host.store.write(work)
    await erase_doomed(host)
