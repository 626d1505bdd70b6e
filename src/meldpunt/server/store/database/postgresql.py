"""Runs the store functions on PostgreSQL over asyncpg, for hosts with several processes."""

import asyncio
import logging
from typing import Final

from asyncpg import PostgresError
from sqlalchemy import Connection, event, func, select, update
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from meldpunt.server.errors import (
    BusyError,
    DatabaseDamagedError,
    DatabaseFailedError,
    DatabaseFullError,
    DatabaseReadOnlyError,
    DatabaseReplacedError,
)
from meldpunt.server.store.database.condition import Condition
from meldpunt.server.store.database.engine import Result, Store, Work
from meldpunt.server.store.tables import metadata, upkeep

_POOL_SIZE: Final = 8
_POOL_WAIT_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 10
_STATEMENT_SECONDS: Final = 10.0
"""How long one statement of a host may take, before the host drops its connection.

Most statements take milliseconds.
"""
_ABANDONED_SECONDS: Final = 30
"""After this time, the server ends a session that pauses in a transaction: its host is gone."""
_REBUILD_SECONDS: Final = 6 * 3600.0
"""How long one statement on a whole table may take."""
_ATTEMPTS: Final = 3
_LOST_RACES: Final = frozenset({"23505", "40001", "40P01"})
"""PostgreSQL's unique_violation, serialization_failure and deadlock_detected (its appendix A)."""
_PASSING: Final = frozenset({"40001", "40P01", "53300", "57P03"})
"""Errors that may pass after a moment: serialization_failure, deadlock_detected,
too_many_connections and cannot_connect_now."""
_READ_ONLY: Final = "25006"
_FAILURES: Final[dict[str, type[DatabaseFailedError]]] = {
    _READ_ONLY: DatabaseReadOnlyError,
    "53100": DatabaseFullError,  # disk_full
    "XX001": DatabaseDamagedError,  # data_corrupted
    "XX002": DatabaseDamagedError,  # index_corrupted
    "3D000": DatabaseReplacedError,  # invalid_catalog_name: there is no such database
    "57P04": DatabaseReplacedError,  # database_dropped
    "28000": DatabaseFailedError,  # invalid_authorization_specification
    "28P01": DatabaseFailedError,  # invalid_password
    "42501": DatabaseFailedError,  # insufficient_privilege
    "58030": DatabaseFailedError,  # io_error
    "58P01": DatabaseFailedError,  # undefined_file
}
"""Errors that an operator must end (PostgreSQL's appendix A)."""

_TIDYING: Final = 0x74696479
"""Number of PostgreSQL's advisory lock for the process that rewrites the tables."""
_TRY_TIDYING: Final = select(func.pg_try_advisory_lock(_TIDYING))
_END_TIDYING: Final = select(func.pg_advisory_unlock(_TIDYING))

_log = logging.getLogger("meldpunt")


