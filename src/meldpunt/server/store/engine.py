"""Databases behind one face: work is a function of a transaction, and it is committed on return.

Store functions are written once, synchronously. SQLite has one writer, a thread of its own, so that
a commit never stops the event loop; its reads are microseconds and run in place. PostgreSQL runs
the same functions over asyncpg.
"""

import asyncio
import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from meldpunt.server.store.tables import metadata

Result = TypeVar("Result")
Work = Callable[[Connection], Result]

_BUSY_MS: Final = 30_000
_SMALL_PAGES: Final = 4096
"""64 MiB: rewritten in less than a second."""
_POOL_SIZE: Final = 8
_ATTEMPTS: Final = 3
_LOST_RACES: Final = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL's unique_violation, serialization_failure and deadlock_detected (its appendix A)."""


class Store(ABC):
    """A database. `read` and `write` each run one transaction."""

    @abstractmethod
    async def read(self, work: Work[Result]) -> Result:
        """Run work that changes nothing, on one snapshot."""

    @abstractmethod
    async def write(self, work: Work[Result]) -> Result:
        """Run work and commit it durably before returning; an exception rolls it back."""

    @abstractmethod
    async def tidy(self, *, if_small: bool = False) -> None:
        """Leave no deleted row, and no order of arrival, in the database's files.

        Args:
            if_small: Only what takes less than a second. A small file needs it more often: its few
                pages hold rows and index entries in the order in which they came.
        """

    async def forget(self) -> None:
        """Take what was just erased out of the log too, where the database's files keep one."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Finish what is under way and let go of the database."""


class SqliteStore(Store):
    """The embedded default: write-ahead log, fsync on every commit, one writer."""

    def __init__(self, url: URL) -> None:
        _make_private(url)
        # One connection each, kept open: taking one from a pool costs as much as a query.
        self._reader = _sqlite_engine(url, "BEGIN").connect()
        self._written = _sqlite_engine(url, "BEGIN IMMEDIATE").connect()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")

    async def read(self, work: Work[Result]) -> Result:
        """Run in place: a thread hop costs more than these reads."""
        with self._reader.begin():
            return work(self._reader)

    async def write(self, work: Work[Result]) -> Result:
        """Run in the writer's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, self._commit, work)

    def _commit(self, work: Work[Result]) -> Result:
        with self._written.begin():
            return work(self._written)

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite the file in key order, and empty the write-ahead log."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._vacuum, if_small)

    async def forget(self) -> None:
        """Empty the write-ahead log: it still holds the pages as they were before."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._empty_log)

    def _empty_log(self) -> None:
        _driver_connection(self._written).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _vacuum(self, if_small: bool) -> None:  # noqa: FBT001 (executors pass by position)
        raw = _driver_connection(self._written)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        if not if_small or pages <= _SMALL_PAGES:
            raw.execute("VACUUM")
        self._empty_log()

    async def close(self) -> None:
        """Wait for the writer; SQLite empties its log with the last connection."""
        await asyncio.to_thread(self._writer.shutdown)
        for connection in (self._reader, self._written):
            connection.close()
            connection.engine.dispose()


class PostgresStore(Store):
    """PostgreSQL over asyncpg, for hosts with several processes."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            hide_parameters=True,
            pool_size=_POOL_SIZE,
            max_overflow=0,
        )
        # No extra round trip: the driver says it as it begins.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def read(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool."""
        async with self._snapshots.begin() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool, and again if somebody else was first.

        The same bytes sent twice at once must both succeed: the second look finds the first.
        """
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._run(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _LOST_RACES:
                    raise
        return await self._run(work)

    async def _run(self, work: Work[Result]) -> Result:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite each table in key order; its log and `xmin` still tell the order of arrival.

        docs/operations.md says what an operator does about those.
        """
        if if_small:  # the server's own files tell the order in any case
            return
        async with self._engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in metadata.tables:
                await outside.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()


def _make_private(url: URL) -> None:
    """Make the database file, if it is not there, for its owner only: others keep out of backups.

    SQLite gives the files of its log the same mode.
    """
    if url.database:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(url.database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sqlite_engine(url: URL, begin: str) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        connect_args={"timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 (sqlite3's own type)
        connection.isolation_level = None  # transactions begin below, not in the driver
        for pragma in (
            "page_size=16384",  # rows of 8 KiB stay inline: overflow pages lie in order of arrival
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        _driver_connection(connection).execute(begin)

    return engine


def _driver_connection(connection: Connection) -> Any:  # noqa: ANN401 (sqlite3's own type)
    return connection.connection.driver_connection


def open_store(database_url: str) -> Store:
    """Open the database of a URL.

    Raises:
        ValueError: Neither `sqlite:` nor `postgresql:`.
    """
    with suppress(ArgumentError):
        url = make_url(database_url)
        if url.get_backend_name() == "sqlite":
            return SqliteStore(url)
        if url.get_backend_name() == "postgresql":
            return PostgresStore(url)
    raise ValueError("the database is sqlite:///file or postgresql://user:password@host/database")
