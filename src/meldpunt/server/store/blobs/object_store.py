"""Pieces as objects in any store with the S3 interface.

An upload waits in an unnamed temporary file until it is complete and its digest is right. So a slow
or broken upload never reaches the store, and uses no connection to it.
"""

import asyncio
import logging
import os
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import IO, Final
from urllib.parse import urlsplit

from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from meldpunt.server.errors import AttachmentLostError, BusyError, StorageFullError
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs.blob_store import (
    BLOCK_SIZE,
    MARK,
    NO_ROOM,
    BlobStore,
    NotMountedError,
    OtherDatabaseError,
    PieceName,
    Seen,
    ignore,
)

_PART: Final = 5 << 20
"""The least size that S3 asks of each part of an object, except the last part."""
_AT_ONCE: Final = 4
"""How many pieces the host sends at the same time; each takes two parts of memory."""
_ANSWERS_WITHIN: Final = timedelta(seconds=30)
_LOOKED_AT: Final = 64 * 1024
"""How many bytes at the end of a written piece the host reads back."""
_PATIENCE: Final = timedelta(seconds=20)
"""For how long the host tries again when a store fails."""
# obstore gives the answer of the store, its status and its document, only as a text.
_STATUS_FULL: Final = "returned non-2xx status code: 507"
_NO_OBJECT: Final = "<Code>NoSuchKey</Code>"
_CODE: Final = re.compile(r"<Code>(\w{1,64})</Code>", re.ASCII)
_CODE_FULL: Final = re.compile(r"StorageFull|Quota\w*Exceeded|InsufficientStorage", re.ASCII)
"""MinIO's XMinioStorageFull and XMinioAdminBucketQuotaExceeded (400), Ceph's QuotaExceeded (403),
Huawei's InsufficientStorageSpace (403). S3 itself is never full, so it has no such code."""

_log = logging.getLogger("meldpunt")


class ObjectStore(BlobStore):
    """A bucket, or a prefix in a bucket, that only the host uses."""

    def __init__(self, store: S3Store) -> None:
        super().__init__()
        self._store = store
        self._sending = asyncio.Semaphore(_AT_ONCE)
        self._is_ours = False
        """Whether the mark was read and found right: a prefix does not change under the host."""

    @classmethod
    def open(cls, settings: Settings) -> "ObjectStore":
        """Return the store of `s3://bucket/prefix`, without a request to it."""
        place = urlsplit(settings.attachments or "")
        endpoint = settings.s3_endpoint or f"https://s3.{settings.s3_region}.amazonaws.com"
        given = (settings.s3_key_id, settings.s3_secret)
        key_id, secret = (value.get_secret_value() if value else "" for value in given)
        store = S3Store(
            place.netloc,
            prefix=place.path.strip("/") or None,
            region=settings.s3_region,
            access_key_id=key_id,
            secret_access_key=secret,
            endpoint=endpoint,
            client_options={
                "allow_http": endpoint.startswith("http:"),
                "connect_timeout": timedelta(seconds=5),
                "timeout": _ANSWERS_WITHIN,
            },
            retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
        )
        return cls(store)

    async def claim(self, known: Collection[PieceName]) -> None:
        """Put the mark, unless it is there; an empty one is of the operator."""
        with _failures():
            found = await self._find_mark()
            if found is None and known and not await self._has_any(known):
                raise NotMountedError
            if not found:
                await self._store.put_async(MARK, self._own_mark)
        self._check_mark_is(found or self._own_mark)

    async def check_owner(self) -> None:
        """Read the mark."""
        with _failures():
            found = await self._find_mark()
        self._check_mark_is(found)
        self._is_ours = True

    async def _find_mark(self) -> bytes | None:
        """Return the content of the mark; None if there is no mark, or no bucket yet."""
        try:
            found = await self._store.get_async(MARK)
        except (FileNotFoundError, NotFoundError):
            return None
        return bytes(await found.bytes_async()).strip()

    async def _has_any(self, names: Collection[PieceName]) -> bool:
        for name in names:
            with suppress(FileNotFoundError, NotFoundError):
                await self._store.head_async(name.hex())
                return True
        return False

    async def _check_mark(self) -> None:
        """Check once that this is the prefix of this database.

        Raises:
            BusyError: It is not, or the store does not answer.
        """
        if self._is_ours:
            return
        try:
            await self.check_owner()
        except OtherDatabaseError:
            _log.error("attachments: the place does not belong to this database")
            raise BusyError from None

    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Collect the piece, then send it. The store answers when the piece is durable."""

        def keep(block: bytes) -> None:
            seen(block)
            file.write(block)

        await self._check_mark()
        with _failures(), tempfile.TemporaryFile() as file:
            async for block in blocks:
                await asyncio.to_thread(keep, block)
                del block  # else it stays in memory until the next block comes
            await asyncio.to_thread(file.seek, 0)
            await self._send(name, file)

    async def _send(self, name: PieceName, file: IO[bytes]) -> None:
        """Send a piece in its turn; behind pieces that fail, it would wait for all of them."""
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
                await self._sending.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            await self._store.put_async(name.hex(), file, chunk_size=_PART, max_concurrency=1)
            await self._check_kept(name, file)
        finally:
            self._sending.release()

    async def _check_kept(self, name: PieceName, file: IO[bytes]) -> None:
        """Read back the end of a written piece before the host answers.

        A store, or a cache in front of it, can answer a PUT with an ETag and keep nothing.

        Raises:
            BusyError: The stored piece has another length or other last bytes than the sent piece.
        """
        sent = await asyncio.to_thread(_tail, file)
        found = await self._store.get_async(name.hex(), options={"range": {"suffix": len(sent)}})
        kept = bytes(await found.bytes_async())
        if found.meta["size"] != file.tell() or kept != sent:
            _log.error("attachments: the object store took a piece, and has another")
            raise BusyError

    async def read(self, name: PieceName, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Give a range of an object, in blocks as they arrive."""
        await self._check_mark()
        left = end - start
        with _failures():
            with _absence():
                found = await self._store.get_async(name.hex(), options={"range": (start, end)})
            async for block in found.stream(min_chunk_size=BLOCK_SIZE):
                left -= len(block)
                yield bytes(block)
        if left:
            raise AttachmentLostError

    async def erase(self, names: Collection[PieceName]) -> None:
        """Delete objects; S3 gives the same answer for an object that does not exist."""
        await self._check_mark()
        try:
            with _failures():
                await self._store.delete_async([name.hex() for name in names])
        except StorageFullError:
            raise BusyError from None


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        text = str(error)
        code = found[1] if (found := _CODE.search(text)) else "no code"
        if _STATUS_FULL in text or _CODE_FULL.search(code) or _is_disk_full(error):
            raise StorageFullError from None
        # Log only type and code, because the message of the error names the bucket and the object.
        _log.error("attachments: the object store fails: %s, %s", type(error).__name__, code)
        raise BusyError from None


@contextmanager
def _absence() -> Iterator[None]:
    """Raise AttachmentLostError for a missing object, but not for a missing bucket.

    If the bucket is missing, the objects may still exist.
    """
    try:
        yield
    except (FileNotFoundError, NotFoundError) as error:  # obstore raises the first of them
        if _NO_OBJECT not in str(error):
            raise
        raise AttachmentLostError from None


def _tail(file: IO[bytes]) -> bytes:
    """Return the last bytes of a file; afterwards its position is the end of the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _LOOKED_AT, 0))
    return file.read()


def _is_disk_full(error: Exception) -> bool:
    """Say whether the error means that the temporary file has no room."""
    return isinstance(error, OSError) and error.errno in NO_ROOM
