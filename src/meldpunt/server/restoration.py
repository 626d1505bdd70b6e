"""Puts a backup where a host can serve it: only into an empty place, and only if it is whole."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from meldpunt.server.backup import Tell, sqlite_path
from meldpunt.server.backup_archive import ArchiveReader, BackupError, ByteSource, Index
from meldpunt.server.errors import AttachmentLostError, DatabaseDamagedError
from meldpunt.server.opening import telling_of_folders, with_database, with_opened
from meldpunt.server.secrets import SecretsError, load_secrets
from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs import is_folder, open_blobs, place_is_empty
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE, BlobStore, PieceName
from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.file_lock import serving
from meldpunt.server.store.database.migration import SchemaState, find_schema
from meldpunt.server.store.database.sqlite_copy import check_file
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.identity import find_identity
from meldpunt.server.store.last_day import find_last_day
from meldpunt.server.store.lines import count_lines
from meldpunt.server.store.reports import count_reports

_PARTIAL: Final = "-restoring"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
_NEWER: Final = "A newer release made this backup: install that one, then restore."
_DAMAGED: Final = "The database in this backup is damaged. Take an older backup."


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there again, and what is not."""

    lines: int
    reports: int
    attachment_parts: int
    """Pieces that are in their place now."""
    missing_parts: int
    """Pieces that the database names, and that are nowhere."""
    last_day: date | None
    """The last day that the host of the backup saw."""
    secrets: str
    """`right`, `missing`, or `other` for the file of another database."""
    is_behind: bool
    """`meldpunt migrate` has something to do."""


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the restored database says of itself."""

    lines: int
    reports: int
    last_day: date | None
    receipt_key: bytes | None
    is_behind: bool


def restore_backup(
    settings: Settings, source: ByteSource, tell: Tell, *, with_attachments: bool = True
) -> Restored:
    """Put a backup where the settings say.

    The database gets its name last. So a host never serves half a backup.

    Args:
        settings: Of the host that is to serve it. Nothing may be there yet.
        source: The stream that `write_backup` made.
        tell: Gets the progress.
        with_attachments: False leaves the place of the attachments as it is, and only looks which
            parts are there.

    Raises:
        BackupError: Something is there already, or the stream is no whole backup.
        InUseError: A host uses the file, or a command moves it.
        OtherDatabaseError: The place of the attachments belongs to another database.
        StorageFullError: There is no room for the attachments.
    """
    path = sqlite_path(settings)
    with telling_of_folders(), serving(settings.database_url.get_secret_value()):
        _check_empty(path, settings, with_attachments=with_attachments)
        archive = ArchiveReader(source)
        index = archive.index()
        partial = path.with_name(path.name + _PARTIAL)
        try:
            _store_database(archive, partial)
            contents = _look_into(partial, index)
            restoration = _Pieces(index, tell, with_attachments, is_folder(settings))
            found = with_opened(
                lambda: open_blobs(settings), lambda blobs: restoration.restore(blobs, archive)
            )
            partial.rename(path)
            _flush(path.parent)
        finally:
            for suffix in _BESIDE:
                Path(f"{partial}{suffix}").unlink(missing_ok=True)
    return Restored(
        lines=contents.lines,
        reports=contents.reports,
        attachment_parts=found,
        missing_parts=len(index.pieces) - found,
        last_day=contents.last_day,
        secrets=_compare_secrets(settings, contents.receipt_key),
        is_behind=contents.is_behind,
    )


def _check_empty(path: Path, settings: Settings, *, with_attachments: bool) -> None:
    for suffix in _BESIDE:
        beside = Path(f"{path}{suffix}")
        if beside.exists() or beside.is_symlink():
            message = (
                f"There is a file {beside.name} already. A database beside the log of another one"
                " loses reports. Move all its files away (also -wal and -shm), then restore."
            )
            raise BackupError(message)
    if with_attachments and not place_is_empty(settings):
        message = (
            "The folder for attachments is not empty. Delete it if a restore was broken off there."
            " Keep it with --without-attachments if it is the folder that the lost host had."
            " Otherwise move it away."
        )
        raise BackupError(message)


def _store_database(archive: ArchiveReader, partial: Path) -> None:
    size, source = archive.database()
    partial.unlink(missing_ok=True)  # of a restore that was killed
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while block := source.read(BLOCK_SIZE):
            file.write(block)
        if file.tell() != size:
            raise BackupError(_DAMAGED)
        file.flush()
        os.fsync(file.fileno())


def _look_into(partial: Path, index: Index) -> _Contents:
    try:
        check_file(partial)
        return with_database(f"sqlite:///{partial}", lambda store: _read(store, index))
    except DatabaseDamagedError:
        raise BackupError(_DAMAGED) from None


async def _read(store: Store, index: Index) -> _Contents:
    def work(tx: Transaction) -> _Contents:
        schema = find_schema(tx)
        if schema.state is SchemaState.NEWER:
            raise BackupError(_NEWER)
        identity = find_identity(tx)
        if identity is None or identity.database_id != index.database:
            raise BackupError(_DAMAGED)
        return _Contents(
            lines=count_lines(tx),
            reports=count_reports(tx),
            last_day=find_last_day(tx),
            receipt_key=identity.receipt_key,
            is_behind=schema.state is not SchemaState.CURRENT,
        )

    return await store.read(work)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Where the pieces of a backup go."""

    index: Index
    tell: Tell
    are_written: bool
    """False if they are only looked for."""
    was_empty: bool
    """Nothing that this run did not write is there: an object store may have kept its pieces."""

    async def restore(self, blobs: BlobStore, archive: ArchiveReader) -> int:
        """Write the pieces, then read the end of each again; returns how many are there."""
        blobs.recognize(self.index.database)
        if self.are_written:
            await blobs.make_place()
        await blobs.claim(() if self.are_written else list(self.index.pieces)[:100])
        try:
            await self._write(blobs, archive)
        except BaseException:
            if self.are_written and self.was_empty:  # else the next run finds the place in use
                await blobs.erase(list(self.index.pieces))
            raise
        return sum([await _is_there(blobs, *piece) for piece in self.index.pieces.items()])

    async def _write(self, blobs: BlobStore, archive: ArchiveReader) -> None:
        every, done = sum(self.index.pieces.values()), 0
        self.tell(0, every)
        for name, piece in archive.pieces(self.index):
            if self.are_written:
                await blobs.write(name, _blocks(piece))
            done += self.index.pieces[name]
            self.tell(done, every)


async def _blocks(piece: IO[bytes]) -> AsyncIterator[bytes]:
    while block := piece.read(BLOCK_SIZE):
        yield block


async def _is_there(blobs: BlobStore, name: PieceName, size: int) -> bool:
    """Say whether a piece is there to its last byte."""
    try:
        async for _ in blobs.read(name, max(size - 1, 0), size):
            pass
    except AttachmentLostError:
        return False
    return True


def _compare_secrets(settings: Settings, receipt_key: bytes | None) -> str:
    try:
        found = load_secrets(settings.secrets_file)
    except SecretsError:
        return "other"
    if found is None:
        return "missing"
    return "right" if receipt_key in (None, found.receipt_key) else "other"


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
