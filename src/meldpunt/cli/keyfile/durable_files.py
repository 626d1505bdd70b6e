"""Files with keys are replaced whole, one command at a time, and leave nothing behind."""

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ENDING: Final = ".partial"


def replace(path: Path, data: bytes) -> None:
    """Write a file so that at any moment the old one or the new one is there, whole; mode 0600.

    Only while `locked`: what a write left that was killed half-way is removed first.

    Raises:
        OSError: It cannot be written; the old one stays.
    """
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

    Raises:
        OSError: There is no such folder, or the path is a link to itself.
    """
    try:
        folder = path.resolve().parent
    except RuntimeError:  # a link to itself, before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