class PostgresStore(Store):
    """PostgreSQL over asyncpg, for hosts with several processes."""

    def __init__(self, url: URL) -> None:
        self._engine = _engine(url, _STATEMENT_SECONDS, pool_size=_POOL_SIZE, patient=False)
        self._rebuilding = _engine(url, _REBUILD_SECONDS, pool_size=1, patient=True)
        self._turns = asyncio.Semaphore(_POOL_SIZE)
        self._condition = Condition()
        # This needs no extra round trip: the driver sends it at the start of a transaction.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._lone_statements = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._in_turn(self._snapshots, work)

    async def look_up(self, work: Work[Result]) -> Result:
        """Run outside a transaction: its start and its end would each be a round trip.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._in_turn(self._lone_statements, work)

    async def write(self, work: Work[Result]) -> Result:
        """Run on a connection of the pool, and run again if another transaction was first.

        If a client sends the same bytes twice at once, both requests must succeed: when the second
        runs again, it finds the first.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        result = await self._in_turn(self._engine, work)
        self._condition.work()
        return result

    async def rebuild(self, work: Work[Result]) -> Result:
        """Do the same as `write`, on a connection of its own, with hours for each statement.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
        """
        return await self._run(self._rebuilding, work)

    async def _in_turn(self, engine: AsyncEngine, work: Work[Result]) -> Result:
        """Wait for a turn, and then run on a connection of the pool: first come, first served.

        The pool alone gives a free connection to a newcomer, and sends who waited to the end of
        the queue.
        """
        try:
            async with asyncio.timeout(_POOL_WAIT_SECONDS):
                await self._turns.acquire()
        except TimeoutError as error:
            raise _busy(error) from None
        try:
            return await self._run(engine, work)
        finally:
            self._turns.release()

    async def _run(
        self, engine: AsyncEngine, work: Work[Result], attempts: int = _ATTEMPTS
    ) -> Result:
        """Run work; run it again if it lost a race or its connection. All work may be repeated.

        A connection that does not answer is lost too. Then the pool drops all its connections,
        because new ones may work.
        """
        try:
            async with engine.begin() as connection:
                result = await connection.run_sync(work)
        except TimeoutError as error:
            if attempts == 1:
                raise _busy(error) from None
        except (PoolTimeoutError, OSError) as error:
            raise _busy(error) from None
        except (DBAPIError, PostgresError) as error:
            again = _is_connection_lost(error) or _state(error) in _LOST_RACES
            if not again or attempts == 1:
                raise self._explained(error) from None
        else:
            return result
        return await self._run(engine, work, attempts - 1)

    def _explained(self, error: DBAPIError | PostgresError) -> Exception:
        """Return what an error means: the database fails, has no time, or the host has a defect."""
        state = _state(error) or ""
        kind = _FAILURES.get(state)
        if kind is not None:
            return self._condition.fail(kind(), state)
        return _busy(error) if _is_connection_lost(error) or state in _PASSING else error

    async def check(self) -> None:
        """Ask whether the server takes writes; after a failure, also write something.

        Raises:
            BusyError: The database does not answer, or has no connection to spare.
            DatabaseFailedError: It cannot be written.
        """
        if self._condition.is_damaged:
            raise DatabaseDamagedError
        if await self._in_turn(self._engine, _is_read_only):
            await self._engine.dispose()  # new connections may lead to a server that takes writes
            raise self._condition.fail(DatabaseReadOnlyError(), _READ_ONLY)
        if self._condition.failure is not None:
            await self.write(_write_something)

    async def tidy(self, *, if_small: bool = False) -> None:
        """Rewrite each table in key order; the log and `xmin` still show the order of arrival.

        docs/operations/storage.md says what an operator does about these two.
        """
        if if_small:  # the server's own files show the order in any case
            return
        try:
            async with self._rebuilding.connect() as connection:
                await _rewrite(await connection.execution_options(isolation_level="AUTOCOMMIT"))
        except (PoolTimeoutError, OSError) as error:
            raise _busy(error) from None
        except (DBAPIError, PostgresError) as error:
            raise self._explained(error) from None

    async def close(self) -> None:
        """Close the pools."""
        await self._engine.dispose()
        await self._rebuilding.dispose()


def _engine(url: URL, statement_seconds: float, *, pool_size: int, patient: bool) -> AsyncEngine:
    """Return an engine that drops connections when they do not answer.

    Args:
        url: The database.
        statement_seconds: How long each statement may take.
        pool_size: How many connections at most.
        patient: Allow longer pauses in a transaction than a request may make.
    """
    abandoned = 0 if patient else _ABANDONED_SECONDS
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "command_timeout": statement_seconds,
            "server_settings": {"idle_in_transaction_session_timeout": f"{abandoned}s"},
        },
    )
    event.listen(engine.sync_engine, "handle_error", _give_up_silent)
    return engine


def _give_up_silent(context: ExceptionContext) -> None:
    """Drop every connection of the pool after a timeout, because all use one way to the server.

    Otherwise each connection would time out in its turn. A server that has become read-only is
    another reason: new connections may lead to the server that takes writes now.
    """
    error = context.original_exception
    if isinstance(error, TimeoutError) or _state(error) == _READ_ONLY:
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = True


async def _rewrite(outside: AsyncConnection) -> None:
    """Rewrite every table, outside a transaction, unless another process does it."""
    if not (await outside.execute(_TRY_TIDYING)).scalar_one():
        return
    try:
        for table in metadata.tables:
            await outside.exec_driver_sql(f"CLUSTER {table} USING pk_{table}")
    finally:
        if not outside.invalidated:  # else the session ended, and its lock too
            await outside.execute(_END_TIDYING)


def _is_read_only(tx: Connection) -> bool:
    shown: str = tx.execute(select(func.current_setting("transaction_read_only"))).scalar_one()
    return shown == "on"


def _write_something(tx: Connection) -> None:
    tx.execute(update(upkeep).values(last_day=upkeep.c.last_day))


def _is_connection_lost(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _state(error: BaseException | None) -> str | None:
    """Return PostgreSQL's code of an error; SQLAlchemy does not wrap those of connecting."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


def _busy(error: Exception) -> BusyError:
    """Return the error for the client, and log its cause for the operator."""
    _log.warning("the database has no time: %s", type(error).__name__)
    return BusyError()
