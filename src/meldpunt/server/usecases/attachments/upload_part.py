"""The body of a part on its way in: counted, hashed, and refused once it is known to be wrong."""

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
"""Lengths of checksums in bytes, by algorithm."""


@dataclass(frozen=True, slots=True)
class UploadPart:
    """A part of an attachment, as a request brings it."""

    offset: int
    """Where in the attachment it starts."""
    announced: int | None
    """Bytes that will come, if the request says so."""
    digest: str
    """The Content-Digest field, which is signed."""
    checksum: tuple[str, bytes] | None
    """One of `CHECKSUM_ALGORITHMS`, and its value."""
    body: AsyncIterator[bytes]


class PartBody:
    """A body on its way to the store.

    Args:
        part: The part.
        allowed: Bytes that one request may bring.
        missing: Bytes that the upload still lacks.

    Raises:
        ContentTooLargeError: It is announced to be longer than either.
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
        """Give the body in blocks: all but the last of `BLOCK_SIZE` or more.

        One of a single block is checked before it is given; a longer one fails at its end.

        Raises:
            ContentTooLargeError: It is longer than it may be.
            RefusedError: REQUEST_DIGEST when it is not what was signed; FIELDS if it is too short.
            ChecksumError: It has not the checksum announced.
            BusyError: It comes too slowly, and others wait for its place.
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
                del block  # while the next one comes, nobody holds this one
        if len(waiting) == self.size:
            await asyncio.to_thread(self.hash, bytes(waiting))
            self._check()
        if waiting:
            yield bytes(waiting)
        self._check()

    async def _chunks(self, arrival: IncomingBody) -> AsyncIterator[bytes]:
        """Give the body as it comes."""
        following = partial(anext, aiter(self._part.body))
        while True:
            try:
                chunk: bytes = await arrival.wait(following)
            except StopAsyncIteration:
                return
            arrival.take(len(chunk))
            yield chunk

    def hash(self, block: bytes) -> None:
        """Count a block into the digests: a quarter of a millisecond, so not on the event loop."""
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
        if not size or size < self._least:  # else many tiny parts would make as many files and rows
            raise RefusedError(Reason.FIELDS)
