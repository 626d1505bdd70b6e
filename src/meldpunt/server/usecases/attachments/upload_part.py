"""The body of a part that a client is sending: count it, hash it, and refuse it if it is wrong."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from meldpunt.protocol.verify.attachment import CHUNK_SIZE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.request import digest_field
from meldpunt.server.errors import ChecksumError, ContentTooLargeError
from meldpunt.server.intake import IncomingBody
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE

_CHECKSUMS: Final[dict[str, Callable[[], Any]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}
CHECKSUM_ALGORITHMS: Final = {name: make().digest_size for name, make in _CHECKSUMS.items()}
"""Length of a checksum in bytes, by algorithm."""


@dataclass(frozen=True, slots=True)
class UploadPart:
    """A part of an attachment, as it comes in a request."""

    offset: int
    """Position of the part's first byte in the attachment."""
    announced: int | None
    """Length in bytes that the request announces, if it does."""
    digest: str
    """The Content-Digest field, which the caller's signature covers."""
    checksum: tuple[str, bytes] | None
    """One of `CHECKSUM_ALGORITHMS`, and its value."""
    body: AsyncIterator[bytes]


class PartBody:
    """The body of a part, between the client and the store.

    Args:
        part: The part.
        allowed: Most bytes that one request may bring.
        missing: Bytes that the upload still lacks.

    Raises:
        ContentTooLargeError: The announced length is more than `allowed` or `missing`.
        RefusedError: FIELDS for an announced length of less than 64 KiB that does not finish the
            upload.
    """

    def __init__(self, part: UploadPart, *, allowed: int, missing: int) -> None:
        self._part = part
        self._limit = min(allowed, missing)
        self._least = min(CHUNK_SIZE, missing)
        self._sha256 = hashlib.sha256()
        algorithm = part.checksum[0] if part.checksum else "sha256"
        self._checksum = _CHECKSUMS[algorithm]()
        self._is_checked = False
        self.size = 0
        if part.announced is not None:
            self._check_size(part.announced)

    async def blocks(self, arrival: IncomingBody) -> AsyncIterator[bytes]:
        """Yield the body in blocks. Every block but the last has at least `BLOCK_SIZE` bytes.

        A body of a single block is checked before this yields it. A longer body is checked after
        its last block.

        Raises:
            ContentTooLargeError: The body is longer than allowed or than the rest of the upload.
            RefusedError: REQUEST_DIGEST when it is not what was signed; FIELDS if it is too short.
            ChecksumError: The body does not have the announced checksum.
            BusyError: The body comes too slowly, or lost its place to another body.
        """
        waiting = bytearray()
        async for chunk in self._chunks(arrival):
            self.size += len(chunk)
            if self.size > self._limit:
                raise ContentTooLargeError
            waiting += chunk
            if len(waiting) >= BLOCK_SIZE:
                block, waiting = bytes(waiting), bytearray()
                yield block
                del block  # do not hold this block in memory while waiting for the next
        if len(waiting) == self.size:
            await asyncio.to_thread(self.hash, bytes(waiting))
            self._check()
        if waiting:
            yield bytes(waiting)
        self._check()

    async def _chunks(self, arrival: IncomingBody) -> AsyncIterator[bytes]:
        """Yield the body in the chunks in which it arrives."""
        following = partial(anext, aiter(self._part.body))
        while True:
            try:
                chunk: bytes = await arrival.wait(following)
            except StopAsyncIteration:
                return
            arrival.take(len(chunk))
            yield chunk

    def hash(self, block: bytes) -> None:
        """Add a block to the digests. It takes 0.25 ms, so never call this on the event loop."""
        if self._is_checked:
            return
        self._sha256.update(block)
        if self._part.checksum is not None:
            self._checksum.update(block)

    def _check(self) -> None:
        self._check_size(self.size)
        if digest_field(self._sha256.digest()) != self._part.digest:
            raise RefusedError(Reason.REQUEST_DIGEST)
        expected = self._part.checksum
        if expected is not None and self._checksum.digest() != expected[1]:
            raise ChecksumError
        self._is_checked = True

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise ContentTooLargeError
        if not size or size < self._least:  # many tiny parts would make as many files and rows
            raise RefusedError(Reason.FIELDS)
