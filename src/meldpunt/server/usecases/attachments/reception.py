"""A part of an attachment comes in: kept wholly, and durably, or not at all.

What the fields or the first block of a request tell is refused before anything is written. The rest
goes to the store as it comes, under a name that nothing refers to. Only when its digest holds, and
the upload still ends where the part starts, one transaction makes it part of the attachment. Two at
once, a lost connection, a crash: one wins, and nothing is half there.
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
"""Parts that one report's participants may be sending through one process at the same time."""


async def receive(
    host: Host, find: FindParticipant, attachment: ids.AttachmentId, part: UploadPart
) -> UploadProgress:
    """Add a part to one's own upload.

    Raises:
        NotFoundError: There is none, it has expired, or a message lists it.
        UploadOffsetError: The upload does not, or no longer, end where the part starts.
        ContentTooLargeError: It is longer than one request may bring, or than what is missing.
        RefusedError: REQUEST_DIGEST when the body is not what was signed; FIELDS for a part of less
            than 64 KiB that does not finish the upload.
        ChecksumError: It has not the checksum announced.
        StorageFullError: There is no room, or the line has used up its own.
        BusyError: The store does not answer; the report sends too many parts at once; the part
            comes too slowly, or all places are taken.
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
    """Return an upload that goes on at an offset."""
    participant = find(tx, lock=lock)
    row = find_own(tx, participant, attachment, host.clock.today())
    check_report_open(tx, participant.report)
    if row.arrived != offset:
        raise UploadOffsetError
    return row


@contextmanager
def _one_more(host: Host, report: int) -> Iterator[None]:
    """Keep one report from filling disk and memory with what never ends."""
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
    """Write a body to the store, as a piece that nothing refers to yet.

    What is refused by its first block, or never sends one, costs no commit and no file.
    """
    blocks = body.blocks(arrival)
    first = [await anext(blocks)]
    return await write_piece(host, _all(first, blocks), seen=body.hash)


async def _all(first: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first.pop()  # or it would be held until the last block has come
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
