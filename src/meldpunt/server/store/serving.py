"""One process serves a SQLite file: a second would only wait for the first, and rewrite it again.

What runs for a moment beside it (`meldpunt invite`, `maintain`) waits for its turn at SQLite's own
lock, and needs none of this.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

from meldpunt.server.store.opening import sqlite_file

_SUFFIX: Final = "-serving"
"""A file of its own: closing a second descriptor of the database would lose SQLite's own locks."""


class InUseError(Exception):
    """Somebody else has this database file."""


def serving(database_url: str) -> AbstractContextManager[None]:
    """Be the only host on a SQLite file until the end, or until this process dies.

    PostgreSQL takes as many as come.

    Raises:
        InUseError: Another host has it, or somebody changes it.
    """
    return _holding(database_url, fcntl.LOCK_EX)


def apart_from_hosts(database_url: str) -> AbstractContextManager[None]:
    """Keep hosts off a SQLite file; others who do the same wait for each other in SQLite.

    Raises:
        InUseError: A host has it.
    """
    return _holding(database_url, fcntl.LOCK_SH)


@contextmanager
def _holding(database_url: str, lock: int) -> Iterator[None]:
    path = sqlite_file(database_url)
    if path is None:
        yield
        return
    descriptor = os.open(f"{path}{_SUFFIX}", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        message = "A host serves this database file: stop it, or use PostgreSQL for several."
        raise InUseError(message) from None
    finally:
        os.close(descriptor)
