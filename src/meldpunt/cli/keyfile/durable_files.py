"""Files with keys are replaced whole, one command at a time, and leave nothing behind."""

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
"""Seconds to wait for another command. Each holds the lock for a moment only."""

_ENDING: Final = ".partial"
_PAUSE: Final = 0.05
"""Seconds between two attempts."""


class LockedError(OSError):
    """Another program holds the lock, and does not let go."""


def replace(path: Path, data: bytes) -> None:
    """Write a file so that at any moment the old one or the new one is there, whole; mode 0600.

    Only while `locked`: what a write left that was killed half-way is removed first.

    Raises:
        OSError: It cannot be written, or something else than a file is there; that stays.
    """
    check_replaceable(path)
    target = path.resolve()  # through a link: the file it names is replaced, not the link
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
    """Let one command at a time change the files of the folder where a file really is.

    The folder itself is locked, so no lock file stays behind beside a key.

    Raises:
        LockedError: Another program did not let go of the folder in `PATIENCE` seconds.
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
