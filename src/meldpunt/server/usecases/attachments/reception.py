"""Receive a part of an attachment. The host stores the whole part durably, or nothing of it.

First the host checks the header fields and the first block; it writes nothing before that. Then it
writes the part to the store of pieces, under a name to which no attachment refers. At the end it
checks the digest, and that the upload still ends where the part starts. Only then one transaction
adds the piece to the attachment. If two parts come at once, one of them wins. A lost connection or
a crash leaves no half part.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.server.errors import BusyError, UploadOffsetError
from meldpunt.server.host import Host
from meldpunt.server.intake import IncomingBody
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.attachments import AttachmentRow, Piece
from meldpunt.server.store.blobs.blob_store import PieceName
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.usecases.access.location import check_report_open
from meldpunt.server.usecases.access.participants import FindParticipant
from meldpunt.server.usecases.attachments.pieces import discard_piece, write_piece
from meldpunt.server.usecases.attachments.upload_part import PartBody, UploadPart
from meldpunt.server.usecases.attachments.uploads import UploadProgress, find_own, progress_of

_AT_ONCE: Final = 4
"""Parts of one report that one process receives at the same time."""


async def receive(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId, part: UploadPart
) -> UploadProgress:
    """Add a part to the caller's own upload.

    Raises:
        NotFoundError: The caller has no such upload, it has expired, or a message lists it.
        UploadOffsetError: The upload does not, or no longer, end where the part starts.
        ContentTooLargeError: The part is longer than one request may bring, or than the rest of
            the upload.
        RefusedError: REQUEST_DIGEST when the body is not what was signed; FIELDS for a part of less
            than 64 KiB that does not finish the upload.
        ChecksumError: The body does not have the announced checksum.
        StorageFullError: The store of pieces has no room, or the line has used all of its bytes.
        BusyError: The store of pieces does not answer; the report sends too many parts at once; the
            part comes too slowly; or all places are taken.
        MovedError: The line is on another host.
    """
    row = await host.store.read(lambda tx: _find(host, tx, find, attachment, part.offset))
    body = PartBody(part, allowed=host.settings.patch_bytes, missing=row.size - row.arrived)
    await host.room.check(row.line_id)
    with _one_more(host, row.report), host.parts.place() as arrival:
        await host.blobs.check_room()
        name = await _write(host, body, arrival)
        try:
            piece = Piece(name, part.offset, body.size)
            progress = await _place(host, find, attachment, piece)
        except Exception:
            await discard_piece(host, name)
            raise
    host.room.take(row.line_id, body.size)
    return progress


def _find(
    host: Host,
    tx: Transaction,
    find: FindParticipant,
    attachment: ids.AttachmentId,
    offset: int,
    *,
    lock: bool = False,
) -> AttachmentRow:
    """Return the caller's upload, if its next byte is at `offset`."""
    participant = find(tx, lock=lock)
    row = find_own(tx, participant, attachment, host.clock.today())
    check_report_open(tx, participant.report)
    if row.arrived != offset:
        raise UploadOffsetError
    return row


@contextmanager
def _one_more(host: Host, report: int) -> Iterator[None]:
    """Count a part of a report, so that one report cannot fill disk and memory.

    Raises:
        BusyError: The report is already sending as many parts as it may.
    """
    counter = host.receiving
    if counter[report] >= _AT_ONCE:
        raise BusyError
    counter[report] += 1
    try:
        yield
    finally:
        counter[report] -= 1
        if not counter[report]:
            del counter[report]


async def _write(host: Host, body: PartBody, arrival: IncomingBody) -> PieceName:
    """Write a body to the store, as a piece to which no attachment refers yet.

    The host waits for the first block before it notes a piece. So a body without a valid first
    block costs no commit and no file.
    """
    blocks = body.blocks(arrival)
    first = [await anext(blocks)]
    return await write_piece(host, _all(first, blocks), seen=body.hash)


async def _all(first: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first.pop()  # pop, so that this block does not stay in memory until the end
    async for block in rest:
        yield block


async def _place(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId, piece: Piece
) -> UploadProgress:
    def work(tx: Transaction) -> UploadProgress:
        row = _find(host, tx, find, attachment, piece.start, lock=True)
        if not stored.advance(tx, row, piece):
            raise UploadOffsetError
        return progress_of(replace(row, arrived=piece.start + piece.size))

    return await host.store.write(work)
