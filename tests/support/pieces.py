"""The pieces in a folder of attachments."""

from pathlib import Path

from meldpunt.server.store.blobs.blob_store import MARK


def pieces_in(folder: Path) -> list[Path]:
    """Return the files of pieces, by name, without the folder's mark."""
    return sorted(path for path in folder.iterdir() if path.name != MARK)
