"""Which kind of database a URL means."""

from contextlib import suppress

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from meldpunt.server.store.engine import Store
from meldpunt.server.store.postgresql import PostgresStore
from meldpunt.server.store.sqlite import SqliteStore


class UnknownDatabaseError(ValueError):
    """The URL names no kind of database that a host can use; the message does not quote it."""


def open_store(database_url: str) -> Store:
    """Open the database of a URL.

    Raises:
        UnknownDatabaseError: Neither `sqlite:` nor `postgresql:`.
    """
    with suppress(ArgumentError):
        url = make_url(database_url)
        if url.get_backend_name() == "sqlite":
            return SqliteStore(url)
        if url.get_backend_name() == "postgresql":
            return PostgresStore(url)
    message = "the database is sqlite:///file or postgresql://user:password@host/database"
    raise UnknownDatabaseError(message)
