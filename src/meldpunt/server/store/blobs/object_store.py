"""Pieces as objects in any store that speaks S3.

What comes in waits in an unnamed temporary file until all of it is there and its digest holds: a
slow or broken upload never reaches the store, and holds no connection to it.
"""

import asyncio
import logging
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Final
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from meldpunt.server.errors import BusyError, StorageFullError
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE, BlobStore, PieceName, Seen, ignore

_PART: Final = 5 << 20
"""What S3 asks of each part of an object but the last."""
_AT_ONCE: Final = 4
"""Pieces on their way to the store; each takes two parts of memory."""
_ANSWERS_WITHIN: Final = timedelta(seconds=30)
_PATIENCE: Final = timedelta(seconds=20)
"""How long a store that fails is asked again."""
_FULL: Final = "507 Insufficient Storage"

_log = logging.getLogger("meldpunt")


class ObjectStore(BlobStore):
    """A bucket, or a prefix in one, for the host alone."""

    def __init__(self, store: S3Store) -> None:
        self._store = store
        self._sending = asyncio.Semaphore(_AT_ONCE)

    @classmethod
    def open(cls, settings: Settings) -> "ObjectStore":
        """Return the store of `s3://bucket/prefix`; nothing is asked of it yet."""
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

    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Collect the piece, then send it: the store answers when it is durable there."""

        def keep(block: bytes) -> None:
            seen(block)
            file.write(block)

        with _failures(), tempfile.TemporaryFile() as file:
            async for block in blocks:
                await asyncio.to_thread(keep, block)
                del block  # or it would be held until the next one has come
            await asyncio.to_thread(file.seek, 0)
            await self._send(name, file)

    async def _send(self, name: PieceName, file: IO[bytes]) -> None:
        async with self._sending:
            await self._store.put_async(name.hex(), file, chunk_size=_PART, max_concurrency=1)

    async def read(self, name: PieceName, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Give a range of an object as it comes."""
        with _failures():
            found = await self._store.get_async(name.hex(), options={"range": (start, end)})
            async for block in found.stream(min_chunk_size=BLOCK_SIZE):
                yield bytes(block)

    async def erase(self, names: Collection[PieceName]) -> None:
        """Delete objects; S3 says the same of one that is not there."""
        with _failures():
            await self._store.delete_async([name.hex() for name in names])


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        if _FULL in str(error):
            raise StorageFullError from None
        # The type alone: the message of the error names the bucket and the object.
        _log.error("attachments: the object store fails: %s", type(error).__name__)
        raise BusyError from None
