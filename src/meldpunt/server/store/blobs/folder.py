"""Pieces as files in one folder: durable before the host answers, and never changed."""

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
    MARK,
    NO_ROOM,
    BlobStore,
    NotMountedError,
    OtherDatabaseError,
    PieceName,
    Seen,
    ignore,
)

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

_THREADS: Final = 4
_ROOM_FOR_SECONDS: Final = 1.0
"""For how long a check of the room counts. The host checks the room for each block again."""
_READ: Final = os.O_RDONLY | getattr(os, "O_NOATIME", 0)
"""If the system can do it, reading a file does not record the time of access."""
_EARLY: Final = 1024 * 1024
"""Bytes after which the disk begins to write a long piece."""
_SOME_DAY: Final = 946_684_800
"""2000-01-01: the time of every file, so that files do not show the time of an upload."""

_log = logging.getLogger("meldpunt")


class FolderStore(BlobStore):
    """A folder that only the host uses.

    `serve` never makes the folder, nor believes one without the mark that `migrate` puts there.
    Without its disk, the folder is an empty mount point. Then pieces that the host must erase would
    seem erased, and all others lost.
    """

    def __init__(self, folder: Path, *, reserve: int) -> None:
        super().__init__()
        self._folder = folder
        self._reserve = reserve
        self._has_room_until = 0.0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="attachments")

    async def make_place(self) -> None:
        """Make the folder, so that only its owner can open it."""
        self._folder.mkdir(mode=0o700, exist_ok=True)

    async def claim(self, known: Collection[PieceName]) -> None:
        """Make the folder and its mark; an empty mark is of an older release, or of the operator.

        Errors of the system come as they are, for the operator.
        """
        await asyncio.to_thread(self._claim, known)

    def _claim(self, known: Collection[PieceName]) -> None:
        try:
            found = (self._folder / MARK).read_bytes().strip()
        except FileNotFoundError:
            if known and not any(self._path(name).exists() for name in known):
                raise NotMountedError from None
            found = b""
        if found:
            self._check_mark_is(found)
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._write_mark()

    def _write_mark(self) -> None:
        """Write the mark. Several processes may write the same one; a crash leaves it empty."""
        mark = os.open(self._folder / MARK, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            _write_all(mark, self._own_mark)
            _finish(mark)
        finally:
            os.close(mark)
        self._flush_folder()

    async def check_owner(self) -> None:
        """Read the mark; without one the disk may not be mounted."""
        self._check_mark_is(await self._run(self._read_mark))

    def _check_mark(self) -> None:
        """Check that this is the folder, and not the place where its disk should be mounted."""
        self._check_mark_is(self._read_mark())

    def _read_mark(self) -> bytes:
        try:
            return (self._folder / MARK).read_bytes()
        except FileNotFoundError:
            raise NotMountedError from None

    async def check_room(self) -> None:
        """Ask the disk for its room, unless a check a moment ago found room."""
        now = time.monotonic()
        if now >= self._has_room_until:
            await self._run(lambda: self._check_room(os.statvfs(self._folder)))
            self._has_room_until = now + _ROOM_FOR_SECONDS

    async def write(
        self, name: PieceName, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
    ) -> None:
        """Write a new file, flush the file, and then flush the folder."""
        async with self._holding(self._create, name) as file:
            try:
                async for block in blocks:
                    await self._run(self._append, file, block, seen)
                    del block  # else it stays in memory until the next block comes
                await self._run(_finish, file)
                await self._run(self._flush_folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    self._path(name).unlink(missing_ok=True)
                raise

    async def read(self, name: PieceName, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Give a file's bytes, to the end even if somebody erases the file meanwhile."""
        async with self._holding(self._open, name) as file:
            while start < end:
                block = await self._run(os.pread, file, min(BLOCK_SIZE, end - start), start)
                if not block:
                    raise AttachmentLostError
                start += len(block)
                yield block

    async def erase(self, names: Collection[PieceName]) -> None:
        """Delete files, and flush the folder once."""
        try:
            await self._run(self._remove, names)
        except StorageFullError:  # on btrfs and ZFS, deleting a file writes first
            raise BusyError from None

    async def close(self) -> None:
        """Wait until all writing has finished."""
        await asyncio.to_thread(self._threads.shutdown)

    def _path(self, name: PieceName) -> Path:
        return self._folder / name.hex()

    @contextlib.asynccontextmanager
    async def _holding(
        self, opening: Callable[[PieceName], int], name: PieceName
    ) -> AsyncIterator[int]:
        """Open a file, and close it in any case, even if the caller stopped waiting for it."""
        held: list[int] = []
        try:
            await self._run(lambda: held.append(opening(name)))
            yield held[0]
        finally:
            for file in held:
                os.close(file)

    def _create(self, name: PieceName) -> int:
        self._check_mark()
        return os.open(self._path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

    def _append(self, file: int, block: bytes, seen: Seen) -> None:
        """Write a block if there is room; pieces that arrive at the same time share the room."""
        seen(block)
        self._check_room(os.fstatvfs(file))
        _write_all(file, block)
        _begin_early(file, len(block))

    def _check_room(self, disk: os.statvfs_result) -> None:
        if disk.f_bavail * disk.f_frsize <= self._reserve:
            raise StorageFullError

    def _open(self, name: PieceName) -> int:
        """Open a piece.

        Without the mark the disk may not be mounted, and the piece may still exist.

        Raises:
            AttachmentLostError: This is the folder, and it has no such piece.
        """
        try:
            return os.open(self._path(name), _READ)
        except FileNotFoundError:
            self._check_mark()
            raise AttachmentLostError from None

    def _remove(self, names: Collection[PieceName]) -> None:
        self._check_mark()
        for name in names:
            self._path(name).unlink(missing_ok=True)
        self._flush_folder()

    def _flush_folder(self) -> None:
        """Make the list of files durable, and set the folder's time, so that it shows nothing."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.utime(folder, (_SOME_DAY, _SOME_DAY))
            os.fsync(folder)
        finally:
            os.close(folder)

    async def _run(self, work: Callable[[*Given], Result], *given: *Given) -> Result:
        """Run work in a thread; turn an error of the disk into BusyError or StorageFullError."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        with _failures():
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                await _end(running)  # its file would be closed, and the number used again
                raise


async def _end(running: asyncio.Future[Result]) -> None:
    """Wait for work that cannot stop, however often the caller is cancelled (anyio repeats it)."""
    while not running.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({running})
    running.exception()  # nobody else will read the exception


def _write_all(file: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(file, rest) :]


def _begin_early(file: int, added: int) -> None:
    """Let the disk begin with each MiB at once, so that the flush at the end waits less.

    This is only advice: the flush still waits for every byte, and still reports a failed write.
    """
    end = os.lseek(file, 0, os.SEEK_CUR)
    start = (end - added) // _EARLY * _EARLY
    if end - start >= _EARLY and hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(file, start, end - start, os.POSIX_FADV_DONTNEED)


def _finish(file: int) -> None:
    os.utime(file, (_SOME_DAY, _SOME_DAY))
    os.fsync(file)


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except OtherDatabaseError:
        _log.error("attachments: the place does not belong to this database")
        raise BusyError from None
    except NotMountedError:
        _log.error("attachments: the place has no mark, as if its disk were not mounted")
        raise BusyError from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFullError from None
        # Log only the number, because the message of the error names a file.
        _log.error("attachments: error %s of the operating system", error.errno)
        raise BusyError from None
