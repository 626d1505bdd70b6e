"""Open a file that a person named. Refuse a pipe, a device or a folder, and never wait for one."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read, without waiting: a plain open of a pipe could wait for ever.

    Raises:
        OSError: The file cannot be read, or is not a regular file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise _refusal() from None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise _refusal()
    return os.fdopen(handle, "rb")


def check_replaceable(path: Path) -> None:
    """Refuse to write to a path where anything but a regular file exists.

    Raises:
        OSError: The path is a pipe, a device, a folder, or a link that leads nowhere.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            raise OSError(errno.ENOENT, "It is a link that leads nowhere") from None
        return
    if not stat.S_ISREG(mode):
        raise _refusal()


def _refusal() -> OSError:
    return OSError(errno.EINVAL, "It is not a regular file")
