"""Runs the store functions on SQLite, with one writer.

The writer has its own thread, so that a commit never stops the event loop. Reads take microseconds
and run in the event loop's own thread.
"""

import asyncio
import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVarTuple

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError

from meldpunt.server.errors import (
    BusyError,
    DatabaseDamagedError,
    DatabaseFailedError,
    StoredValueError,
    may_be_of_one,
)
from meldpunt.server.store.database.condition import Condition
from meldpunt.server.store.database.engine import Result, Store, Work
from meldpunt.server.store.database.sqlite_files import SqliteFiles
from meldpunt.server.store.database.write_groups import WriteGroups, WriteOutcome, run_each

Given = TypeVarTuple("Given")

_BUSY_MS: Final = 30_000
_SMALL_PAGES: Final = 4096
"""64 MiB: SQLite rewrites such a file in less than a second."""
_NOT_TEXT: Final = "Could not decode to UTF-8"
"""How the driver begins an error that then quotes the stored value. It has no code."""
_LOOK: Final = "SELECT 1 FROM sqlite_master"
"""Makes SQLite open its log."""
_TRIAL: Final = "PRAGMA user_version = 0"
"""Writes a page without changing it; nothing uses this number."""

_log = logging.getLogger("meldpunt")


class SqliteStore(Store):
    """The embedded default database: a write-ahead log, an fsync on every commit, one writer."""

    def __init__(self, url: URL) -> None:
        """Open the file, and make it if it is missing.

        Raises:
            DatabaseFailedError: It is no database, or cannot be opened.
        """
        self._files = SqliteFiles(Path(url.database or ""))
        self._condition = Condition()
        self._rescued = False
        _make_private(url)
        with self._faults():
            # One open connection each: taking a connection from a pool costs as much as a query.
            self._reader = _sqlite_engine(url).connect()
            self._written = _sqlite_engine(url).connect()
            _run(self._reader, "BEGIN", lambda tx: tx.exec_driver_sql(_LOOK))
            self._files.open()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._groups = WriteGroups(self._writer, self._write_group)

    async def read(self, work: Work[Result]) -> Result:
        """Run in the caller's thread: a change of thread costs more than these reads.

        Raises:
            DatabaseFailedError: The file is not there, or cannot be read.
        """
        with self._faults():
            self._files.check()
            return _run(self._reader, "BEGIN", work)

    async def look_up(self, work: Work[Result]) -> Result:
        """Run in the caller's thread, without a transaction: SQLite gives each statement its own.

        Raises:
            DatabaseFailedError: As `read`.
        """
        with self._faults():
            self._files.check()
            try:
                return work(self._reader)
            finally:
                if self._reader.in_transaction():  # SQLAlchemy counts one for its own statements
                    self._reader.rollback()

    async def write(self, work: Work[Result]) -> Result:
        """Run in the writer's thread, in one transaction with all that waits for it.

        Raises:
            BusyError: Another process (`meldpunt maintain`) has held the file for half a minute.
            DatabaseFailedError: The file is not there, or cannot be written, or is damaged.
        """
        return await self._groups.write(work)

    async def rebuild(self, work: Work[Result]) -> Result:
        """Run in the writer's thread, in a transaction of its own. Errors are as for `write`."""
        return await self._in_writer(self._write, work)

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite the file in key order, and empty the write-ahead log.

        Raises:
            BusyError: Another process has held the file for half a minute.
            DatabaseFailedError: As `write`. The log is emptied all the same, if possible.
        """
        await self._in_writer(self._tidy, if_small)

    async def forget(self) -> None:
        """Empty the write-ahead log, because it still holds the old pages.

        If that fails now, the next hour does it: what the caller erased is committed already.
        """
        with contextlib.suppress(BusyError, DatabaseFailedError):
            await self._in_writer(self._empty_log)

    async def check(self) -> None:
        """Look at the files and at the room for them; after a failure, also write something.

        A trial leaves a page in the log, so on ordinary days there is none. The look does not wait
        for the writer, which may rewrite a large file.
        """
        await asyncio.to_thread(self._look)
        if self._condition.failure is not None:
            await self._in_writer(self._write, _try_writing)

    async def close(self) -> None:
        """Wait for the writer, and close; SQLite empties its log with the last connection."""
        await asyncio.to_thread(self._groups.close)
        for connection in (self._reader, self._written):
            with contextlib.suppress(DBAPIError):
                connection.close()
            connection.engine.dispose()

    async def _in_writer(self, work: Callable[[*Given], Result], *given: *Given) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, work, *given)

    def _write(self, work: Work[Result]) -> Result:
        """Run work and commit it to a file that still has its name."""
        with self._faults():
            if self._condition.is_damaged:  # what a damaged file confirms, it may lose
                raise DatabaseDamagedError
            self._files.check()
            result = _run(self._written, "BEGIN IMMEDIATE", work)
            self._files.check()
        self._condition.work()
        return result

    def _write_group(self, group: Sequence[Work[Any]]) -> list[WriteOutcome]:
        if len(group) == 1:  # it needs no savepoint
            return [WriteOutcome(self._write(group[0]))]
        driver = driver_connection(self._written)
        return self._write(lambda tx: run_each(tx, driver, group, is_fault=self._is_fault))

    def _is_fault(self, error: Exception) -> bool:
        """Say whether an error is one of the machine, not of one piece of work."""
        if isinstance(error, DBAPIError | sqlite3.Error):
            return self._files.failure(_code(error)) is not None
        return isinstance(error, DatabaseFailedError) and not may_be_of_one(error)

    def _look(self) -> None:
        with self._faults():
            self._files.check()
            self._files.check_room()

    def _tidy(self, if_small: bool) -> None:  # noqa: FBT001 (executors pass by position)
        with self._faults():
            self._files.check()
            try:
                self._rewrite(if_small=if_small)
            except Exception:
                with contextlib.suppress(BusyError, DatabaseFailedError):
                    self._empty_log()  # the log shows the order of all reports
                raise
            self._empty_log()

    def _rewrite(self, *, if_small: bool) -> None:
        raw = driver_connection(self._written)
        self._look_for_damage(raw)
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        if not if_small or pages <= _SMALL_PAGES:
            raw.execute("VACUUM")

    def _look_for_damage(self, raw: Any) -> None:  # noqa: ANN401 (sqlite3's own type)
        """Look again at a file that was damaged, before anything is written to it."""
        if self._condition.is_damaged:
            if raw.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise DatabaseDamagedError
            self._condition.mend()

    def _empty_log(self) -> None:
        with self._faults():
            raw = driver_connection(self._written)
            is_busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if is_busy:  # another process is reading, and needs the old pages
                raise BusyError

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn SQLite's errors into those of the host, and note what is wrong with the files."""
        try:
            yield
        except StoredValueError:
            raise
        except DatabaseFailedError as failure:
            self._rescue()
            raise self._condition.fail(failure, type(failure).__name__) from None
        except (DBAPIError, sqlite3.Error) as error:
            if _is_no_text(error):
                raise _no_text() from None
            code = _code(error)
            if code.startswith("SQLITE_BUSY"):
                raise BusyError from None
            found = self._files.failure(code)
            if found is None:
                raise
            raise self._condition.fail(found, code) from None

    def _rescue(self) -> None:
        """Bring all commits into the database, if its log has lost its name.

        The next start would make a new log, and never see the old one.
        """
        if not self._rescued and self._files.is_only_log_lost:
            self._rescued = True
            with contextlib.suppress(sqlite3.Error):
                driver_connection(self._written).execute("PRAGMA wal_checkpoint(FULL)")


