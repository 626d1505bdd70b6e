"""Writes a backup of a host on SQLite, consistent while the host serves.

The stream is not encrypted: the caller encrypts it before it reaches a disk (`cli/host/backup.py`).
The secrets file is not in a backup. With it, a stolen backup could forge proofs of receipt.
"""

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from meldpunt.server.backup_archive import ArchiveWriter, BackupError, Index
from meldpunt.server.errors import AttachmentLostError
from meldpunt.server.host import Host
from meldpunt.server.opening import check_schema, telling_of_folders, with_database, with_host
from meldpunt.server.settings import Settings
from meldpunt.server.store.attachments import list_all_pieces
from meldpunt.server.store.blobs.blob_store import BlobStore, PieceName
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.file_lock import making_backup
from meldpunt.server.store.database.sqlite_copy import copy_file
from meldpunt.server.store.database.url import sqlite_file
from meldpunt.server.store.identity import find_identity
from meldpunt.server.store.last_day import find_last_day

_COPY: Final = "-copy"
"""Ending of the copy that lies beside the database for a moment."""
_NOT_SQLITE: Final = (
    "This makes backups of a SQLite file. For PostgreSQL use its own tools: pg_dump or continuous"
    " archiving; docs/operations/storage.md says how, and what belongs to it."
)
Tell = Callable[[int, int], None]
"""Gets how many bytes are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What went into a backup."""

    database_bytes: int
    pieces: int
    absent: int
    """Pieces that the database names and that their place did not have."""
    last_day: date | None
    """The last day that the host saw and believed."""


def sqlite_path(settings: Settings) -> Path:
    """Return the file of the database.

    Raises:
        BackupError: The database is no file.
    """
    path = sqlite_file(settings.database_url.get_secret_value())
    if path is None:
        raise BackupError(_NOT_SQLITE)
    return path


def write_backup(
    settings: Settings, target: IO[bytes], tell: Tell, *, with_attachments: bool = True
) -> Backup:
    """Write a backup to a stream.

    Args:
        settings: Of the host, which may be serving.
        target: Gets the bytes, in order.
        tell: Gets the progress.
        with_attachments: Also the pieces of attachments, not only the database.

    Raises:
        BackupError: The database is no SQLite file, or SQLite could not copy it.
        InUseError: Another backup runs.
        NotMigratedError: Run `migrate` first.
        NoAnswerError: The store of attachments does not answer.
    """
    sqlite_path(settings)
    check_schema(settings)
    url = settings.database_url.get_secret_value()
    with making_backup(url), telling_of_folders(), ArchiveWriter(target) as archive:
        return _write(settings, archive, tell, with_attachments)


def _write(
    settings: Settings,
    archive: ArchiveWriter,
    tell: Tell,
    with_attachments: bool,  # noqa: FBT001 (handed on)
) -> Backup:
    with _copied(sqlite_path(settings)) as copy:
        index, last_day = with_database(f"sqlite:///{copy}", _read)
        pieces = index.pieces if with_attachments else {}
        size = copy.stat().st_size
        every = size + sum(pieces.values())
        archive.add_index(index)
        with copy.open("rb") as file:
            archive.add_database(size, file)

    def add(host: Host) -> Awaitable[int]:
        return _add_pieces(host.blobs, archive, pieces, lambda done: tell(size + done, every))

    absent = with_host(settings, add)
    archive.end()
    return Backup(size, len(pieces) - absent, absent, last_day)


@contextmanager
def _copied(path: Path) -> Iterator[Path]:
    """Give a copy of the database for a moment, beside it."""
    copy = path.with_name(path.name + _COPY)
    _remove(copy)  # of a backup that was killed
    try:
        _copy(path, copy)
        yield copy
    finally:
        _remove(copy)


def _copy(path: Path, copy: Path) -> None:
    try:
        copy_file(path, copy)
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
        message = (
            f"SQLite could not copy the database ({code}). The copy needs as much room beside the"
            " database as the database itself."
        )
        raise BackupError(message) from None


def _remove(copy: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)


async def _read(store: Store) -> tuple[Index, date | None]:
    identity = await store.read(find_identity)
    if identity is None:
        raise BackupError("The database does not know itself yet. First: meldpunt migrate")
    index = Index(identity.database_id, await store.read(list_all_pieces))
    return index, await store.read(find_last_day)


async def _add_pieces(
    blobs: BlobStore,
    archive: ArchiveWriter,
    pieces: Mapping[PieceName, int],
    tell: Callable[[int], None],
) -> int:
    """Add pieces; returns how many were not there."""
    absent = done = 0
    tell(done)
    for name, size in pieces.items():
        async with _fetched(blobs, name, size) as piece:
            if piece is None:
                absent += 1
            else:
                archive.add_piece(name, size, piece)
        done += size
        tell(done)
    return absent


@asynccontextmanager
async def _fetched(blobs: BlobStore, name: PieceName, size: int) -> AsyncIterator[IO[bytes] | None]:
    """Give a piece as an unnamed file, or None if it was erased meanwhile, or lost."""
    with tempfile.TemporaryFile() as file:
        try:
            async for block in blobs.read(name, 0, size):
                file.write(block)
        except AttachmentLostError:
            yield None
            return
        file.seek(0)
        yield file
