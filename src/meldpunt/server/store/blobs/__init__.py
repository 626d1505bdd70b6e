"""Stores the ciphertext of attachments, as pieces under random names that never change.

A piece is stored whole and durably under its name, or not at all. Only the database knows which
pieces belong together, and to which report.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from meldpunt.server.settings import Settings
from meldpunt.server.store.blobs.blob_store import MARK, BlobStore, DatabaseId
from meldpunt.server.store.blobs.folder import FolderStore
from meldpunt.server.store.blobs.object_store import ObjectStore

__all__ = ["BlobStore", "DatabaseId", "default_folder", "is_folder", "open_blobs", "place_is_empty"]

_SUFFIX: Final = "-attachments"
_NO_PIECES: Final = {MARK, "lost+found"}


def open_blobs(settings: Settings) -> BlobStore:
    """Open the store that the settings name."""
    if not is_folder(settings):
        return ObjectStore.open(settings)
    return FolderStore(_folder(settings), reserve=settings.disk_reserve_bytes)


def is_folder(settings: Settings) -> bool:
    """Say whether attachments lie in a folder, not in an object store."""
    return not (settings.attachments or "").startswith("s3://")


def place_is_empty(settings: Settings) -> bool:
    """Say whether the folder has no piece, or is not there; an object store is not looked at.

    A mark is no piece, nor is what a new disk has: `claim` looks at the mark.
    """
    folder = _folder(settings)
    if not is_folder(settings) or not folder.exists():
        return True
    return {path.name for path in folder.iterdir()} <= _NO_PIECES


def _folder(settings: Settings) -> Path:
    return Path(settings.attachments) if settings.attachments else default_folder(settings)


def default_folder(settings: Settings) -> Path:
    """Return the default folder: `meldpunt-attachments` for `meldpunt.db`.

    With PostgreSQL, it lies in the working folder.
    """
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() != "sqlite" or not url.database:
        return Path("meldpunt" + _SUFFIX)
    database = Path(url.database)
    return database.with_name(database.stem + _SUFFIX)
