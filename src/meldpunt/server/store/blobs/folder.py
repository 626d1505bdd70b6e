"""Pieces as files in one folder: written once, flushed to the disk before anybody is answered."""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar, TypeVarTuple

from meldpunt.server.errors import AttachmentLostError, BusyError, StorageFullError
from meldpunt.server.store.blobs.blob_store import (
    BLOCK_SIZE,
    NO_ROOM,
    BlobStore,
    PieceName,
    Seen,
    ignore,
)

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

_THREADS: Final = 4
_ROOM_FOR_SECONDS: Final = 1.0
"""How long it counts that there was room: each block is compared again before it is written."""
_READ: Final = os.O_RDONLY | getattr(os, "O_NOATIME", 0)
"""Reading leaves no time behind either, where the system can do that."""
_SOME_DAY: Final = 946_684_800
"""2000-01-01: the time of every file, so that it is not the time of an upload."""

_log = logging.getLogger("meldpunt")


class FolderStore(BlobStore):
    """A folder for the host alone.

    `serve` never makes the folder: on a disk that is not mounted it would appear empty, and what
    is to be erased would seem to be gone.
    """

    def __init__(self, folder: Path, *, reserve: int) -> None:
        self._folder = folder
        self._reserve = reserve
        self._has_room_until = 0.0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="attachments")

    async def prepare(self) -> None:
        """Make the folder, for its owner only."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        await self._run(self._flush_folder)

    async def check_room(self) -> None:
        """Ask the disk, if it has not had room just now."""
        now = time.monotonic()
        if now >= self._has_room_until:
            await self._run(lambda: self._check_room(os.statvfs(self._folder)))
            self._has_room_until = now + _ROOM_FOR_SECONDS

    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Write to a new file; flush it, and then the folder."""
        async with self._holding(self._create, name) as file:
            try:
                async for block in blocks:
                    await self._run(self._append, file, block, seen)
                    del block  # or it would be held until the next one has come
                await self._run(_finish, file)
                await self._run(self._flush_folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    self._path(name).unlink(missing_ok=True)
                raise

    async def read(self, name: PieceName, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Give a file's bytes; one that is erased meanwhile is read to its end."""
        async with self._holding(self._open, name) as file:
            while start < end:
                block = await self._run(os.pread, file, min(BLOCK_SIZE, end - start), start)
                if not block:
                    raise AttachmentLostError
                start += len(block)
                yield block

    async def erase(self, names: Collection[PieceName]) -> None:
        """Remove files, and flush the folder once."""
        try:
            await self._run(self._remove, names)
        except StorageFullError:  # where removing writes first, as on btrfs and ZFS
            raise BusyError from None

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.to_thread(self._threads.shutdown)

    def _path(self, name: PieceName) -> Path:
        return self._folder / name.hex()

    @contextlib.asynccontextmanager
    async def _holding(
        self, opening: Callable[[PieceName], int], name: PieceName
    ) -> AsyncIterator[int]:
        """Open a file, and close it, also if nobody waits for it any more when it is open."""
        held: list[int] = []
        try:
            await self._run(lambda: held.append(opening(name)))
            yield held[0]
        finally:
            for file in held:
                os.close(file)

    def _create(self, name: PieceName) -> int:
        return os.open(self._path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

    def _append(self, file: int, block: bytes, seen: Seen) -> None:
        """Write a block if there is room: many pieces that come in at once share what is left."""
        seen(block)
        self._check_room(os.fstatvfs(file))
        _write_all(file, block)

    def _check_room(self, disk: os.statvfs_result) -> None:
        if disk.f_bavail * disk.f_frsize <= self._reserve:
            raise StorageFullError

    def _open(self, name: PieceName) -> int:
        """Open a piece. Where the folder is missing, a disk may not be mounted: nothing is lost."""
        try:
            return os.open(self._path(name), _READ)
        except FileNotFoundError:
            if self._folder.is_dir():
                raise AttachmentLostError from None
            raise

    def _remove(self, names: Collection[PieceName]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)
        self._flush_folder()

    def _flush_folder(self) -> None:
        """Make it durable which files there are; the folder's own time tells nothing either."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.utime(folder, (_SOME_DAY, _SOME_DAY))
            os.fsync(folder)
        finally:
            os.close(folder)

    async def _run(self, work: Callable[[*Given], Result], *given: *Given) -> Result:
        """Run in a thread; a disk that does not do its work makes the host busy or full."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        with _failures():
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await _end(running)  # it holds a file that would be closed, and reused
                raise


async def _end(running: asyncio.Future[Result]) -> None:
    """Wait for what cannot be stopped, however often that is asked (anyio asks all the time)."""
    while not running.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({running})
    running.exception()  # nobody else will ask


def _write_all(file: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(file, rest) :]


def _finish(file: int) -> None:
    os.utime(file, (_SOME_DAY, _SOME_DAY))
    os.fsync(file)


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFullError from None
        # The number alone: the message of the error names a file.
        _log.error("attachments: error %s of the operating system", error.errno)
        raise BusyError from None
