"""Copies a SQLite file while a host serves it, and looks whether such a copy is whole."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from meldpunt.server.errors import DatabaseDamagedError

_PATIENCE = 30.0
"""Seconds for which another process may hold the file."""


def copy_file(source: Path, target: Path) -> None:
    """Write everything that is committed to a new file of mode 0600, in the order of keys.

    The copy is of one moment: a host may go on writing meanwhile.

    Raises:
        FileExistsError: There is a file already.
        sqlite3.Error: SQLite could not read, or not write.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source, timeout=_PATIENCE)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def check_file(path: Path) -> None:
    """Read every page of a file.

    Raises:
        DatabaseDamagedError: A page, an index or a value is not as SQLite writes it.
    """
    try:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError:
        raise DatabaseDamagedError from None
    if found != "ok":
        raise DatabaseDamagedError
