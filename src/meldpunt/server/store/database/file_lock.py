"""Makes sure that only one process serves a SQLite file.

A second host would only wait for the first, and rewrite the file again. Short commands beside the
host (`meldpunt invite`, `maintain`) wait for SQLite's own lock, and do not need this lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from meldpunt.server.store.database.url import sqlite_file

_SUFFIX: Final = "-serving"
_BACKUP_SUFFIX: Final = "-backup"
"""Ending of the lock file. Closing a second descriptor of the database would lose SQLite's locks,
so the lock has its own file."""


_IN_USE: Final = (
    "A host serves this database file, or a command changes all of it: stop the one, or wait for"
    " the other. Several hosts at once take PostgreSQL."
)
_NO_LOCK: Final = (
    "The database file cannot be locked: its folder must be there, on no network file system, and"
    " the host must be allowed to write in it."
)


_TWO_BACKUPS: Final = "Another backup of this database runs. Wait until it ends."


class InUseError(Exception):
    """Another process uses this database file."""


class NoLockError(Exception):
    """The system does not let this process lock the database file; the message says what to do."""


def serving(database_url: str) -> AbstractContextManager[None]:
    """Be the only host on a SQLite file until the end, or until this process dies.

    PostgreSQL allows any number of hosts.

    Raises:
        InUseError: Another host uses the file, or a command keeps hosts off it.
        NoLockError: The folder does not exist, or the system gives no lock in it.
    """
    return _holding(database_url, fcntl.LOCK_EX)


def apart_from_hosts(database_url: str) -> AbstractContextManager[None]:
    """Keep hosts off a SQLite file; several such commands wait for each other in SQLite.

    Raises:
        InUseError: A host uses the file, or a command moves it.
        NoLockError: The folder does not exist, or the system gives no lock in it.
    """
    return _holding(database_url, fcntl.LOCK_SH)


def making_backup(database_url: str) -> AbstractContextManager[None]:
    """Be the only backup of a SQLite file until the end; hosts go on serving.

    Raises:
        InUseError: Another backup runs.
        NoLockError: The folder does not exist, or the system gives no lock in it.
    """
    return _holding(database_url, fcntl.LOCK_EX, _BACKUP_SUFFIX, _TWO_BACKUPS)


@contextmanager
def _holding(
    database_url: str, lock: int, suffix: str = _SUFFIX, in_use: str = _IN_USE
) -> Iterator[None]:
    path = sqlite_file(database_url)
    if path is None:
        yield
        return
    descriptor = _take(f"{path}{suffix}", lock, in_use)
    try:
        yield
    finally:
        os.close(descriptor)


def _take(path: str, lock: int, in_use: str) -> int:
    """Lock a file without waiting; returns its descriptor, which holds the lock."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        raise NoLockError(_NO_LOCK) from None
    try:
        fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        is_taken = isinstance(error, BlockingIOError)
        raise InUseError(in_use) if is_taken else NoLockError(_NO_LOCK) from None
    return descriptor
