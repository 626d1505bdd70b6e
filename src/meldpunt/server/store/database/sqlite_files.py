"""The files of an open SQLite database: are they still the same, and is there room?

A process that has a file open can write to it after somebody moved or deleted the file. SQLite then
confirms commits into a file without a name. So the store compares the files under the names with
the files that it opened. The log (`-wal`) holds commits too, and `-shm` the locks.
"""

import errno
import os
import tempfile
from pathlib import Path
from typing import Final

from meldpunt.server.errors import (
    DatabaseDamagedError,
    DatabaseFailedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseReplacedError,
)

Identity = tuple[int, int]
"""Device and inode of a file."""

_ROOM: Final = 1 << 20
"""Bytes that a healthy database can still write."""
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ESTALE})
_FAULTY: Final = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO})
_FAILURES: Final[dict[str, type[DatabaseFailedError]]] = {
    "SQLITE_FULL": DatabaseFullError,
    "SQLITE_READONLY": DatabaseReadOnlyError,
    "SQLITE_CORRUPT": DatabaseDamagedError,
    "SQLITE_NOTADB": DatabaseDamagedError,
    "SQLITE_CANTOPEN": DatabaseFailedError,
    "SQLITE_IOERR": DatabaseFailedError,
    "SQLITE_PERM": DatabaseFailedError,
    "SQLITE_AUTH": DatabaseFailedError,
    "SQLITE_NOLFS": DatabaseFullError,
    "SQLITE_PROTOCOL": DatabaseFailedError,
}
"""Failures by SQLite's primary result codes. Other codes are defects, or refusals of one item."""


class SqliteFiles:
    """The names of a database's files, and which files the store opened under them."""

    def __init__(self, path: Path) -> None:
        real = path.resolve()  # SQLite puts the other files beside the file behind a link
        self._names = (str(path), f"{real}-wal", f"{real}-shm")
        self._folder = real.parent
        self._opened: tuple[Identity | None, ...] = (None, None, None)

    def open(self) -> None:
        """Remember which files are open now."""
        self._opened = self._identities()

    def check(self) -> None:
        """Check that the names still lead to the open files.

        Raises:
            DatabaseReplacedError: A file was moved, replaced or deleted.
        """
        now = self._identities()
        if now != self._opened:
            if any(
                before not in {None, found} for before, found in zip(self._opened, now, strict=True)
            ):
                raise DatabaseReplacedError
            self._opened = now  # a file that SQLite has made since

    @property
    def is_only_log_lost(self) -> bool:
        """Whether the database itself is in its place, but one of the files beside it is not."""
        now = self._identities()
        return None is not self._opened[0] == now[0] and now != self._opened

    def check_room(self) -> None:
        """Check that the database can grow, without a trace in its files.

        An unnamed file beside the database gets room at the place where the longest file ends. So
        this sees full disks, quotas and limits on the size of files. It says nothing about a folder
        in which the host makes no files: SQLite may have all that it needs.

        Raises:
            DatabaseFailedError: It cannot, as one of the subclasses says.
        """
        try:
            with tempfile.TemporaryFile(dir=self._folder) as probe:
                os.posix_fallocate(probe.fileno(), self._longest(), _ROOM)
        except OSError as error:
            failure = _failure_of_system(error)
            if failure is not None:
                raise failure from None

    def failure(self, code: str) -> DatabaseFailedError | None:
        """Return what an error of SQLite means, or None if it means no fault of the machine.

        SQLite has one code for a failed write and for a limit on the size of files, so the files
        themselves are looked at.

        Args:
            code: The name of the result code, such as `SQLITE_IOERR_WRITE`.
        """
        kind = _FAILURES.get("_".join(code.split("_")[:2]))
        if kind is None:
            return None
        try:
            self.check()
            if kind is DatabaseFailedError:
                self.check_room()
        except DatabaseFailedError as found:
            return found
        return kind()

    def _identities(self) -> tuple[Identity | None, ...]:
        return tuple(_identity(name) for name in self._names)

    def _longest(self) -> int:
        sizes = [path.stat().st_size for path in map(Path, self._names) if path.exists()]
        return max(sizes, default=0)


def _identity(name: str) -> Identity | None:
    """Return device and inode of a file, or None if there is none that can be seen."""
    try:
        found = os.stat(name)  # noqa: PTH116 (this runs for every transaction)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _failure_of_system(error: OSError) -> DatabaseFailedError | None:
    if error.errno in _NO_ROOM:
        return DatabaseFullError()
    if error.errno == errno.EROFS:
        return DatabaseReadOnlyError()
    if error.errno in _GONE:
        return DatabaseReplacedError()
    return DatabaseFailedError() if error.errno in _FAULTY else None
