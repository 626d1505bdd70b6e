"""Import attachments from another host, part by part.

The host first writes the parts of a page to the store of pieces, as for an upload. Then the page's
transaction adds each piece to its attachment. When the report is complete, its messages list their
attachments.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import check_stream_size
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.log.header import Header, parse_header
from meldpunt.server.errors import ConflictError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store import messages
from meldpunt.server.store.attachments import AttachmentRow, Piece
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE, PieceName
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.usecases.attachments.pieces import discard_piece, write_piece
from meldpunt.server.usecases.transfer.report_import import PATIENCE, Arriving
from meldpunt.wire.transfer import MAX_PART, MovedPart, Record


async def write_parts(
    host: Host, line: ids.LineId, records: Sequence[Record]
) -> list[PieceName | None]:
    """Write the parts among some records to the store of pieces.

    Return a list with the name of a piece for each record with a part, and None for all others.

    Raises:
        RefusedError: LENGTH for a part that is empty or longer than `MAX_PART`.
        StorageFullError: The store of pieces, or the line, has no room.
        BusyError: The store of pieces does not answer.
    """
    parts = [record.part for record in records]
    if any(part is not None and not 0 < len(part.data) <= MAX_PART for part in parts):
        raise RefusedError(Reason.LENGTH)
    if any(parts):
        await host.room.check(line)
    written: list[PieceName | None] = [None] * len(parts)
    try:
        for number, part in enumerate(parts):
            if part is not None:
                written[number] = await write_piece(host, _blocks(part.data))
    except Exception:
        await discard_others(host, written, set())
        raise
    return written


async def _blocks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), BLOCK_SIZE):
        yield data[start : start + BLOCK_SIZE]


async def discard_others(
    host: Host, written: Sequence[PieceName | None], used: set[PieceName]
) -> None:
    """Erase written pieces that no attachment uses: their parts were known already or refused."""
    for name in written:
        if name is not None and name not in used:
            await discard_piece(host, name)


def take_part(arriving: Arriving, moved: MovedPart, name: PieceName) -> bool:
    """Add a part to its attachment. Return False if the host has the part already.

    Args:
        arriving: The line.
        moved: The part.
        name: The name of the piece that holds the part's bytes.

    Raises:
        RefusedError: OTHER_REPORT; ATTACHMENT_SIZE; GAP for a part that does not follow the last
            one, or that no message here lists; LENGTH for a part that goes past the end.
        ConflictError: The attachment has another size here, or the report is complete without it.
    """
    report = arriving.report(moved.report)
    row = stored.find_attachment(arriving.tx, report.report_id, moved.attachment)
    if row is None:
        row = _begin(arriving, report, moved)
    if row.size != moved.size:
        raise ConflictError
    end = moved.offset + len(moved.data)
    if end > row.size:
        raise RefusedError(Reason.LENGTH)
    if end <= row.arrived:
        return False
    piece = Piece(name, moved.offset, len(moved.data))
    if moved.offset != row.arrived or not stored.advance(arriving.tx, row, piece):
        raise RefusedError(Reason.GAP)
    arriving.host.room.take(arriving.line, piece.size)
    return True


def _begin(arriving: Arriving, report: ReportRow, moved: MovedPart) -> AttachmentRow:
    if report.message_count:
        raise ConflictError
    check_stream_size(moved.size)
    row = AttachmentRow(
        id=stored.attachment_row_id(report.report_id, moved.attachment),
        attachment_id=moved.attachment,
        report=report.id,
        line_id=arriving.line,
        author=_author(arriving, report, moved.attachment),
        size=moved.size,
        erase_on=arriving.host.clock.today() + PATIENCE,
    )
    stored.insert_attachment(arriving.tx, row)
    return row


def _author(arriving: Arriving, report: ReportRow, attachment: ids.AttachmentId) -> Participant:
    for header in map(parse_header, messages.list_headers(arriving.tx, report.id)):
        if attachment in (header.attachments or ()):
            return header.author
    raise RefusedError(Reason.GAP)


def list_moved(
    arriving: Arriving, report: ReportRow, headers: Mapping[ids.MessageId, Header]
) -> None:
    """Mark the attachments of a report as listed by their messages.

    Raises:
        RefusedError: GAP if an attachment is missing or incomplete.
    """
    for message, header in headers.items():
        rows = [
            stored.find_attachment(arriving.tx, report.report_id, attachment)
            for attachment in header.attachments or ()
        ]
        found = [row for row in rows if row is not None and _is_whole(row, header)]
        if len(found) != len(rows) or not stored.list_attachments(arriving.tx, found, message):
            raise RefusedError(Reason.GAP)


def _is_whole(row: AttachmentRow, header: Header) -> bool:
    return row.arrived == row.size and row.message is None and row.author == header.author
