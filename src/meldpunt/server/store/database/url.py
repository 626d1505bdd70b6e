"""Decides which kind of database a URL means."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from meldpunt.server.store.database.engine import Store
from meldpunt.server.store.database.postgresql import PostgresStore
from meldpunt.server.store.database.sqlite import SqliteStore

_PARAMETERS: Final = {"sqlite": frozenset(), "postgresql": frozenset(("host", "port", "ssl"))}
"""What may follow `?`, by the kind of database. Drivers fail at anything else."""
_MEMORY: Final = (None, "", ":memory:")
"""Names of a SQLite database that is no file: each connection would have one of its own."""


class UnknownDatabaseError(ValueError):
    """The URL names no kind of database that a host can use. The message does not quote the URL."""


def open_store(database_url: str) -> Store:
    """Open the database that a URL names.

    Raises:
        UnknownDatabaseError: Neither `sqlite:` nor `postgresql:`.
    """
    url = _parse(database_url)
    return SqliteStore(url) if url.get_backend_name() == "sqlite" else PostgresStore(url)


def sqlite_file(database_url: str) -> Path | None:
    """Return the path of a database that is a file; None for PostgreSQL.

    Raises:
        UnknownDatabaseError: Neither `sqlite:` nor `postgresql:`.
    """
    url = _parse(database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _parse(database_url: str) -> URL:
    with suppress(ArgumentError, ValueError):
        url = make_url(database_url)
        kind = url.get_backend_name()
        is_file = kind == "sqlite" and url.database not in _MEMORY
        if (is_file or kind == "postgresql") and url.query.keys() <= _PARAMETERS[kind]:
            return url
    message = (
        "A database is sqlite:///file, with four slashes for an absolute path, or"
        " postgresql://user:password@host/database; after ? only host, port and ssl"
        " (MELDPUNT_DATABASE_URL)."
    )
    raise UnknownDatabaseError(message)
