"""One process serves a SQLite file: a second would only wait for the first, and rewrite it again.

What runs for a moment beside it (`meldpunt invite`, `maintain`) waits for its turn at SQLite's own
lock, and needs none of this.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from typing import Final

from sqlalchemy import make_url

_SUFFIX: Final = "-serving"
"""A file of its own: closing a second descriptor of the database would lose SQLite's own locks."""


class InUseError(Exception):
    """A host serves this database file already."""


def is_sqlite(database_url: str) -> bool:
    """Say whether a database is a file of this machine, with one writer."""
    return make_url(database_url).get_backend_name() == "sqlite"


@contextlib.contextmanager
def serving(database_url: str) -> Iterator[None]:
    """Be the only host on a SQLite file until the end, or until this process dies.

    PostgreSQL takes as many as come.

    Raises:
        InUseError: Another process has it.
    """
    path = make_url(database_url).database
    if not is_sqlite(database_url) or not path:
        yield
        return
    descriptor = os.open(path + _SUFFIX, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InUseError(
            "Another host serves this database. For several, use PostgreSQL."
        ) from None
    finally:
        os.close(descriptor)
