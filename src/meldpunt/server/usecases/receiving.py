"""A part of an attachment comes in: kept wholly, and durably, or not at all.

The body goes to the store as it comes, under a name that nothing refers to. Only when its digest
holds, and the upload still ends where the part starts, one transaction makes it part of the
attachment. Two at once, a lost connection, a crash: one wins, and nothing is half there.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import CHUNK_SIZE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.request import digest_field
from meldpunt.server.errors import (
    BusyError,
    ChecksumError,
    ContentTooLargeError,
    UploadOffsetError,
)
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.attachments import AttachmentRow, Piece
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE, PieceName
from meldpunt.server.store.transaction import Transaction
from meldpunt.server.usecases.attachments import Progress, find_own, progress_of
from meldpunt.server.usecases.pieces import discard_piece, note_piece
from meldpunt.server.usecases.taking_part import FindPart
from meldpunt.server.usecases.whereabouts import check_report_open

_AT_ONCE: Final = 4
"""Parts that one report's participants may be sending through one process at the same time."""
_WITHIN_SECONDS: Final = 3600
_CHECKSUMS: Final[dict[str, Callable[[], Any]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
CHECKSUM_ALGORITHMS: Final = {name: make().digest_size for name, make in _CHECKSUMS.items()}
"""Lengths of checksums in bytes, by algorithm."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A part of an attachment, as a request brings it."""

    offset: int
    """Where in the attachment it starts."""
    digest: str
    """The Content-Digest field, which is signed."""
    checksum: tuple[str, bytes] | None
    """One of `CHECKSUM_ALGORITHMS`, and its value."""
    body: AsyncIterator[bytes]


async def receive(
    host: Host, find: FindPart, attachment: ids.AttachmentId, incoming: Incoming
) -> Progress:
    """Add a part to one's own upload.

    Raises:
        NotFoundError: There is none, it has expired, or a message lists it.
        UploadOffsetError: The upload does not, or no longer, end where the part starts.
        ContentTooLargeError: It is longer than one request may bring, or than what is missing.
        RefusedError: REQUEST_DIGEST when the body is not what was signed; FIELDS for a part of less
            than 64 KiB that does not finish the upload.
        ChecksumError: It has not the checksum announced.
        StorageFullError: There is no room, or the line has used up its own.
        BusyError: The store does not answer, or the report sends too much at once.
        MovedError: The line is on another host.
    """
    row = await host.store.read(lambda tx: _find(host, tx, find, attachment, incoming.offset))
    await host.room.check(row.line_id)
    with _one_more(host.receiving, row.report):
        name = await note_piece(host)
        try:
            size = await _write(host, row, incoming, name)
            piece = Piece(name, incoming.offset, size)
            progress = await _place(host, find, attachment, piece)
        except Exception:
            await discard_piece(host, name)
            raise
    host.room.take(row.line_id, size)
    return progress


def _find(
    host: Host,
    tx: Transaction,
    find: FindPart,
    attachment: ids.AttachmentId,
    offset: int,
    *,
    lock: bool = False,
) -> AttachmentRow:
    """Return an upload that goes on at an offset."""
    part = find(tx, lock=lock)
    row = find_own(tx, part, attachment, host.clock.today())
    check_report_open(tx, part.report)
    if row.arrived != offset:
        raise UploadOffsetError
    return row


@contextmanager
def _one_more(counter: Counter[int], report: int) -> Iterator[None]:
    """Keep one report from filling the disk with what is never finished."""
    if counter[report] >= _AT_ONCE:
        raise BusyError
    counter[report] += 1
    try:
        yield
    finally:
        counter[report] -= 1
        if not counter[report]:
            del counter[report]


async def _write(host: Host, row: AttachmentRow, incoming: Incoming, name: PieceName) -> int:
    body = _Body(incoming, limit=min(host.settings.patch_bytes, row.size - row.arrived))
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            await host.blobs.write(name, body.blocks(), seen=body.hash)
    except TimeoutError:
        raise BusyError from None
    # Else many tiny parts would make as many files and rows.
    if not body.size or (body.size < CHUNK_SIZE and row.arrived + body.size != row.size):
        raise RefusedError(Reason.FIELDS)
    return body.size


async def _place(
    host: Host, find: FindPart, attachment: ids.AttachmentId, piece: Piece
) -> Progress:
    def work(tx: Transaction) -> Progress:
        row = _find(host, tx, find, attachment, piece.start, lock=True)
        if not stored.advance(tx, row, piece):
            raise UploadOffsetError
        return progress_of(replace(row, arrived=piece.start + piece.size))

    return await host.store.write(work)


class _Body:
    """A body on its way to the store: counted and hashed, and cut off if it is too long."""

    def __init__(self, incoming: Incoming, *, limit: int) -> None:
        self._incoming = incoming
        self._limit = limit
        self._sha256 = hashlib.sha256()
        algorithm = incoming.checksum[0] if incoming.checksum else "sha256"
        self._checksum = _CHECKSUMS[algorithm]()
        self.size = 0

    async def blocks(self) -> AsyncIterator[bytes]:
        """Give the body in blocks, and fail at its end if it is not the one announced."""
        waiting = bytearray()
        async for chunk in self._incoming.body:
            self.size += len(chunk)
            if self.size > self._limit:
                raise ContentTooLargeError
            waiting += chunk
            if len(waiting) >= BLOCK_SIZE:
                yield bytes(waiting)
                waiting.clear()
        if waiting:
            yield bytes(waiting)
        self._check()

    def hash(self, block: bytes) -> None:
        """Count a block into the digests: a quarter of a millisecond, so not on the event loop."""
        self._sha256.update(block)
        if self._incoming.checksum is not None:
            self._checksum.update(block)

    def _check(self) -> None:
        if digest_field(self._sha256.digest()) != self._incoming.digest:
            raise RefusedError(Reason.REQUEST_DIGEST)
        expected = self._incoming.checksum
        if expected is not None and self._checksum.digest() != expected[1]:
            raise ChecksumError