def _run(connection: Connection, begin: str, work: Work[Result]) -> Result:
    try:
        driver_connection(connection).execute(begin)
        with connection.begin():
            return work(connection)
    except BaseException:
        # SQLAlchemy sends no ROLLBACK after a failed COMMIT. Without it, no transaction can begin.
        with contextlib.suppress(sqlite3.Error):
            driver_connection(connection).rollback()
        raise


def _try_writing(tx: Connection) -> None:
    tx.exec_driver_sql(_TRIAL)


def _code(error: Exception) -> str:
    """Return the name of SQLite's result code; SQLAlchemy does not wrap an error of BEGIN."""
    return str(getattr(getattr(error, "orig", error), "sqlite_errorname", ""))


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

    event.listen(engine, "handle_error", _explain, retval=True)
    return engine


def _explain(context: ExceptionContext) -> StoredValueError | None:
    """Turn the driver's error for bytes that are no text into one that quotes nothing."""
    return _no_text() if _is_no_text(context.original_exception) else None


def _is_no_text(error: BaseException) -> bool:
    return str(error).startswith(_NOT_TEXT)


def _no_text() -> StoredValueError:
    _log.error("the database is damaged: a text that was stored cannot be read")
    return StoredValueError()


def driver_connection(connection: Connection) -> Any:  # noqa: ANN401 (sqlite3's own type)
    """Return the driver's own connection, to use it without SQLAlchemy."""
    return connection.connection.driver_connection


def fetch_rows(connection: Connection, query: str, values: Mapping[str, object]) -> list[Any]:
    """Read all rows of a query with the driver alone.

    Raises:
        StoredValueError: A stored text is not UTF-8.
    """
    try:
        found: list[Any] = driver_connection(connection).execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if _is_no_text(error):  # the driver quotes the value
            raise _no_text() from None
        raise
    return found
