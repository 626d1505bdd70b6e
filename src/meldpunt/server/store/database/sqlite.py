"""Runs the store functions on SQLite, with one writer.

The writer has its own thread, so that a commit never stops the event loop. Reads take microseconds
and run in the event loop's own thread.
"""

import asyncio
import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from meldpunt.server.errors import BusyError
from meldpunt.server.store.database.engine import Result, Store, Work

_BUSY_MS: Final = 30_000
_SMALL_PAGES: Final = 4096
"""64 MiB: SQLite rewrites such a file in less than a second."""


class SqliteStore(Store):
    """The embedded default database: a write-ahead log, an fsync on every commit, one writer."""

    def __init__(self, url: URL) -> None:
        _make_private(url)
        # One open connection each: taking a connection from a pool costs as much as a query.
        self._reader = _sqlite_engine(url).connect()
        self._written = _sqlite_engine(url).connect()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")

    async def read(self, work: Work[Result]) -> Result:
        """Run in the caller's thread: a change of thread costs more than these reads."""
        return _run(self._reader, "BEGIN", work)

    async def write(self, work: Work[Result]) -> Result:
        """Run in the writer's thread.

        Raises:
            BusyError: Another process (`meldpunt maintain`) has held the file for half a minute.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._writer, _run, self._written, "BEGIN IMMEDIATE", work
        )

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite the file in key order, and empty the write-ahead log."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._vacuum, if_small)

    async def forget(self) -> None:
        """Empty the write-ahead log, because it still holds the old pages."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._empty_log)

    def _empty_log(self) -> None:
        driver_connection(self._written).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _vacuum(self, if_small: bool) -> None:  # noqa: FBT001 (executors pass by position)
        raw = driver_connection(self._written)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        if not if_small or pages <= _SMALL_PAGES:
            raw.execute("VACUUM")
        self._empty_log()

    async def close(self) -> None:
        """Wait for the writer, and close; SQLite empties its log with the last connection."""
        await asyncio.to_thread(self._writer.shutdown)
        for connection in (self._reader, self._written):
            connection.close()
            connection.engine.dispose()


def _run(connection: Connection, begin: str, work: Work[Result]) -> Result:
    try:
        driver_connection(connection).execute(begin)
        with connection.begin():
            return work(connection)
    except BaseException as error:
        # SQLAlchemy sends no ROLLBACK after a failed COMMIT. Without it, no transaction can begin.
        driver_connection(connection).rollback()
        if _is_busy(error):
            raise BusyError from None
        raise


def _is_busy(error: BaseException) -> bool:
    cause = getattr(error, "orig", error)  # SQLAlchemy does not wrap an error of BEGIN
    return getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY")


def _make_private(url: URL) -> None:
    """Make the database file, if it is missing, so that only its owner can open it.

    SQLite gives the files of its log the same mode.
    """
    if url.database:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(url.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        connect_args={"timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 (sqlite3's own type)
        connection.isolation_level = None  # transactions begin in _run, not in the driver
        for pragma in (
            "page_size=16384",  # rows of 8 KiB stay inline; overflow pages show order of arrival
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def driver_connection(connection: Connection) -> Any:  # noqa: ANN401 (sqlite3's own type)
    """Return the driver's own connection, to use it without SQLAlchemy."""
    return connection.connection.driver_connection
