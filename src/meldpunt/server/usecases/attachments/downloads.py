"""Readers of a message fetch the attachments that it lists."""

import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from meldpunt.protocol.verify import ids
from meldpunt.server.errors import AttachmentLostError, NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.attachments import AttachmentRow, Piece
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.usecases.access.participants import FindParticipant, ReportParticipant
from meldpunt.server.usecases.access.readers import may_read, read_graph

_log = logging.getLogger("meldpunt")


@dataclass(frozen=True, slots=True)
class Fetchable:
    """An attachment that the caller may fetch."""

    row: AttachmentRow

    @property
    def size(self) -> int:
        """Bytes of ciphertext."""
        return self.row.size


async def find_fetchable(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId
) -> Fetchable:
    """Return an attachment of a message that the caller may read.

    Raises:
        NotFoundError: No message that the caller may read lists such an attachment.
    """

    def work(tx: Transaction) -> Fetchable:
        participant = find(tx)
        row = stored.find_attachment(tx, participant.report.report_id, attachment)
        if row is None or row.message is None or not _may_fetch(tx, participant, row.message):
            raise NotFoundError
        return Fetchable(row)

    return await host.store.read(work)


def _may_fetch(tx: Transaction, participant: ReportParticipant, row: int) -> bool:
    """Say whether a participant may read a message. Its attachments follow its body's rule."""
    headers = read_graph(tx, participant.report, last=participant.last_position)
    message = next((message for message in headers if row_id(message) == row), None)
    return message is not None and may_read(headers, participant.id, message)


async def read_bytes(
    host: Host, fetchable: Fetchable, begin: int, end: int
) -> AsyncGenerator[bytes, None]:
    """Yield the bytes of an attachment from `begin` up to, but not including, `end`, in blocks.

    Raises:
        BusyError: The store of pieces does not answer.
        NotFoundError: The host has erased the attachment meanwhile.
        AttachmentLostError: The store of pieces lacks some of the bytes.
    """
    pieces = await _list_pieces(host, fetchable, begin, end)
    for piece in pieces:
        first, last = max(begin - piece.start, 0), min(end - piece.start, piece.size)
        try:
            async for block in host.blobs.read(piece.name, first, last):
                yield block
        except AttachmentLostError:
            await _list_pieces(host, fetchable, begin, end)
            _log.error("attachments: a piece that a message lists is lost, or cut off")
            raise


async def _list_pieces(host: Host, fetchable: Fetchable, begin: int, end: int) -> Sequence[Piece]:
    """Return the pieces of a range.

    Raises:
        NotFoundError: The host has erased the attachment.
    """
    pieces = await host.store.read(lambda tx: stored.list_pieces(tx, fetchable.row, begin, end))
    if not pieces:
        raise NotFoundError
    return pieces
