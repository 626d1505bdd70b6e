"""Replace files with keys whole, by one command at a time, without leaving other files behind."""

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import lock_descriptor

from meldpunt.client.files.regular_file import check_replaceable

PATIENCE: Final = 10.0
"""Seconds to wait for another command. Each command holds the lock only for a moment."""

_ENDING: Final = ".partial"
_PAUSE: Final = 0.05
"""Seconds between two attempts."""


class LockedError(OSError):
    """Another program holds the lock, and does not release it."""


def replace(path: Path, data: bytes) -> None:
    """Write a file with mode 0600. At any moment the old or the new file is there, whole.

    Call it only while `locked`: first it removes the rest of a write that was killed half-way.

    Raises:
        OSError: The file cannot be written, or the path is not a regular file, which stays.
    """
    check_replaceable(path)
    target = path.resolve()  # if the path is a link, replace the file it names, not the link
    _remove_partial(target)
    beginning = f".{target.name}."
    handle, name = tempfile.mkstemp(_ENDING, beginning, target.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _remove_partial(target: Path) -> None:
    for found in target.parent.iterdir():
        if found.name.startswith(f".{target.name}.") and found.name.endswith(_ENDING):
            found.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one command at a time change the files of a file's real folder.

    It locks the folder itself, so no lock file stays beside a key.

    Raises:
        LockedError: Another program did not release the folder within `PATIENCE` seconds.
        OSError: There is no such folder, or the path is a link to itself.
    """
    try:
        folder = path.resolve().parent
    except RuntimeError:  # a link to itself, before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle)
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> None:
    until = time.monotonic() + PATIENCE
    while not lock_descriptor(handle, blocking=False):
        if time.monotonic() > until:
            raise LockedError(errno.EAGAIN, "Another program has locked its folder")
        time.sleep(_PAUSE)
