"""Write the page into a folder, for a web server to serve while it is replaced."""

import contextlib
import os
import tempfile
from pathlib import Path

from meldpunt.page import INDEX, LINE, MANIFEST, PageBuild, line_file, read_build
from meldpunt.protocol.texts.page_manifest import read_page_manifest
from meldpunt.protocol.verify.errors import RefusedError


def write_page(folder: Path, address: str) -> PageBuild:
    """Write the page for the line at an address.

    What `index.html` names is there before it, and files of an earlier release go last.

    Raises:
        OSError: The folder cannot be written.
    """
    build = read_build()
    folder.mkdir(parents=True, exist_ok=True)
    earlier = _files_of(folder)
    files = {**build.files, LINE: line_file(address)}
    for name in sorted(files, key=lambda name: name == INDEX):
        _replace(folder / name, files[name])
    for name in earlier - files.keys():
        (folder / name).unlink(missing_ok=True)
    return build


def _files_of(folder: Path) -> set[str]:
    """Return the files of the release that is there: a manifest names files in its own folder."""
    try:
        manifest = read_page_manifest((folder / MANIFEST).read_bytes())
    except (OSError, RefusedError):
        return set()
    return {file.path for file in manifest.files}


def _replace(path: Path, data: bytes) -> None:
    """Write a file that the web server may read. At any moment the old or the new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
