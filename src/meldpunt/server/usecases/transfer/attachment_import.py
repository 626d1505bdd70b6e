"""Attachments on their way in from another host, part by part.

The parts of a page go to the store first, like those of an upload; the page's one transaction says
of which attachment they are. A message lists its attachments here when its report is whole.
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
    """Put the parts among some records into the store; returns a name for each of those.

    Raises:
        RefusedError: LENGTH for a part of no length, or a longer one than a record holds.
        StorageFullError: There is no room.
        BusyError: The store does not answer.
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
    """Take back what was written for parts that were there already, or refused."""
    for name in written:
        if name is not None and name not in used:
            await discard_piece(host, name)


def take_part(arriving: Arriving, moved: MovedPart, name: PieceName) -> bool:
    """Take a part; False if it is here already.

    Args:
        arriving: The line.
        moved: The part.
        name: Where its bytes are in the store.

    Raises:
        RefusedError: OTHER_REPORT; ATTACHMENT_SIZE; GAP for one that does not follow what is here,
            or that no message here lists; LENGTH for one that goes past the end.
        ConflictError: The attachment has another size here, or the report is whole without it.
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
    """Let the messages of a report list their attachments, all of which must be here.

    Raises:
        RefusedError: GAP.
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
